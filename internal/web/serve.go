package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// answerTimeout is how long the runtime may take for a page or an order.
const answerTimeout = 30 * time.Second

// liveHeader is set when a script asks for a page anew.
const liveHeader = "X-Curfew-Live"

// visiting begins a visit. An order goes on when the browser goes away; only its time is bounded.
func (w *Web) visiting(r *http.Request, order bool) (*visit, context.CancelFunc) {
	ctx := r.Context()
	if order {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	return &visit{Web: w, ctx: ctx, r: r, clock: readClock(r, w.Now())}, cancel
}

// showing answers the requests for a page.
func (w *Web) showing(p page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v, cancel := w.visiting(r, false)
		defer cancel()
		a, err := p.ask(v)
		if err != nil {
			v.fail(rw, err)
			return
		}
		v.show(rw, p, a)
	})
}

// doing answers the requests of an order.
func (w *Web) doing(o order) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v, cancel := w.visiting(r, true)
		defer cancel()
		v.stranger = o.public
		if !o.free && !v.mayWrite() {
			v.refuse(rw, http.StatusForbidden, "you may look, and change nothing: you are signed in for reading only")
			return
		}
		r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			v.fail(rw, unreadable(err))
			return
		}
		done, err := o.do(v)
		switch {
		case err != nil:
			v.fail(rw, err)
		case done.page != nil:
			v.show(rw, *done.page, done.answer)
		default:
			harden(rw.Header())
			rw.Header().Set("Cache-Control", "no-store")
			for _, c := range done.cookies {
				http.SetCookie(rw, c)
			}
			done.said.remember(rw, r)
			rw.Header().Set("Location", local(done.to, "/"))
			rw.WriteHeader(http.StatusSeeOther)
		}
	})
}

// unreadable is the refusal of a form that cannot be read.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return contract.Malformed("the form is too long: at most %d bytes are allowed", maxForm)
	}
	return contract.Malformed("the form cannot be read; go back, and send it again")
}

// handing answers the requests for a file.
func (w *Web) handing(f file) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v, cancel := w.visiting(r, false)
		defer cancel()
		v.stranger = f.public
		harden(rw.Header())
		rw.Header().Set("Cache-Control", "no-store")
		if err := f.serve(v, rw); err != nil {
			v.fail(rw, err)
		}
	})
}

// show sends a page.
func (v *visit) show(rw http.ResponseWriter, p page, a answer) {
	view := cmp.Or(a.view, p.view)
	f, err := v.frame(a.title, p.place, view)
	if err != nil {
		v.fail(rw, err)
		return
	}
	f.Said = v.recall(rw, v.r)
	v.send(rw, view, f, a)
}

// send renders a page and sends it.
func (v *visit) send(rw http.ResponseWriter, view string, f frame, a answer) {
	text, err := v.views.render(view, f, a.model)
	harden(rw.Header())
	rw.Header().Set("Cache-Control", "no-store")
	if err != nil {
		v.Log.Error("web: a page cannot be made", zap.String("path", v.r.URL.Path), zap.Error(err))
		http.Error(rw, "this page cannot be made; the daemon's log says why", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	if a.status != 0 {
		rw.WriteHeader(a.status)
	}
	if _, err := rw.Write(text); err != nil {
		v.Log.Debug("web: the browser went away", zap.Error(err))
	}
}
