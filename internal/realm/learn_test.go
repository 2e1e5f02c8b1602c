package realm_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap/zaptest/observer"

	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/tests/patience"
)

// A node that waits logs who decides instead, once for each change.
func TestLogsWhoDecides(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	l := &ledger{grown: make(chan struct{})}
	first, _ := joinRealm(t, nc, l, realm.Node{Name: "first", Incarnation: 1}, nil)
	second, _, ofSecond := joinLogged(t, nc, l, realm.Node{Name: "second", Incarnation: 2}, nil)
	third, _, ofThird := joinLogged(t, nc, l, realm.Node{Name: "third", Incarnation: 3}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	await := func(logs *observer.ObservedLogs, want ...string) {
		t.Helper()
		for {
			var got []string
			for _, line := range logs.FilterMessage("realm: another node decides").All() {
				got = append(got, fmt.Sprint(line.ContextMap()["node"]))
			}
			if slices.Equal(got, want) {
				return
			}
			if len(got) > len(want) || sleep.For(ctx, 10*time.Millisecond) != nil {
				t.Fatalf("it logs that %q decide, want %q", got, want)
			}
		}
	}
	await(ofSecond, "first")
	await(ofThird, "first")
	first.Leave()
	for !second.Decides() && !third.Decides() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatal("nobody decides")
		}
	}
	if second.Decides() {
		await(ofThird, "first", "second")
	} else {
		await(ofSecond, "first", "third")
	}
}
