package realm_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/tests/patience"
)

// A node knows that its servers do not answer, though it is connected to one: to one that has lost the others, and to one
// of which nothing comes.
func TestReached(t *testing.T) {
	t.Parallel()
	servers := natstest.Cluster(t, 3)
	url := servers[0].ClientURL()
	if _, err := nats.OpenLeases(t.Context(), natstest.Connect(t, url), nats.Options{Realm: "test", Replicas: 3}); err != nil {
		t.Fatal(err)
	}
	proxy := natstest.NewProxy(t, url)
	nc := natstest.Connect(t, proxy.URL)
	l := &ledger{grown: make(chan struct{})}
	r, _, logs := joinLogged(t, nc, l, realm.Node{Name: "first", Incarnation: 1}, nil)
	until := func(reached bool) {
		t.Helper()
		wait(t, fmt.Sprintf("whether the servers are reached to be %t", reached), func() bool { return r.Reached() == reached })
		if !nc.IsConnected() {
			t.Error("the node is not connected")
		}
	}
	until(true)
	natstest.Stop(servers[1])
	natstest.Stop(servers[2])
	until(false)
	wait(t, "the node to ask for its lease again", func() bool { return logs.FilterMessageSnippet("cannot be asked for").Len() > 0 })
	if r.Reached() {
		t.Error("a node that asks in vain takes its servers for reached")
	}
	natstest.Again(t, servers[1])
	until(true)
	proxy.Mute()
	until(false)
	proxy.Cut()
	may(t, r)
	until(true)
}

// wait waits until something is so.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for !is() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("in vain: %s", what)
		}
	}
}
