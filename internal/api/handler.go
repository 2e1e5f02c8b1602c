package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"curfew/docs"
	"curfew/internal/contract"
)

// requestTimeout is how long the runtime may take for a request.
const requestTimeout = 30 * time.Second

// Handler serves the paths of the contract to whoever has come in.
func Handler(b contract.Backend, log *zap.Logger) http.Handler { return newServer(b, log) }

func newServer(b contract.Backend, log *zap.Logger) *server {
	s := &server{
		b: b, log: log, mux: http.NewServeMux(), following: make(chan struct{}, MaxFollowing),
		listening: make(chan struct{}, maxListening), stopping: make(chan struct{}),
	}
	s.serveContract()
	s.mux.HandleFunc("GET /openapi.json", s.openAPI)
	return s
}

type server struct {
	b   contract.Backend
	log *zap.Logger
	mux *http.ServeMux

	routes []Route
	own    []string // patterns of faces that judge their callers by themselves
	open   []string // patterns of faces for everybody
	tcp    *TCP     // nil: it does not listen on TCP

	// page answers browsers, as [Options] has it.
	page func(w http.ResponseWriter, r *http.Request, status int, text string, stranger bool)

	following chan struct{} // one place for each request that follows a run
	listening chan struct{} // one place for each request for events
	stopping  chan struct{} // closed when the server stops, to end the requests that follow a run
}

// endpoint answers a request with a body, or an error.
type endpoint func(ctx context.Context, r *http.Request) (body any, err error)

// The media types of bodies.
const (
	jsonType    = "application/json"
	textType    = "text/plain"
	eventType   = "text/event-stream"
	problemType = "application/problem+json"
)

// route adds a route of the contract.
func (s *server) route(o Route, h http.Handler) {
	s.routes = append(s.routes, o)
	s.mux.Handle(o.Method+" "+o.Path, h)
}

// ServeHTTP answers requests that match no route in problem+json, too.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" && clean(r.URL.EscapedPath()) {
		s.mux.ServeHTTP(w, r)
		return
	}
	var probe discard
	h.ServeHTTP(&probe, r)
	if allow := probe.Header().Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		s.astray(w, r, NewProblem(http.StatusMethodNotAllowed, "%s is not for %s; it allows %s", contract.Cut(r.URL.Path), r.Method, allow), false)
		return
	}
	s.astray(w, r, NewProblem(http.StatusNotFound, "unknown path %q; /openapi.json lists the paths of the API", contract.Cut(r.URL.Path)), false)
}

// astray answers a request that no handler gets.
func (s *server) astray(w http.ResponseWriter, r *http.Request, p *Problem, stranger bool) {
	if s.page != nil && wantsPage(r) {
		s.page(w, r, p.Status, p.Detail, stranger)
		return
	}
	s.fail(w, r, p)
}

// wantsPage reports whether a request comes from the address bar, a link or a form of a browser. What begins with /v1/ is
// for programs, also when a browser asks for it.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/v1/")
}

// mount adds a face beside the API.
func (s *server) mount(f Face) {
	s.mux.Handle(f.Pattern, f.Handler)
	if f.Judges {
		s.own = append(s.own, f.Pattern)
	}
	if f.Public {
		s.open = append(s.open, f.Pattern)
	}
}

// public reports whether a request is for a face for everybody.
func (s *server) public(r *http.Request) bool {
	_, pattern := s.mux.Handler(r)
	return slices.Contains(s.open, pattern) && clean(r.URL.EscapedPath())
}

// judges reports whether a request is for a face that judges its callers by itself.
func (s *server) judges(r *http.Request) bool {
	_, pattern := s.mux.Handler(r)
	return slices.Contains(s.own, pattern)
}

// refuse answers a request that does not come in.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.astray(w, r, NewProblem(status, "%s", text), true)
}

// openAPI serves the description of the API.
func (s *server) openAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", jsonType)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(docs.OpenAPI))
}

// clean reports whether a path has no . or .. and no double slash. The mux would redirect one that has, also an order.
func clean(escaped string) bool {
	c := path.Clean(escaped)
	return c == escaped || c+"/" == escaped
}

// handle answers a request by its endpoint. The context of a request ends as soon as the client closes its half of the
// connection. A command must not depend on that, so the endpoint's context ends only after [requestTimeout].
func (s *server) handle(status int, e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), requestTimeout)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		body, err := e(ctx, r)
		if err != nil {
			s.fail(w, r, late(r, ctx.Err(), err))
			return
		}
		if t, ok := body.(tagged); ok {
			w.Header().Set("ETag", t.ETag())
		}
		s.write(w, status, jsonType, body)
	})
}

// late replaces the error of a request that took too long by one that says so.
func late(r *http.Request, timeIsUp, err error) error {
	switch {
	case timeIsUp == nil || ProblemOf(err).Status != http.StatusInternalServerError:
		return err
	case r.Method == http.MethodGet:
		return contract.Unavailable("the daemon could not answer within %s; ask again", requestTimeout)
	default:
		return contract.Unavailable("the daemon could not answer within %s; the command may have been carried out, or may still be: check before you repeat it", requestTimeout)
	}
}

func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := ProblemOf(err)
	// "Not now" (503) is a proper answer and not an error of the daemon.
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable {
		s.log.Error("api: request failed", zap.String("method", r.Method), zap.String("path", r.URL.Path), zap.Error(err))
	}
	s.write(w, p.Status, problemType, p)
}

func (s *server) write(w http.ResponseWriter, status int, contentType string, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		s.log.Error("api: encode a body", zap.Error(err))
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := w.Write(append(raw, '\n')); err != nil {
		s.log.Debug("api: the caller went away", zap.Error(err))
	}
}

// discard is a response without a reader. The mux writes into it which methods a path allows.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header {
	if d.header == nil {
		d.header = make(http.Header)
	}
	return d.header
}
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
