package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// RequestTimeout is how long the runtime may take for a request.
const RequestTimeout = 30 * time.Second

// Handler serves the paths of the contract.
func Handler(b contract.Backend, log *zap.Logger) http.Handler {
	return newServer(b, log)
}

func newServer(b contract.Backend, log *zap.Logger) *server {
	s := &server{b: b, log: log, mux: http.NewServeMux(), following: make(chan struct{}, MaxFollowing), stopping: make(chan struct{})}
	s.get("/v1/status", s.status)
	s.get("/v1/jobs", s.jobs)
	s.get("/v1/jobs/{name}", s.job)
	s.post("/v1/jobs/{name}/run", s.runNow)
	s.post("/v1/jobs/{name}/backfill", s.backfill)
	s.post("/v1/jobs/{name}/pause", s.command(b.Pause))
	s.post("/v1/jobs/{name}/resume", s.command(b.Resume))
	s.post("/v1/jobs/{name}/cancel", s.command(b.Cancel))
	s.get("/v1/runs", s.runs)
	s.get("/v1/runs/{id}", s.run)
	s.mux.HandleFunc("GET /v1/runs/{id}/logs", s.logs)
	s.get("/v1/explain/{job}", s.explain)
	s.get("/v1/sessions", s.sessions)
	s.get("/v1/sessions/{name}", s.session)
	s.post("/v1/sessions/{name}/login", s.login)
	s.post("/v1/sessions/{name}/expire", s.expire)
	s.post("/v1/sessions/{name}/logout", s.logout)
	s.get("/v1/targets", s.targets)
	s.post("/v1/targets/{name}/test", s.testTarget)
	s.get("/healthz", s.healthz)
	s.get("/readyz", s.readyz)
	return s
}

type server struct {
	b   contract.Backend
	log *zap.Logger
	mux *http.ServeMux

	following chan struct{} // one place for each request that follows a run
	stopping  chan struct{} // closed when the server stops, to end the requests that follow a run
}

// endpoint answers a request with a status and a body, or an error.
type endpoint func(ctx context.Context, r *http.Request) (status int, body any, err error)

func (s *server) get(path string, e endpoint)  { s.mux.Handle("GET "+path, s.handle(e)) }
func (s *server) post(path string, e endpoint) { s.mux.Handle("POST "+path, s.handle(e)) }

// ServeHTTP answers requests that match no route in problem+json, too.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	var probe discard
	h.ServeHTTP(&probe, r)
	if allow := probe.Header().Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		s.fail(w, r, NewProblem(http.StatusMethodNotAllowed, "%s is not for %s; it allows %s", contract.Cut(r.URL.Path), r.Method, allow))
		return
	}
	s.fail(w, r, contract.NotFound("unknown path %q; known are /v1/status, /v1/jobs, /v1/runs, /v1/sessions, /v1/targets, /v1/explain/JOB, /healthz and /readyz", contract.Cut(r.URL.Path)))
}

// handle answers a request by its endpoint. The context of a request ends as soon as the client closes its half of the
// connection. A command must not depend on that, so the endpoint's context ends only after [RequestTimeout].
func (s *server) handle(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), RequestTimeout)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		status, body, err := e(ctx, r)
		if err != nil {
			s.fail(w, r, late(r, ctx.Err(), err))
			return
		}
		s.write(w, status, "application/json", body)
	})
}

// late replaces the error of a request that took too long by one that says so.
func late(r *http.Request, timeIsUp, err error) error {
	switch {
	case timeIsUp == nil || problemOf(err).Status != http.StatusInternalServerError:
		return err
	case r.Method == http.MethodGet:
		return contract.Unavailable("the daemon could not answer within %s; ask again", RequestTimeout)
	default:
		return contract.Unavailable("the daemon could not answer within %s; the command may have been carried out, or may still be: check before you repeat it", RequestTimeout)
	}
}

func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	// "Not now" (503) is a proper answer and not an error of the daemon.
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable {
		s.log.Error("api: request failed", zap.String("method", r.Method), zap.String("path", r.URL.Path), zap.Error(err))
	}
	s.write(w, p.Status, "application/problem+json", p)
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
