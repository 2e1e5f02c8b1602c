package mcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.uber.org/zap"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// Daemon is what the tools ask. A [contract.Backend] is one.
type Daemon interface {
	Jobs(ctx context.Context, q contract.JobQuery) (contract.JobList, error)
	Job(ctx context.Context, name string) (contract.Job, error)
	SetJob(ctx context.Context, name string, s contract.SetJob) (contract.JobSet, error)
	RunNow(ctx context.Context, job string) (contract.RunAccepted, error)
	Pause(ctx context.Context, job string) (contract.Job, error)
	Resume(ctx context.Context, job string) (contract.Job, error)
	Cancel(ctx context.Context, job string) (contract.Job, error)
	Runs(ctx context.Context, q contract.RunQuery) (contract.RunList, error)
	Run(ctx context.Context, id messages.RunID) (contract.Run, error)
	Explain(ctx context.Context, q contract.ExplainQuery) (explain.Explanation, error)
	Sessions(ctx context.Context, p contract.Page) (items []contract.Session, next string, err error)
}

// Options say what a server offers.
type Options struct {
	Version string // of the program
	// ReadOnly leaves out the tools that change something.
	ReadOnly bool
	Log      *zap.Logger
	Now      func() time.Time
}

// instructions are what an assistant is told about the server.
const instructions = "Curfew runs jobs on a schedule. When a job did not run, ask explain first: it says why. " +
	"Runs of agents wait while their session is closed; only a person can sign in: session_list says how. " +
	"Times are UTC."

// New makes a server.
func New(d Daemon, o Options) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "curfew", Title: "Curfew", Version: o.Version}, &mcp.ServerOptions{
		Instructions: instructions,
	})
	s.AddReceivingMiddleware(survive(o.Log))
	t := tools{d: d, now: o.Now}
	t.add(s, o.ReadOnly)
	return s
}

// Bounds of a request.
const (
	maxBody       = 1 << 20          // bytes: a job is at most as long as a job file
	answerTimeout = 30 * time.Second // that the runtime may take for an answer
)

// Handler serves the streamable transport. There are no sessions: each request stands for itself, so none can be left
// behind. The context of a request ends when the caller closes its half of the connection; a tool must not depend on
// that, since its order may be carried out already.
func Handler(s func(*http.Request) *mcp.Server) http.Handler {
	h := mcp.NewStreamableHTTPHandler(s, &mcp.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true,
		// Who may ask, and from where, was decided before.
		DisableLocalhostProtection: true,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerTimeout)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

// survive turns a panic of a tool into an error: with the SDK (v1.8.0) it would end the daemon.
func survive(log *zap.Logger) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, r mcp.Request) (result mcp.Result, err error) {
			defer func() {
				if p := recover(); p != nil {
					log.Error("mcp: a tool panicked", zap.String("method", method), zap.Any("panic", p), zap.Stack("stack"))
					result, err = nil, errors.New("internal error; the daemon's log has more")
				}
			}()
			return next(ctx, method, r)
		}
	}
}

// refusal is an error as an assistant reads it: the text of a refusal, and for anything else that something went wrong.
func refusal(err error) error {
	var e *contract.Error
	if !errors.As(err, &e) {
		return err
	}
	text := e.Text
	for _, f := range e.Faults {
		text += fmt.Sprintf("\n%s: %s", f.Location, f.Message)
	}
	return errors.New(text)
}
