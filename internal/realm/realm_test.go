package realm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/messages"
	"curfew/tests/patience"
)

var errFull = errors.New("one too many")

// ledger is the nodes that a machine knows, and what was recorded about them.
type ledger struct {
	mu       sync.Mutex
	most     int // nodes, if it is not 0
	fails    int // this many more questions are not answered
	known    []realm.Known
	recorded []string
	grown    chan struct{}
}

func (l *ledger) nodes(context.Context) ([]realm.Known, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails > 0 {
		l.fails--
		return nil, errors.New("not now")
	}
	return slices.Clone(l.known), nil
}

func (l *ledger) record(_ context.Context, c realm.Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := func(node string) func(realm.Known) bool { return func(k realm.Known) bool { return k.Node == node } }
	switch f := c.Fact.(type) {
	case messages.NodeJoined:
		if len(l.known) == l.most && l.most > 0 && !slices.ContainsFunc(l.known, of(f.Node)) {
			return errFull
		}
		l.known = append(slices.DeleteFunc(l.known, of(f.Node)), realm.Known{NodeJoined: f})
		l.recorded = append(l.recorded, fmt.Sprint("joined ", f.Node, " ", f.Incarnation))
	case messages.NodeLost:
		l.known = slices.DeleteFunc(l.known, of(f.Node))
		l.recorded = append(l.recorded, fmt.Sprint("lost ", f.Node, " ", f.Incarnation))
	}
	close(l.grown)
	l.grown = make(chan struct{})
	return nil
}

func (l *ledger) note(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recorded = append(l.recorded, what)
}

// until waits until what is known of a node is so; nil: it is not there.
func (l *ledger) until(t *testing.T, node string, so func(*messages.NodeJoined) bool) {
	t.Helper()
	limit := time.After(patience.Limit)
	for {
		l.mu.Lock()
		grown := l.grown
		var now *messages.NodeJoined
		if i := slices.IndexFunc(l.known, func(k realm.Known) bool { return k.Node == node }); i >= 0 {
			now = &l.known[i].NodeJoined
		}
		is := so(now)
		l.mu.Unlock()
		if is {
			return
		}
		select {
		case <-grown:
		case <-limit:
			t.Fatalf("what is known of %s does not become so; recorded was %q", node, l.recorded)
		}
	}
}

func there(incarnation uint64) func(*messages.NodeJoined) bool {
	return func(n *messages.NodeJoined) bool { return n != nil && n.Incarnation == incarnation }
}

func gone(n *messages.NodeJoined) bool { return n == nil }

// joinRealm makes a node with a log.
func joinRealm(t *testing.T, nc *client.Conn, l *ledger, n realm.Node, lost func()) (*realm.Realm, *bus.Log) {
	t.Helper()
	r, log, _ := joinLogged(t, nc, l, n, lost)
	return r, log
}

// joinLogged is joinRealm for a test that reads what the node logs. A log that cannot go on is an error.
func joinLogged(
	t *testing.T, nc *client.Conn, l *ledger, n realm.Node, lost func(),
) (*realm.Realm, *bus.Log, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.InfoLevel)
	o := nats.Options{Realm: "test"}
	j, err := nats.Join(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	q, err := nats.OpenQueue(t.Context(), nc, o, j.Taken())
	if err != nil {
		t.Fatal(err)
	}
	log, err := bus.Open(bus.Options{Journal: j, Send: q.Send})
	if err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{}, 1)
	r, err := realm.Join(t.Context(), realm.Options{
		Conn: nc, Realm: o, Queue: q, Log: log, Node: n, Lost: lost, Known: l.nodes, Record: l.record,
		Begin: func(context.Context) {
			l.note("begin")
			select {
			case began <- struct{}{}:
			default:
			}
		},
		Logger: zap.New(core), Fatal: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Leave()
		_ = log.Close()
	})
	if n.Name == "first" {
		select {
		case <-began:
		case <-t.Context().Done():
			t.Fatal("the only node does not decide")
		}
	}
	return r, log, logs
}

// may waits until the node knows that the others see it.
func may(t *testing.T, r *realm.Realm) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for !r.May() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatal("the node may do nothing")
		}
	}
}

// A node that gets no answers any more may do nothing before the one that decides records that; when it is back, it is
// another incarnation. One that leaves is gone at once.
func TestNodesComeAndGo(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	first, log, logs := joinLogged(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	if !first.Decides() || !log.Leads() {
		t.Error("the first node does not decide")
	}
	proxy := natstest.NewProxy(t, url)
	lost := make(chan struct{}, 1)
	second, _ := joinRealm(t, natstest.Connect(t, proxy.URL), l,
		realm.Node{Name: "second", Incarnation: 5, Labels: map[string]string{"gpu": "true"}}, func() { lost <- struct{}{} })
	l.until(t, "first", there(1))
	l.until(t, "second", there(5))
	may(t, second)
	if second.Decides() {
		t.Error("two nodes decide")
	}
	if name, err := second.Decider(t.Context()); err != nil || name != "first" {
		t.Errorf("who decides: %q, %v", name, err)
	}
	proxy.Mute()
	// What it asks for still arrives: it may come back without having been seen to go.
	l.until(t, "second", func(n *messages.NodeJoined) bool { return n == nil || n.Incarnation > 5 })
	if second.May() {
		t.Error("a node that is lost may begin something")
	}
	select {
	case <-lost:
	case <-time.After(patience.Limit):
		t.Error("the node does not learn that it is lost")
	}
	proxy.Cut() // and it can be reached again
	may(t, second)
	l.until(t, "second", there(6))
	nodes, err := first.Nodes(t.Context())
	if err != nil || len(nodes) != 2 || nodes[1].Name != "second" || nodes[1].Labels["gpu"] != "true" {
		t.Errorf("the nodes are %+v, %v", nodes, err)
	}
	second.Leave()
	l.until(t, "second", gone)
	wait(t, "the node that decides to log who has come and gone", func() bool {
		return logs.FilterMessage("realm: a node is here").FilterField(zap.String("node", "second")).Len() > 0 &&
			logs.FilterMessageSnippet("a node is lost").FilterField(zap.String("node", "second")).Len() > 0
	})
}

// A node that gives its presence up is told to end what runs, and is there again in another incarnation, once.
func TestGiveUp(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	lost := make(chan struct{}, 8)
	second, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "second", Incarnation: 5}, func() { lost <- struct{}{} })
	l.until(t, "second", there(5))
	second.GiveUp(4)
	second.GiveUp(5)
	second.GiveUp(5)
	l.until(t, "second", there(6))
	may(t, second)
	if incarnation, now := second.Seen(); incarnation != 6 || !now || len(lost) != 1 {
		t.Errorf("it is there as %d (%t), and was told %d times that it was lost", incarnation, now, len(lost))
	}
}

// A fleet that is full refuses another node until one is gone, and records that it is gone.
func TestFullFleet(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	l := &ledger{grown: make(chan struct{}), most: 2}
	joinRealm(t, nc, l, realm.Node{Name: "first", Incarnation: 1}, nil)
	second, _ := joinRealm(t, nc, l, realm.Node{Name: "second", Incarnation: 2}, nil)
	l.until(t, "second", there(2))
	third, _ := joinRealm(t, nc, l, realm.Node{Name: "third", Incarnation: 3}, nil)
	may(t, third)
	second.Leave()
	l.until(t, "second", gone)
	l.until(t, "third", there(3))
}

// What runs on a node that gives its presence up is told to end before the others know that it has gone.
func TestEndsBeforeItIsGone(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	changes, err := nc.SubscribeSync("$KV.curfew-test-leases.node.>")
	if err != nil {
		t.Fatal(err)
	}
	gone := func() bool { // an answer that is lost takes nothing from what has come
		if err := nc.Flush(); err != nil {
			t.Error(err)
		}
		for {
			m, err := changes.NextMsg(time.Nanosecond)
			if err != nil {
				return false
			}
			if m.Header.Get("KV-Operation") == "DEL" {
				return true
			}
		}
	}
	l := &ledger{grown: make(chan struct{})}
	lost := make(chan bool, 1)
	first, _ := joinRealm(t, nc, l, realm.Node{Name: "first", Incarnation: 5}, func() { lost <- gone() })
	l.until(t, "first", there(5))
	first.GiveUp(5)
	if <-lost {
		t.Error("the others know that the node has gone before what runs there is told to end")
	}
	l.until(t, "first", there(6))
	if !gone() {
		t.Error("the node has not told the others")
	}
}

// A second process with the name of a node waits until the first is gone.
func TestOneProcessForEachName(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	a, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "twin", Incarnation: 2}, nil)
	l.until(t, "twin", there(2))
	b, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "twin", Incarnation: 3}, nil)
	if b.May() {
		t.Error("two processes are one node")
	}
	a.Leave()
	l.until(t, "twin", there(3))
	may(t, b)
}

// The servers go away while the node that decides records something. It lets go of everything and goes on when they are
// back, with what it was recording.
func TestServersAway(t *testing.T) {
	t.Parallel()
	s := natstest.One(t)
	l := &ledger{grown: make(chan struct{})}
	r, log, logs := joinLogged(t, natstest.Connect(t, s.ClientURL()), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	l.until(t, "first", there(1))
	natstest.Stop(s)
	recorded := make(chan error, 1)
	go func() {
		_, err := log.Commit(context.WithoutCancel(t.Context()), bus.Draft{ID: "meanwhile", Fact: messages.JobPaused{Job: "job"}})
		recorded <- err
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for logs.FilterMessageSnippet("has no answer yet").Len() == 0 {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("it does not wait for what it was recording: %v", logs.All())
		}
	}
	if r.Decides() || r.May() {
		t.Error("without the servers a node may do something")
	}
	natstest.Again(t, s)
	if err := <-recorded; err != nil {
		t.Errorf("what it was recording: %v", err)
	}
	may(t, r)
	for !r.Decides() || !log.Leads() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("it does not decide again: %v", logs.All())
		}
	}
}

// Whoever takes over records who has gone before it begins anything: after servers that were away for a while, what the
// log says of the nodes is old. A look that failed is none.
func TestLooksBeforeItBegins(t *testing.T) {
	t.Parallel()
	gone := realm.Known{NodeJoined: messages.NodeJoined{Node: "gone", Incarnation: 5}}
	l := &ledger{grown: make(chan struct{}), known: []realm.Known{gone}, fails: 2}
	joinRealm(t, natstest.Connect(t, natstest.Server(t)), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	lost, begun := slices.Index(l.recorded, "lost gone 5"), slices.Index(l.recorded, "begin")
	if lost < 0 || begun < lost {
		t.Errorf("recorded was %q", l.recorded)
	}
}
