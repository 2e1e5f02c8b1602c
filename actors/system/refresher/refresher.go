package refresher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/secrets"
	"curfew/messages"
)

// State is a session as the machine knows it now.
type State struct {
	State      string // closed, probing or open
	Generation uint64
	Reason     string // why it is closed
	// Waits tells that a closed session wants a credential: not one that a person signed out of, nor one
	// that is closed for a quota.
	Waits bool
	// Foretold tells that it closed because its credential said that it would lapse; no backend has refused it.
	Foretold bool
	// Spent tells that only a person may open it now.
	Spent     bool
	Since     messages.Instant // of the state
	ExpiresAt messages.Instant // of the credential; 0: unknown
}

// Session is a session that gets credentials without a person.
type Session struct {
	Name   string
	Source Source // nil: none
	Kept   Kept   // nil: none
}

// A Reader hands out records of the log in order.
type Reader interface {
	// Next is a bounded number of records behind the cursor, nil when there are none now.
	Next() ([]messages.Record, error)
	Close()
}

// Topics are what the reader is to read.
var Topics = []messages.Topic{messages.TopicSession}

// Config is what a refresher needs from the rest of the runtime.
type Config struct {
	Sessions []Session
	// State is the session as it is now.
	State func(ctx context.Context, session string) (State, error)
	// Reader makes a reader of what concerns sessions. It may call wake from any goroutine.
	Reader func(wake func()) Reader
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// Login signs in. By says who, for people to read; expires when the token will lapse, 0: as it says itself.
	Login func(ctx context.Context, session, token, by string, expires messages.Instant) error
	// Current reports whether that is the very token of the session's current generation.
	Current func(session, token string) bool
	// Vouch says that the source still hands out the token of that generation; its gate need not
	// close ahead of the end.
	Vouch func(session string, generation uint64)
	// Secrets are taken out of what is said; tokens that come are known before anybody is told of them.
	Secrets *secrets.Set
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Now is the wall clock; nil: time.Now.
	Now    func() time.Time
	Logger *zap.Logger
}

// Refresher runs one goroutine a session, so that one whose source hangs keeps nobody else waiting, and no
// session asks twice at the same time.
type Refresher struct {
	cfg     Config
	workers []*worker
	ctx     context.Context
	stop    context.CancelFunc
	gone    sync.WaitGroup
	news    chan struct{} // holds at most one wake of the reader
}

// Start sets the workers to work. Without sessions it does nothing.
func Start(c Config) (*Refresher, error) {
	if c.State == nil || c.Reader == nil || c.Fatal == nil || c.Login == nil || c.Current == nil || c.Vouch == nil || c.Publish == nil {
		return nil, errors.New("refresher: State, Reader, Fatal, Login, Current, Vouch and Publish must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	r := &Refresher{cfg: c, news: make(chan struct{}, 1)}
	r.ctx, r.stop = context.WithCancel(context.Background())
	if len(c.Sessions) == 0 {
		return r, nil
	}
	for _, s := range c.Sessions {
		r.workers = append(r.workers, newWorker(&r.cfg, s))
	}
	reader := c.Reader(func() {
		select {
		case r.news <- struct{}{}:
		default:
		}
	})
	r.gone.Go(func() { r.follow(reader) })
	for _, w := range r.workers {
		r.gone.Go(func() { w.run(r.ctx) })
	}
	return r, nil
}

// follow wakes the workers when something has become of a session; what, they ask the machine.
func (r *Refresher) follow(reader Reader) {
	defer reader.Close()
	for {
		records, err := reader.Next()
		if err != nil {
			r.cfg.Fatal(fmt.Errorf("refresher: read the log: %w", err))
			return
		}
		if len(records) > 0 {
			for _, w := range r.workers {
				w.wake()
			}
			continue
		}
		select {
		case <-r.ctx.Done():
			return
		case <-r.news:
		}
	}
}

// Stop ends the workers and waits for them: a refresh that is under way is called off.
func (r *Refresher) Stop() {
	r.stop()
	r.gone.Wait()
}

// Forget drops what the session's source keeps for its next token: a person has signed out.
func (r *Refresher) Forget(session string) error {
	for _, w := range r.workers {
		if k, ok := w.session.Source.(Keeper); ok && w.session.Name == session {
			return k.Forget()
		}
	}
	return nil
}

// Trouble is why a session gets no credential by itself at present; empty if there is no trouble.
func (r *Refresher) Trouble(session string) string {
	for _, w := range r.workers {
		if w.session.Name == session {
			return cmp.Or(w.trouble.Load().(string), w.complaint.Load().(string))
		}
	}
	return ""
}
