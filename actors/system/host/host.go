package host

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/messages"
	"curfew/supervisor"
)

// DefaultGrace is how long an attempt has to return after the order to stop, before it is abandoned.
const DefaultGrace = 30 * time.Second

// A Door lets attempts of gated jobs in.
type Door interface {
	// Enter returns the session for an attempt that was decided under that generation. It may wait a little for the
	// credential. The error is an [actors.SessionExpired] when the session has expired or has another generation, or
	// that of ctx.
	Enter(ctx context.Context, session string, generation uint64, run messages.RunID) (actors.Session, error)
	// EnterBare is Enter for an attempt that uses a key of its own. It does not wait for the credential, and the
	// session that it returns has none: nothing that the attempt does confirms the session.
	EnterBare(ctx context.Context, session string, generation uint64) (actors.Session, error)
	// Close refuses every attempt of that generation from here on.
	Close(session string, generation uint64)
}

// Threads keeps the threads of jobs, bounded as [actors.Env] says.
type Threads interface {
	// Turns returns the turns of a job's thread, oldest first.
	Turns(job string) ([]actors.Turn, error)
	// Add adds a turn.
	Add(job string, t actors.Turn) error
}

// Config is what job actors need from the rest of the runtime.
type Config struct {
	Kinds *actors.Registry
	Door  Door
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Commit reports a fact and waits until it is durable.
	Commit func(ctx context.Context, id string, f messages.Fact) error
	// Threads keeps the threads of jobs with `session_target: main`; nil: they have none.
	Threads Threads
	// Secrets are redacted from everything that an attempt returns or prints: output, errors, traces, live output.
	Secrets *secrets.Set
	// HTTP is the client without a credential.
	HTTP *http.Client
	// Exec makes the actors.Exec of an attempt; what its processes print goes to live, too. It may have a method
	// Left() *messages.Left, which returns the processes that were left behind.
	Exec func(a actors.Attempt, live io.Writer) actors.Exec
	// Grace is how long an attempt has to return after the order to stop; 0: DefaultGrace.
	Grace  time.Duration
	Logger *zap.Logger
}

// A Host makes job actors and counts their attempts.
type Host struct {
	cfg      Config
	kinds    map[string]*actors.Kind
	redact   func(string) string
	attempts runningSet
	pool     supervisor.Pool // runs them
	turns    turns
}

// New checks the configuration.
func New(c Config) (*Host, error) {
	if c.Kinds == nil || c.Door == nil || c.Publish == nil || c.Commit == nil {
		return nil, errors.New("host: Kinds, Door, Publish and Commit must be set")
	}
	c.Grace = cmp.Or(c.Grace, DefaultGrace)
	if c.Exec == nil {
		c.Exec = func(actors.Attempt, io.Writer) actors.Exec { return nil }
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	h := &Host{cfg: c, kinds: make(map[string]*actors.Kind), redact: c.Secrets.Redact}
	for _, name := range c.Kinds.Names() {
		kind, err := c.Kinds.Get(name)
		if err != nil {
			return nil, err
		}
		h.kinds[name] = &kind
	}
	return h, nil
}

// Actor makes a fresh job actor: one incarnation.
func (h *Host) Actor() actor.Actor { return &jobActor{host: h} }

// Drain waits until no attempt is running, or ctx ends. Abandoned attempts are not waited for.
func (h *Host) Drain(ctx context.Context) error { return h.attempts.drain(ctx) }

// Waiting is how many attempts wait for a goroutine that runs them.
func (h *Host) Waiting() int { return h.pool.Waiting() }

// Abandoned is how many abandoned attempts are still running.
func (h *Host) Abandoned() int { return h.attempts.abandonedCount() }
