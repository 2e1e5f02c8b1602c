package host

import (
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
)

// DefaultGrace is how long an attempt has to return after the order to stop, before it is abandoned.
const DefaultGrace = 30 * time.Second

// A Door lets attempts of gated jobs in.
type Door interface {
	// Enter is the session for an attempt that was decided under that generation. It may wait a little for
	// the credential to arrive. The error is one of [actors.SessionExpired] when the session has expired or
	// is at another generation, or that of ctx.
	Enter(ctx context.Context, session string, generation uint64, run messages.RunID) (actors.Session, error)
	// EnterBare is Enter for an attempt that uses a key of its own: it need not wait for the credential, and the
	// session that it is let in with has none, so that nothing which it does confirms it.
	EnterBare(ctx context.Context, session string, generation uint64) (actors.Session, error)
	// Close lets nobody in with a credential of that generation any more.
	Close(session string, generation uint64)
}

// Threads keeps what was said in the runs of jobs, bounded as [actors.Env] says.
type Threads interface {
	// Turns are what was said, oldest first.
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
	// Secrets are taken out of everything that an attempt says: outputs, errors, traces, live output.
	Secrets *secrets.Set
	// HTTP is the client without a credential.
	HTTP *http.Client
	// Exec makes what an attempt runs processes with; what they print goes to live, too. It may have a method
	// Left() *messages.Left, which says what they left behind.
	Exec func(a actors.Attempt, live io.Writer) actors.Exec
	// Grace is how long an attempt has to return after the order to stop; 0: DefaultGrace.
	Grace  time.Duration
	Logger *zap.Logger
}

// A Host makes job actors and keeps count of what they do.
type Host struct {
	cfg   Config
	crew  crew
	turns turns
}

// New checks the configuration.
func New(c Config) (*Host, error) {
	if c.Kinds == nil || c.Door == nil || c.Publish == nil || c.Commit == nil {
		return nil, errors.New("host: Kinds, Door, Publish and Commit must be set")
	}
	if c.Grace == 0 {
		c.Grace = DefaultGrace
	}
	if c.Exec == nil {
		c.Exec = func(actors.Attempt, io.Writer) actors.Exec { return nil }
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	return &Host{cfg: c}, nil
}

// Actor is a fresh job actor: one incarnation.
func (h *Host) Actor() actor.Actor { return &jobActor{host: h} }

// Drain waits until no attempt is running, or ctx ends. Abandoned attempts are not waited for.
func (h *Host) Drain(ctx context.Context) error { return h.crew.drain(ctx) }

// Abandoned is how many attempts were abandoned and have not returned to this day.
func (h *Host) Abandoned() int { return h.crew.lost() }
