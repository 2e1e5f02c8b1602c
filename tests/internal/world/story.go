// Package world is what several kinds of tests share: a runtime in virtual time ([Virtual], [Story], [Crash]), the
// built program as a process ([Daemon]), a backend of a model that counts its calls ([Backend]), and checks of journals.
package world

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/replay/story"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Story is the world of a story with the whole runtime in it: log, machine, supervisors, hosts, gate, scheduler and
// timers. Only the actors are stand-ins, which end when the story says so. Its clock is that of a synctest bubble.
type Story struct {
	t       *testing.T
	Runtime *engine.Runtime
	reader  *bus.Reader
	offset  atomic.Int64            // of the wall clock from the bubble's, in nanoseconds: the runtime reads it while a story steps it
	steps   time.Duration           // counts the calls of Advance, in microseconds
	signed  int                     // how many tokens were given out
	told    map[string]*storyTarget // targets of notifications, by name
	conf    messages.RuntimeConfigured
	disk    *killedJournal       // of the process that lives now
	tokens  string               // path of the token file
	seen    uint64               // seq of the last record that Records has returned
	began   func(actors.Attempt) // called when an attempt begins; may be nil

	// Alone says of the next start that the runtime goes on without the nodes of its journal; Node that it is that node.
	Alone bool
	Node  string
	// Open opens the journal for one more process; nil: it is in memory. On a [bus.Relay] the process is a node, and decides.
	Open   func() bus.Journal
	joined uint64 // processes of the node so far
	resign func() // has the node that decides lay down its duties; nil: the runtime is no node

	mu       sync.Mutex
	flying   []*flying // attempts that have not returned, newest last
	stubborn map[string]bool
}

var _ story.World = (*Story)(nil)

// NewStory returns a world at the beginning of a story. It must be called in a synctest bubble.
func NewStory(t *testing.T) *Story {
	time.Sleep(time.Until(story.Start.Time()))
	return &Story{
		t: t, tokens: filepath.Join(t.TempDir(), "tokens.json"),
		stubborn: map[string]bool{}, told: map[string]*storyTarget{},
	}
}

func (w *Story) now() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }

// Now is the wall clock.
func (w *Story) Now() messages.Instant { return messages.At(w.now()) }

// settle returns when everything of this instant is done: only then does the clock of the bubble move.
func (w *Story) settle() { time.Sleep(time.Nanosecond) }

// Advance lets time pass. Every call sleeps a microsecond longer than the one before, so that timers that were armed a
// few nanoseconds into their millisecond have fired, too.
func (w *Story) Advance(to messages.Instant) error {
	w.steps++
	time.Sleep(to.Time().Sub(w.now()) + w.steps*time.Microsecond)
	w.settle()
	return nil
}

// StepClock sets the wall clock while no time passes.
func (w *Story) StepClock(d time.Duration) error {
	w.offset.Add(int64(d))
	return nil
}

// Publish commits facts in one call; the first configures and starts the runtime.
func (w *Story) Publish(facts ...messages.Fact) error {
	defer w.settle()
	if conf, ok := facts[0].(messages.RuntimeConfigured); ok {
		if w.Runtime == nil {
			return w.start(conf)
		}
		w.conf = conf
		w.conf.Reloaded = false
	}
	drafts := make([]bus.Draft, len(facts))
	for i, f := range facts {
		drafts[i] = bus.Draft{Fact: f}
	}
	_, err := w.Runtime.Log().Commit(context.Background(), drafts...)
	return err
}

func (w *Story) start(conf messages.RuntimeConfigured) error {
	w.conf = conf
	if w.Open == nil {
		kept := memory.New()
		w.Open = func() bus.Journal { return kept }
	}
	return w.begin(nil)
}

func (w *Story) begin(jobs []messages.Definition) error {
	journal := w.Open()
	w.disk = newKilledJournal(journal, Seen, 0, nil)
	o := engine.Options{Config: config.Config{Runtime: w.conf, Jobs: jobs}, Journal: w.disk, Tokens: w.tokens}
	relay, shared := journal.(bus.Relay)
	if shared {
		o.Journal = &killedRelay{w.disk, relay}
	}
	rt, err := w.boot(o)
	if err != nil {
		return err
	}
	w.Runtime = rt
	if shared {
		if err := w.enter(rt); err != nil {
			return err
		}
	}
	w.reader = rt.Log().Reader(w.seen, func() {})
	if w.Node != "" {
		w.preside(rt)
	}
	return nil
}

// enter has the node decide and be known, as it is in a realm of one. That it is known is no part of the story.
func (w *Story) enter(rt *engine.Runtime) error {
	ctx := context.Background()
	if err := rt.Log().Lead(ctx); err != nil {
		return err
	}
	w.joined++
	got, err := rt.Commit(ctx, "", messages.NodeJoined{Node: w.Node, Incarnation: w.joined})
	if w.joined == 1 {
		w.seen = got.Seq + uint64(len(got.Decisions))
	}
	return err
}

// preside has a node decide, as whoever holds the lease of a realm does.
func (w *Story) preside(rt *engine.Runtime) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rt.Preside(ctx)
	}()
	w.resign = func() {
		cancel()
		<-ended
		w.resign = nil
	}
	w.settle()
}

// end stops the runtime.
func (w *Story) end() error {
	if w.resign != nil {
		w.resign()
	}
	return w.Runtime.Stop(context.Background())
}

// Restart ends the runtime, in order or as a SIGKILL does, and starts it again at the same instant.
func (w *Story) Restart(crash bool) error {
	var jobs []messages.Definition
	w.View(func(m *policy.Machine) {
		for _, d := range m.Spent() {
			jobs = append(jobs, d.Whole())
		}
		for _, name := range m.JobNames("", policy.All) {
			v, _ := m.Job(name)
			jobs = append(jobs, v.Definition.Whole())
		}
	})
	if crash {
		w.disk.die()
		w.endFlying()
	}
	before := time.Now()
	if err := w.end(); err != nil && !crash {
		return err
	}
	w.settle()
	w.offset.Add(-int64(time.Since(before)))
	defer w.settle()
	return w.begin(jobs)
}

// boot starts a runtime in this world.
func (w *Story) boot(o engine.Options) (*engine.Runtime, error) {
	o.Kinds = &actors.Registry{}
	registerStandIns(o.Kinds, w)
	o.History = &history.Store{}
	o.Now, o.Settle, o.Order, o.Alone = w.now, synctest.Wait, story.Order, w.Alone
	o.Node = w.Node
	o.Targets = w.targets(o.Config.Runtime.Notify)
	return engine.Start(context.Background(), o)
}

// Stop stops the runtime and waits until what protoactor leaves behind has ended.
func (w *Story) Stop() {
	if w.Runtime == nil {
		return
	}
	w.mu.Lock()
	clear(w.stubborn)
	w.mu.Unlock()
	w.endFlying()
	if err := w.end(); err != nil {
		w.t.Errorf("stop: %v", err)
	}
	time.Sleep(time.Minute)
}

// SignIn gives the session a token of its own, a JWT if it is to expire. The sign-in of a program makes a new generation
// of the token that is there.
func (w *Story) SignIn(session, by string, expires messages.Instant) error {
	defer w.settle()
	if messages.BroughtByItself(by) {
		return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
	}
	token := w.token(session, expires)
	_, err := backend.New(w.Runtime).Login(context.Background(), session, contract.Login{Token: contract.Secret(token)})
	return err
}

// token returns a new token, a JWT if it is to expire; none for a session that keeps none.
func (w *Story) token(session string, expires messages.Instant) string {
	if slices.ContainsFunc(w.conf.Sessions, func(s messages.SessionConfig) bool { return s.Name == session && s.Backend == "" }) {
		return ""
	}
	w.signed++
	token := fmt.Sprintf("token-%d", w.signed)
	if !expires.IsZero() {
		token = JWT(token, expires.Time())
	}
	return token
}

// JWT returns an unsigned token that says when it expires.
func JWT(subject string, exp time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part(fmt.Appendf(nil, `{"sub":%q,"exp":%d.%03d}`, subject, exp.Unix(), exp.UnixMilli()%1000)) + ".sig"
}

// Confirm is what the transport of a session reports at the first authenticated 2xx.
func (w *Story) Confirm(of story.Flight) error {
	var f *messages.SessionConfirmed
	w.View(func(m *policy.Machine) {
		for _, a := range m.InFlight() {
			if of.Names(a.Job, a.Run) {
				f = &messages.SessionConfirmed{Session: a.Session, Generation: a.Generation, Run: a.Run}
			}
		}
	})
	if f == nil {
		return fmt.Errorf("no attempt of %s is in flight", of.Job)
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
