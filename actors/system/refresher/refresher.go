package refresher

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/secrets"
	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Session is a session that gets credentials without a person.
type Session struct {
	Name   string
	Source Source // nil: none
	Kept   Kept   // nil: none
}

// Topics are what the reader is to read.
var Topics = []messages.Topic{messages.TopicSession}

// Config is what a refresher needs from the rest of the runtime.
type Config struct {
	Sessions []Session
	// State returns the session as it is now.
	State func(ctx context.Context, session string) (policy.SessionView, error)
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// Login signs in. By says who, for people to read; expires is when the token expires, 0: by its own exp.
	Login func(ctx context.Context, session, token, by string, expires messages.Instant) error
	// Current reports whether that is the token of the session's current generation.
	Current func(session, token string) bool
	// Vouch notes that the source still hands out the token of that generation: its gate need not close before the
	// token expires.
	Vouch func(session string, generation uint64)
	// Secrets are redacted from every text; a new token is among them before it is used.
	Secrets *secrets.Set
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Now is the wall clock; nil: time.Now.
	Now    func() time.Time
	Logger *zap.Logger
}

// Refresher runs one goroutine for each session: a source that hangs holds up no other session, and no session asks
// twice at the same time.
type Refresher struct {
	cfg   Config
	group *startstop.Group

	mu        sync.Mutex
	workers   []*worker
	following bool
}

// Start starts the workers. Without sessions it starts nothing.
func Start(c Config) (*Refresher, error) {
	if c.State == nil || c.Reader == nil || c.Fatal == nil || c.Login == nil || c.Current == nil || c.Vouch == nil ||
		c.Publish == nil {
		return nil, errors.New("refresher: State, Reader, Fatal, Login, Current, Vouch and Publish must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	r := &Refresher{cfg: c, group: startstop.New(0)}
	r.Set(nil, c.Sessions, c.Reader)
	return r, nil
}

// Set ends the workers of the sessions that are named, which have changed or are gone, and starts one for each of the
// fresh ones. A refresh of a session that is not named goes on. The sessions' first worker reads what reader reads. After
// Stop it does nothing.
func (r *Refresher) Set(changed []string, fresh []Session, reader follow.Open) {
	for _, w := range r.take(changed) {
		w.end()
		<-w.ended // so that no session asks twice at the same time
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range fresh {
		w := newWorker(&r.cfg, s)
		r.workers = append(r.workers, w)
		r.group.Go(w.serve)
	}
	if len(r.workers) == 0 || r.following {
		return
	}
	r.following = true
	log := follow.New("refresher", reader)
	r.group.Go(func(ctx context.Context) {
		defer log.Close()
		if err := log.Run(ctx.Done(), r.wake); err != nil {
			r.cfg.Fatal(err)
		}
	})
}

// take takes the workers of sessions out.
func (r *Refresher) take(sessions []string) (taken []*worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.workers = slices.DeleteFunc(r.workers, func(w *worker) bool {
		out := slices.Contains(sessions, w.session.Name)
		if out {
			taken = append(taken, w)
		}
		return out
	})
	return taken
}

// all are the workers.
func (r *Refresher) all() []*worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.workers)
}

// wake wakes the workers when a session may have changed; they ask the machine how.
func (r *Refresher) wake([]messages.Record) {
	for _, w := range r.all() {
		w.news.Set()
	}
}

// Stop ends the workers and waits for them. A refresh that is under way is cancelled.
func (r *Refresher) Stop() { r.group.Stop() }

// Forget drops what the session's source keeps for its next token. Call it when a person has signed out.
func (r *Refresher) Forget(session string) error {
	for _, w := range r.all() {
		if k, ok := w.session.Source.(Keeper); ok && w.session.Name == session {
			return k.Forget()
		}
	}
	return nil
}

// Trouble is why a session gets no credential from its source at present; empty if there is no trouble.
func (r *Refresher) Trouble(session string) string {
	for _, w := range r.all() {
		if w.session.Name == session {
			return cmp.Or(w.trouble.Load().(string), w.complaint.Load().(string))
		}
	}
	return ""
}
