// Package fleet_test tests runtimes that share one journal in memory, in virtual time. Who decides is said by the test.
package fleet_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/actors/system/readers"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

// fleet is nodes on one journal, and the queue of parcels to the one that decides.
type fleet struct {
	t     *testing.T
	realm *memory.Realm
	nodes map[string]*node
	// tokens are the files of tokens that nodes are started with; of another one it is a new one.
	tokens map[string]string
	// readers are what the build of a node adds; nil: nothing.
	readers func(node string) []readers.Reader

	mu      sync.Mutex
	parcels []parcel
	came    chan struct{} // closed when there is one more
	ran     []start
	act     func(ctx context.Context, on string, a actors.Attempt) error
}

type parcel struct {
	bus.Parcel
	from *node
}

// start is an attempt that was begun.
type start struct {
	node string
	actors.Attempt
}

// node is a runtime of the fleet.
type node struct {
	*engine.Runtime
	name  string
	relay *memory.Relay
	log   *observer.ObservedLogs
	end   func() // of its time of deciding; nil: it follows

	incarnation atomic.Uint64
	unseen      atomic.Bool            // by the others
	away        atomic.Bool            // from the servers of the journal
	unseenAt    atomic.Uint64          // the incarnation in which it has not begun an attempt
	timed       atomic.Pointer[func()] // called once, when the node looks at its clock
}

// newFleet is a fleet without nodes, half a minute before an hour.
func newFleet(t *testing.T) *fleet {
	t.Helper()
	time.Sleep(time.Until(time.Date(2027, time.January, 15, 6, 59, 30, 0, time.UTC)))
	return &fleet{t: t, realm: memory.NewRealm(), nodes: map[string]*node{}, came: make(chan struct{})}
}

// join starts a node with a job file. Its clock shows so much more than that of the others.
func (f *fleet) join(name, file string, ahead time.Duration) *node {
	f.t.Helper()
	n, err := f.start(name, file, ahead)
	if err != nil {
		f.t.Fatal(err)
	}
	f.nodes[name] = n
	return n
}

// start is join for a node whose start may fail.
func (f *fleet) start(name, file string, ahead time.Duration) (*node, error) {
	f.t.Helper()
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[shellSpec] { return shell{f: f, node: name} })
	load := func() (config.Config, error) {
		conf, err := config.Parse("jobs.yaml", []byte(file), "/srv/jobs", kinds)
		for i := range conf.Jobs {
			conf.Jobs[i].Timezone = "UTC"
		}
		return conf, err
	}
	conf, err := load()
	if err != nil {
		f.t.Fatal(err)
	}
	var added []readers.Reader
	if f.readers != nil {
		added = f.readers(name)
	}
	core, logs := observer.New(zap.WarnLevel)
	n := &node{name: name, relay: f.realm.Open(), log: logs}
	n.incarnation.Store(1)
	if old := f.nodes[name]; old != nil {
		n.incarnation.Store(old.incarnation.Load() + 1)
	}
	n.Runtime, err = engine.Start(f.t.Context(), engine.Options{
		Node: name, Kinds: kinds, Readers: added, Config: conf, Load: load, Journal: reading{n.relay, &n.away}, History: &history.Store{},
		Tokens: cmp.Or(f.tokens[name], filepath.Join(f.t.TempDir(), "tokens.json")), Logger: zap.New(core),
		Now: func() time.Time {
			if do := n.timed.Swap(nil); do != nil {
				(*do)()
			}
			return time.Now().Add(ahead)
		},
		Reached: func() bool { return !n.away.Load() },
		Seen:    func() (uint64, bool) { return n.incarnation.Load(), !n.unseen.Load() },
		Unseen: func(of uint64) {
			n.unseenAt.Store(of)
		},
		Send: func(_ context.Context, p bus.Parcel) error {
			if n.away.Load() {
				return errAway
			}
			f.send(parcel{p, n})
			return nil
		},
	})
	return n, err
}

// does says what attempts do; nil: they succeed at once.
func (f *fleet) does(act func(ctx context.Context, on string, a actors.Attempt) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.act = act
}

func (f *fleet) send(p parcel) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parcels = append(f.parcels, p)
	close(f.came)
	f.came = make(chan struct{})
}

// next is the parcel at a place, when it is there.
func (f *fleet) next(place uint64) (p parcel, ok bool, came <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if place > uint64(len(f.parcels)) {
		return p, false, f.came
	}
	return f.parcels[place-1], true, nil
}

// lead has a node decide, and records the nodes that are given.
func (f *fleet) lead(n *node, present ...string) {
	f.t.Helper()
	if err := n.Log().Lead(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { n.Preside(ctx) })
	parts.Go(func() { f.carry(ctx, n) })
	n.end = func() {
		cancel()
		parts.Wait()
		n.end = nil
	}
	for _, name := range present {
		f.see(n, f.nodes[name])
	}
}

// see has the node that decides record that another one is there.
func (f *fleet) see(by, n *node) {
	f.t.Helper()
	f.commit(by, messages.NodeJoined{Node: n.name, Incarnation: n.incarnation.Load()})
}

// carry hands the parcels to the node that decides, until ctx ends.
func (f *fleet) carry(ctx context.Context, to *node) {
	for place := to.Log().Taken() + 1; ; {
		p, ok, came := f.next(place)
		if !ok {
			select {
			case <-came:
				continue
			case <-ctx.Done():
				return
			}
		}
		answer, err := to.Log().TakeIn(ctx, place, p.Content)
		if err != nil {
			return
		}
		p.from.Log().Answered(answer)
		place++
	}
}

// yield has a node follow again.
func (f *fleet) yield(n *node) {
	f.t.Helper()
	n.end()
	if err := n.Log().Yield(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) commit(n *node, fact messages.Fact) {
	f.t.Helper()
	if _, err := n.Commit(f.t.Context(), "", fact); err != nil {
		f.t.Fatal(err)
	}
}

// stop stops every node; the one that decides is the last.
func (f *fleet) stop() {
	f.t.Helper()
	all := make([]*node, 0, len(f.nodes))
	for _, n := range f.nodes {
		all = append(all, n)
	}
	leads := func(n *node) int {
		if n.end != nil {
			return 1
		}
		return 0
	}
	slices.SortFunc(all, func(a, b *node) int { return cmp.Or(leads(a)-leads(b), cmp.Compare(a.name, b.name)) })
	for _, n := range all {
		if err := n.Stop(context.Background()); err != nil {
			f.t.Errorf("stop %s: %v", n.name, err)
		}
		if n.end != nil {
			n.end()
		}
	}
	time.Sleep(time.Minute) // what protoactor leaves behind
}

// starts are the attempts that were begun, as "job run attempt", sorted, and how many on each node.
func (f *fleet) starts() (all []string, on map[string]int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	on = map[string]int{}
	for _, s := range f.ran {
		all = append(all, fmt.Sprint(s.Job, " ", s.Run, " ", s.Number))
		on[s.node]++
	}
	slices.Sort(all)
	return all, on
}

// records are those of the journal whose bodies are of that type.
func records[B messages.Body](f *fleet) (out []messages.Record) {
	f.t.Helper()
	err := bus.Scan(f.realm.Open(), 1, func(r messages.Record) error {
		if _, ok := r.Body.(B); ok {
			out = append(out, r)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

type shellSpec struct{}

func (shellSpec) Kind() string    { return "shell" }
func (shellSpec) Validate() error { return nil }

// shell does what the fleet's act says.
type shell struct {
	actors.Defaults[shellSpec]
	f    *fleet
	node string
}

func (s shell) Run(ctx context.Context, run actors.Run[shellSpec]) (actors.Output, error) {
	s.f.mu.Lock()
	s.f.ran = append(s.f.ran, start{s.node, run.Attempt})
	act := s.f.act
	s.f.mu.Unlock()
	if act == nil {
		return actors.Output{Text: "done"}, nil
	}
	return actors.Output{}, act(ctx, s.node, run.Attempt)
}

var errTrouble = errors.New("the backend is overloaded")
