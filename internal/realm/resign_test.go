package realm_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/messages"
	"curfew/tests/patience"
)

// A node that resigns is still there, and another one decides at once.
func TestResign(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	first, log := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, func() { t.Error("it is lost") })
	second, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "second", Incarnation: 2}, nil)
	l.until(t, "first", there(1))
	first.Resign(t.Context())
	if first.Decides() || log.Leads() {
		t.Error("it still decides")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for !second.Decides() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatal("nobody decides")
		}
	}
	may(t, first)
	if incarnation, now := first.Seen(); incarnation != 1 || !now || first.Decides() {
		t.Errorf("it is there as %d (%t), and decides: %t", incarnation, now, first.Decides())
	}
}

// cutShort is a journal that is claimed by a node that resigns right then, once.
type cutShort struct {
	*nats.Relay
	claimed chan struct{}
	once    sync.Once
}

func (c *cutShort) Claim(ctx context.Context) error {
	err := c.Relay.Claim(ctx)
	c.once.Do(func() {
		close(c.claimed)
		<-ctx.Done()
	})
	return err
}

// A node that resigns between its claim and its first decision goes on: what it has to say reaches the next that decides,
// which may be itself.
func TestResignBeforeItDecides(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	o := nats.Options{Realm: "test"}
	relay, err := nats.Join(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	q, err := nats.OpenQueue(t.Context(), nc, o, 0)
	if err != nil {
		t.Fatal(err)
	}
	j := &cutShort{Relay: relay, claimed: make(chan struct{})}
	log, err := bus.Open(bus.Options{Journal: j, Send: q.Send, Stopped: func(err error) { t.Errorf("its log has stopped: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	options := realm.Options{
		Conn: nc, Realm: o, Queue: q, Log: log, Node: realm.Node{Name: "a", Incarnation: 1}, Fatal: func(err error) { t.Error(err) },
	}
	join := func() *realm.Realm {
		t.Helper()
		r, err := realm.Join(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := join()
	patience.Await(t, "the node to claim the journal", j.claimed)
	first.Leave()
	log.Publish(bus.Draft{ID: "said", Fact: messages.JobPaused{Job: "job"}})
	second := join()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	rs, err := log.Commit(ctx, bus.Draft{ID: "said", Fact: messages.JobPaused{Job: "job"}})
	if err != nil || rs[0].Seq != 1 {
		t.Errorf("what it said is record %+v, %v", rs, err)
	}
	second.Leave()
	if err := log.Close(); err != nil {
		t.Error(err)
	}
}

// A node that resigns while its servers are away waits for the answer to what it was recording, for as long as its log does:
// nothing is lost, so nothing has failed.
func TestResignWhileServersAreAway(t *testing.T) {
	t.Parallel()
	s := natstest.One(t)
	l := &ledger{grown: make(chan struct{})}
	r, log, logs := joinLogged(t, natstest.Connect(t, s.ClientURL()), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	l.until(t, "first", there(1))
	natstest.Stop(s)
	recorded, resigned := make(chan error, 1), make(chan struct{})
	go func() {
		_, err := log.Commit(context.WithoutCancel(t.Context()), bus.Draft{ID: "meanwhile", Fact: messages.JobPaused{Job: "job"}})
		recorded <- err
	}()
	wait(t, "the log to wait for its servers", func() bool { return log.Trouble() != "" })
	short, cancel := context.WithCancel(t.Context())
	cancel()
	r.Resign(short) // does not wait
	go func() {
		defer close(resigned)
		r.Resign(t.Context())
	}()
	wait(t, "the node to say that it waits", func() bool { return logs.FilterMessageSnippet("has no answer yet").Len() > 0 })
	natstest.Again(t, s)
	if err := patience.Await(t, "the answer", recorded); err != nil {
		t.Errorf("what it was recording: %v", err)
	}
	patience.Await(t, "the node to resign", resigned)
	if log.Leads() || r.Decides() {
		t.Error("it decides")
	}
}

// noting is a log that notes when something is taken in.
type noting struct {
	*bus.Log
	l *ledger
}

func (n noting) TakeIn(ctx context.Context, place uint64, content []byte) (bus.Answer, error) {
	a, err := n.Log.TakeIn(ctx, place, content)
	n.l.note("took in what was said")
	return a, err
}

// What a node has said while nobody decided, and went, is taken in before it is looked which nodes are there: it has not
// gone without a word, and what it has performed has not come to nothing.
func TestWordsOfANodeThatHasGone(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	o := nats.Options{Realm: "test"}
	open := func() (*nats.Queue, *bus.Log) {
		t.Helper()
		j, err := nats.Join(t.Context(), nc, o)
		if err != nil {
			t.Fatal(err)
		}
		q, err := nats.OpenQueue(t.Context(), nc, o, 0)
		if err != nil {
			t.Fatal(err)
		}
		log, err := bus.Open(bus.Options{Journal: j, Send: q.Send})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		return q, log
	}
	_, said := open()
	said.Publish(bus.Draft{Fact: messages.JobPaused{Job: "job"}})
	if err := said.Close(); err != nil { // it sends what is left
		t.Fatal(err)
	}
	l := &ledger{grown: make(chan struct{}), known: []realm.Known{{NodeJoined: messages.NodeJoined{Node: "gone", Incarnation: 5}}}}
	q, log := open()
	r, err := realm.Join(t.Context(), realm.Options{
		Conn: nc, Realm: o, Queue: q, Log: noting{log, l}, Node: realm.Node{Name: "a", Incarnation: 1}, Record: l.record,
		Known: func(ctx context.Context) ([]realm.Known, error) {
			l.note("looked")
			return l.nodes(ctx)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Leave()
	l.until(t, "gone", gone)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.recorded[0] != "took in what was said" {
		t.Errorf("it did %q", l.recorded)
	}
}
