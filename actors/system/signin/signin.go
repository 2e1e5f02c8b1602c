package signin

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/secrets"
	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// A Watch is one thing that shows a sign-in: a file, or a question.
type Watch struct {
	// Name names it for people: the path of the file, or the command. It is what is remembered of it, too.
	Name string
	// Ask asks whether somebody has signed in; nil: Name is a file. Its error says why there is no answer.
	Ask func(ctx context.Context) (yes bool, err error)
	// Every is the time between two looks.
	Every time.Duration
}

// Session is a session without a backend, with what shows a sign-in.
type Session struct {
	Name    string
	Watches []Watch
	// Problem is what keeps the rest of its settings from being used, for people; empty: nothing.
	Problem string
}

// Topics are what the reader is to read.
var Topics = []messages.Topic{messages.TopicSession}

// Config is what the reader needs from the rest of the runtime.
type Config struct {
	Sessions []Session
	// State returns the session as it is now.
	State func(ctx context.Context, session string) (policy.SessionView, error)
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// SignIn says that somebody has signed in to the session; by is one of [messages.ByFile] and [messages.ByCommand].
	SignIn func(ctx context.Context, session, by string) error
	// Turn takes the turn of a session for a question; done is nil while an attempt of it works. The error is that of ctx.
	Turn func(ctx context.Context, session string) (done func(), err error)
	// Memory is the path of the file in which is kept what was seen; empty: it is kept until the stop.
	Memory string
	// Secrets are redacted from every text.
	Secrets *secrets.Set
	// Now is the wall clock; nil: time.Now.
	Now    func() time.Time
	Logger *zap.Logger
}

// Reader runs one goroutine for each session: a question that hangs holds up no other session, and no session is asked
// twice at the same time.
type Reader struct {
	cfg     Config
	group   *startstop.Group
	workers []*worker
}

// Start starts the workers. Without sessions it starts nothing.
func Start(c Config) (*Reader, error) {
	if c.State == nil || c.Reader == nil || c.Fatal == nil || c.SignIn == nil || c.Turn == nil {
		return nil, errors.New("signin: State, Reader, Fatal, SignIn and Turn must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	r := &Reader{cfg: c, group: startstop.New(0)}
	if len(c.Sessions) == 0 {
		return r, nil
	}
	memory := openMemory(c.Memory, c.Logger)
	for _, s := range c.Sessions {
		if s.Problem != "" {
			c.Logger.Warn(unnoticed, zap.String("session", s.Name), zap.String("error", s.Problem))
		}
		r.workers = append(r.workers, newWorker(&r.cfg, memory, s))
	}
	log := follow.New("signin", c.Reader)
	r.group.Go(func(ctx context.Context) {
		defer log.Close()
		if err := log.Run(ctx.Done(), r.wake); err != nil {
			c.Fatal(err)
		}
	})
	for _, w := range r.workers {
		r.group.Go(w.run)
	}
	return r, nil
}

// wake wakes the workers when a session may have changed; they ask the machine how.
func (r *Reader) wake([]messages.Record) {
	for _, w := range r.workers {
		w.news.Set()
	}
}

// Stop ends the workers and waits for them. A question that is being asked is cancelled.
func (r *Reader) Stop() { r.group.Stop() }

// Watched are the names of what shows a sign-in to the session; none: only a person's word does.
func (r *Reader) Watched(session string) (names []string) {
	for _, w := range r.workers {
		if w.session.Name == session {
			for _, one := range w.session.Watches {
				names = append(names, one.Name)
			}
		}
	}
	return names
}

// Trouble is why a sign-in to the session may go unnoticed at present; empty: it does not.
func (r *Reader) Trouble(session string) string {
	for _, w := range r.workers {
		if w.session.Name == session {
			return w.trouble.Load().(string)
		}
	}
	return ""
}
