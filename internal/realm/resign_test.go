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
	first.Resign()
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
