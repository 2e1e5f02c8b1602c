package web

import (
	"net/http"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// Options are what the dashboard is made of.
type Options struct {
	Backend contract.Backend
	Views   contract.Views
	Now     func() time.Time
	Log     *zap.Logger
	// Problem is the status and the text of an error, as the API has them.
	Problem func(error) (status int, text string)
	// Door lets browsers in; nil: the daemon does not listen on TCP.
	Door Door
}

// Web is the dashboard.
type Web struct {
	Options
	views  views
	assets assets
	said   map[string]string
}

// A Mount is a handler of the dashboard and its pattern, as http.ServeMux has it. Every handler refuses by itself what a
// caller without [contract.MayWrite] must not do.
type Mount struct {
	Pattern string
	Handler http.Handler
	Public  bool // also for callers of whom nobody knows who they are: nothing of the runtime is in it
}

// New makes a dashboard.
func New(o Options) *Web {
	w := &Web{Options: o, assets: readAssets(), said: make(map[string]string)}
	for _, s := range sections() {
		for code, text := range s.said {
			w.said[code] = text
		}
	}
	w.views = newViews(w.assets)
	return w
}

// Mounts are all handlers of the dashboard.
func (w *Web) Mounts() []Mount {
	all := []Mount{{Pattern: "GET /assets/{hash}/{file}", Handler: w.assets, Public: true}}
	for _, s := range sections() {
		for _, p := range s.pages {
			all = append(all, Mount{Pattern: "GET " + p.path, Handler: w.showing(p)})
		}
		for _, o := range s.orders {
			all = append(all, Mount{Pattern: "POST " + o.path, Handler: w.doing(o), Public: o.public})
		}
		for _, f := range s.files {
			all = append(all, Mount{Pattern: "GET " + f.path, Handler: w.handing(f), Public: f.public})
		}
	}
	return all
}
