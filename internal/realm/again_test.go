package realm_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/internal/realm"
	"curfew/tests/patience"
)

// leads is a log that says when it was told to decide.
type leads struct {
	*bus.Log
	at chan time.Time
}

func (l *leads) Lead(ctx context.Context) error {
	l.at <- time.Now()
	return l.Log.Lead(ctx)
}

// A node whose queue cannot be served any more gives the lease up, and takes it again only after the others could look for
// it: each time costs a claim in the journal.
func TestDeafNodeWaits(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	o := nats.Options{Realm: "test"}
	j, err := nats.Join(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	q, err := nats.OpenQueue(t.Context(), nc, o, j.Taken())
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "curfew-test_facts"); err != nil {
		t.Fatal(err)
	}
	log, err := bus.Open(bus.Options{Journal: j, Send: q.Send})
	if err != nil {
		t.Fatal(err)
	}
	l := &leads{Log: log, at: make(chan time.Time, 16)}
	r, err := realm.Join(t.Context(), realm.Options{
		Conn: nc, Realm: o, Queue: q, Log: l, Node: realm.Node{Name: "deaf", Incarnation: 1}, Fatal: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		r.Leave()
		_ = log.Close()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	var before time.Time
	for range 3 {
		select {
		case at := <-l.at:
			if waited := at.Sub(before); waited < realm.AgainEvery {
				t.Errorf("it decides again after %s", waited)
			}
			before = at
		case <-ctx.Done():
			t.Fatal("it does not try again")
		}
	}
}
