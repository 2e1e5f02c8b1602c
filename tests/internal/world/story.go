// Package world is what several kinds of tests share: a runtime in virtual time ([Virtual], [Story], [Crash]), the
// built program as a process ([Daemon]), a backend of a model that counts its calls ([Backend]), and checks of journals.
package world

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/replay/story"
	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Story is a world with the whole runtime in it, in a synctest bubble: log, machine, supervisors,
// hosts, gate, scheduler and timers. Only the actors are stand-ins, which end when the story says so.
type Story struct {
	t       *testing.T
	Runtime *engine.Runtime
	reader  *bus.Reader
	offset  atomic.Int64  // of the wall clock, in nanoseconds: the runtime's goroutines read it while a story steps it
	steps   time.Duration // how often time was let pass
	tokens  int
	told    map[string]*storyTarget // targets of notifications, by name
	conf    messages.RuntimeConfigured
	disk0   *KilledJournal       // of the process that lives now
	secret  string               // path of the token file
	seen    uint64               // seq of the last record that Records has returned
	began   func(actors.Attempt) // may be nil: an attempt begins

	mu       sync.Mutex
	flying   map[string][]chan order // attempts that have not returned, by job, newest last
	stubborn map[string]bool
}

var _ story.World = (*Story)(nil)

// order is what a story tells an attempt in flight.
type order struct {
	end        *story.Outcome
	sideEffect bool
}

func NewStory(t *testing.T) *Story {
	time.Sleep(time.Until(story.Start.Time()))
	return &Story{t: t, flying: map[string][]chan order{}, stubborn: map[string]bool{}, told: map[string]*storyTarget{}}
}

func (w *Story) now() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }

// Now is the wall clock.
func (w *Story) Now() messages.Instant { return messages.At(w.now()) }

// settle returns when nothing is left to do at this instant: the bubble's clock moves only then.
func (w *Story) settle() { time.Sleep(time.Nanosecond) }

// Advance lets time pass. Every call goes on a microsecond longer than the one before, so that timers
// which were armed a few nanoseconds into their millisecond have gone off, too.
func (w *Story) Advance(to messages.Instant) error {
	w.steps++
	time.Sleep(to.Time().Sub(w.now()) + w.steps*time.Microsecond)
	w.settle()
	return nil
}

// StepClock sets the wall clock.
func (w *Story) StepClock(d time.Duration) error {
	w.offset.Add(int64(d))
	return nil
}

// Publish commits facts in one call; the first configures and starts the runtime.
func (w *Story) Publish(facts ...messages.Fact) error {
	defer w.settle()
	if conf, ok := facts[0].(messages.RuntimeConfigured); ok && w.Runtime == nil {
		return w.start(conf)
	}
	drafts := make([]bus.Draft, len(facts))
	for i, f := range facts {
		drafts[i] = bus.Draft{Fact: f}
	}
	_, err := w.Runtime.Log().Commit(context.Background(), drafts...)
	return err
}

func (w *Story) start(conf messages.RuntimeConfigured) error {
	w.conf, w.disk0 = conf, newKilledJournal(memory.New(), Seen, 0, nil)
	w.secret = filepath.Join(w.t.TempDir(), "tokens.json")
	return w.begin(nil)
}

func (w *Story) begin(jobs []messages.Definition) error {
	rt, err := w.boot(engine.Options{Config: config.Config{Runtime: w.conf, Jobs: jobs}, Journal: w.disk0, Tokens: w.secret})
	if err != nil {
		return err
	}
	w.Runtime, w.reader = rt, rt.Log().Reader(w.seen, func() {})
	return nil
}

// Restart ends the runtime, in order or as a SIGKILL does, and starts it again at the same instant.
func (w *Story) Restart(crash bool) error {
	var jobs []messages.Definition
	w.View(func(m *policy.Machine) {
		jobs = m.Spent()
		for _, name := range m.JobNames() {
			v, _ := m.Job(name)
			jobs = append(jobs, v.Definition)
		}
	})
	if crash {
		w.disk0.die()
		w.mu.Lock()
		for _, attempts := range w.flying {
			for _, c := range attempts {
				close(c)
			}
		}
		clear(w.flying)
		w.mu.Unlock()
	}
	before := time.Now()
	if err := w.Runtime.Stop(context.Background()); err != nil && !crash {
		return err
	}
	w.settle()
	w.offset.Add(-int64(time.Since(before)))
	w.disk0 = newKilledJournal(w.disk0.Journal, Seen, 0, nil)
	defer w.settle()
	return w.begin(jobs)
}

// boot starts a runtime in this world.
func (w *Story) boot(o engine.Options) (*engine.Runtime, error) {
	o.Kinds = &actors.Registry{}
	registerStandIns(o.Kinds, w)
	o.Now, o.Settle, o.Order = w.now, synctest.Wait, story.Order
	o.Targets = w.targets(o.Config.Runtime.Notify)
	return engine.Start(context.Background(), o)
}

// Stop ends the runtime and lets what protoactor leaves behind run out.
func (w *Story) Stop() {
	if w.Runtime == nil {
		return
	}
	w.mu.Lock()
	clear(w.stubborn)
	for _, attempts := range w.flying {
		for _, c := range attempts {
			close(c)
		}
	}
	w.mu.Unlock()
	if err := w.Runtime.Stop(context.Background()); err != nil {
		w.t.Errorf("stop: %v", err)
	}
	time.Sleep(time.Minute)
}

// SignIn gives the session a token of its own, a JWT if it is to lapse. A program's sign-in makes a new
// generation of the token that is there.
func (w *Story) SignIn(session, by string, expires messages.Instant) error {
	defer w.settle()
	if by == messages.ByRefresh {
		return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
	}
	token := w.token(expires)
	_, err := backend.New(w.Runtime).Login(context.Background(), session, api.Login{Token: api.Secret(token)})
	return err
}

// token is a new one.
func (w *Story) token(expires messages.Instant) string {
	w.tokens++
	token := fmt.Sprintf("token-%d", w.tokens)
	if !expires.IsZero() {
		token = JWT(token, expires.Time())
	}
	return token
}

// JWT is an unsigned token that says when it lapses.
func JWT(subject string, exp time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part(fmt.Appendf(nil, `{"sub":%q,"exp":%d.%03d}`, subject, exp.Unix(), exp.UnixMilli()%1000)) + ".sig"
}

// tell gives an order to the newest attempt of a job that has not returned.
func (w *Story) tell(job string, o order) error {
	w.mu.Lock()
	attempts := w.flying[job]
	w.mu.Unlock()
	if len(attempts) == 0 {
		return fmt.Errorf("no attempt of %s is in flight", job)
	}
	attempts[len(attempts)-1] <- o
	w.settle()
	return nil
}

// End lets an attempt return.
func (w *Story) End(job string, o story.Outcome) error { return w.tell(job, order{end: &o}) }

// SideEffect lets an attempt call a tool.
func (w *Story) SideEffect(job string) error { return w.tell(job, order{sideEffect: true}) }

// Stubborn makes attempts of a job ignore orders to stop.
func (w *Story) Stubborn(job string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stubborn[job] = true
}

// Confirm is what the transport of a session reports at the first authenticated 2xx.
func (w *Story) Confirm(job string) error {
	var f *messages.SessionConfirmed
	w.View(func(m *policy.Machine) {
		for _, a := range m.InFlight() {
			if a.Job == job {
				f = &messages.SessionConfirmed{Session: a.Session, Generation: a.Generation, Run: a.Run}
			}
		}
	})
	if f == nil {
		return fmt.Errorf("no attempt of %s is in flight", job)
	}
	return w.Publish(*f)
}

// Records is what was appended since the last call.
func (w *Story) Records() (all []messages.Record) {
	if w.Runtime == nil {
		return nil
	}
	for {
		recs, err := w.reader.Next()
		if err != nil {
			w.t.Fatal(err)
		}
		if len(recs) == 0 {
			return all
		}
		all = append(all, recs...)
		w.seen = recs[len(recs)-1].Seq
	}
}

// View looks at the machine.
func (w *Story) View(f func(*policy.Machine)) {
	if err := w.Runtime.View(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// run is the stand-in: it waits for the story.
func (w *Story) run(ctx context.Context, a actors.Attempt) (actors.Output, error) {
	if w.began != nil {
		w.began(a)
	}
	c := make(chan order)
	w.mu.Lock()
	w.flying[a.Job] = append(w.flying[a.Job], c)
	w.mu.Unlock()
	defer w.landed(a.Job, c)
	for {
		var stop <-chan struct{}
		w.mu.Lock()
		if !w.stubborn[a.Job] {
			stop = ctx.Done()
		}
		w.mu.Unlock()
		select {
		case o, open := <-c:
			switch {
			case !open:
				return actors.Output{}, errors.New("the story is over")
			case o.sideEffect:
				if err := a.BeginSideEffect(ctx, "send_mail"); err != nil {
					return actors.Output{}, err
				}
			default:
				return actors.Output{Text: o.end.Output, Usage: usage(*o.end)}, outcome(*o.end)
			}
		case <-stop:
			return actors.Output{}, ctx.Err()
		}
	}
}

func (w *Story) landed(job string, c chan order) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, o := range w.flying[job] {
		if o == c {
			w.flying[job] = append(w.flying[job][:i:i], w.flying[job][i+1:]...)
			return
		}
	}
}

// usage is what the attempt cost.
func usage(o story.Outcome) (u messages.Usage) {
	if spent := o.Usage(); spent != nil {
		u = *spent
	}
	return u
}

// outcome is what an actor returns, or does, for the outcome of a story.
func outcome(o story.Outcome) error {
	err := errors.New(string(o.Class))
	switch o.Class {
	case "":
		return nil
	case messages.ClassPermanent:
		return actors.Permanent(err)
	case messages.ClassRateLimited:
		if o.Detail == messages.DetailQuota {
			return actors.QuotaExhausted(err, o.RetryAfter)
		}
		return actors.RetryAfter(err, o.RetryAfter)
	case messages.ClassTransient:
		switch o.Detail {
		case messages.DetailUnreachable:
			return actors.Unreachable(err)
		case messages.DetailUnanswered:
			return actors.Unanswered(err)
		}
	case messages.ClassSessionExpired:
		return actors.SessionExpired(err)
	case messages.ClassTimeout:
		return fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
	case messages.ClassPanic:
		panic("the story panics")
	}
	return err
}

// Three stand-in types with the names that stories use.
type (
	agentSpec struct{ standIn }
	cliSpec   struct{ standIn }
	shellSpec struct{ standIn }
	standIn   struct{}
)

func (standIn) Validate() error { return nil }
func (agentSpec) Kind() string  { return "agent" }
func (cliSpec) Kind() string    { return "cli-agent" }
func (shellSpec) Kind() string  { return "shell" }

func registerStandIns(r *actors.Registry, w *Story) {
	actors.Register(r, func(actors.Env) actors.Actor[agentSpec] { return &gatedStandIn[agentSpec]{w: w} })
	actors.Register(r, func(actors.Env) actors.Actor[cliSpec] { return &gatedStandIn[cliSpec]{w: w} })
	actors.Register(r, func(actors.Env) actors.Actor[shellSpec] { return &freeStandIn[shellSpec]{w: w} })
}

type gatedStandIn[S actors.Spec] struct {
	actors.Gated[S]
	w *Story
}

func (s *gatedStandIn[S]) Run(ctx context.Context, run actors.Run[S]) (actors.Output, error) {
	return s.w.run(ctx, run.Attempt)
}

type freeStandIn[S actors.Spec] struct {
	actors.Defaults[S]
	w *Story
}

func (s *freeStandIn[S]) Run(ctx context.Context, run actors.Run[S]) (actors.Output, error) {
	return s.w.run(ctx, run.Attempt)
}
