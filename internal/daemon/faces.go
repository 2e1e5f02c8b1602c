package daemon

import (
	"net/http"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/build"
	"curfew/internal/contract"
	"curfew/internal/engine"
	assistants "curfew/internal/mcp"
	"curfew/internal/web"
)

// MCP says which tools assistants are offered at /mcp. `curfew mcp` has a flag of its own.
type MCP string

// The values.
const (
	MCPOn       MCP = "on"        // all; to a caller who may only read, those that change nothing
	MCPReadOnly MCP = "read-only" // those that change nothing
	MCPOff      MCP = "off"       // none: there is no /mcp
)

// MCPs are the values of [MCP].
var MCPs = []MCP{MCPOn, MCPReadOnly, MCPOff}

// maxScrapes is how many scrapes are answered at once; a further one gets a 503.
const maxScrapes = 3

// dashboard are the pages for browsers.
func dashboard(b contract.Answers, tcp *api.TCP, o Options) *web.Web {
	w := web.Options{Backend: b, Views: b, Now: time.Now, Log: o.Log, Problem: func(err error) (int, string) {
		p := api.ProblemOf(err)
		return p.Status, p.Detail
	}}
	if tcp != nil {
		w.Door = tcp.Door()
	}
	return web.New(w)
}

// faces are what is served beside the API, on the same mux and behind the same door.
func faces(rt *engine.Runtime, pages *web.Web, o Options) []api.Face {
	all := []api.Face{{
		Pattern: "GET /metrics",
		Handler: promhttp.HandlerFor(rt.Metrics(), promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes, EnableOpenMetrics: true}),
	}}
	for _, m := range pages.Mounts() {
		all = append(all, api.Face{Pattern: m.Pattern, Handler: m.Handler, Judges: true, Public: m.Public})
	}
	if o.MCP == MCPOff {
		return all
	}
	server := func(readOnly bool) func() *mcp.Server { // made when the first assistant asks: most daemons have none
		return sync.OnceValue(func() *mcp.Server {
			return assistants.New(backend.New(rt), assistants.Options{
				Version: build.Version(), ReadOnly: readOnly, Log: o.Log, Now: time.Now,
			})
		})
	}
	reader, writer := server(true), server(o.MCP == MCPReadOnly)
	return append(all, api.Face{
		Pattern: "/mcp", Judges: true,
		Handler: assistants.Handler(func(r *http.Request) *mcp.Server {
			if contract.MayWrite(r.Context()) {
				return writer()
			}
			return reader()
		}),
	})
}
