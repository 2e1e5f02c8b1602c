package realm_test

import (
	"context"
	"testing"
	"time"

	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/messages"
	"curfew/tests/patience"
)

// decides waits until it is so.
func decides(t *testing.T, r *realm.Realm) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for !r.Decides() {
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatal("the node does not decide")
		}
	}
}

// While nodes have rules of two versions, one with the older ones decides: also when that changes. A node with newer ones
// does when no other is left that may.
func TestOlderRulesDecide(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	node := func(name string, rules int) *realm.Realm {
		r, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: name, Incarnation: 1, Rules: rules}, nil)
		return r
	}
	first := node("first", 5)
	newer := node("newer", 6)
	l.until(t, "newer", there(1))
	second, third := node("second", 5), node("third", 5)
	l.until(t, "second", there(1))
	l.until(t, "third", there(1))
	first.Leave()
	for ctx := t.Context(); ; { // one of the two that are left
		if second.Decides() || third.Decides() {
			break
		}
		if newer.Decides() {
			t.Fatal("the node with newer rules decides while others have older ones")
		}
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatal("nobody decides")
		}
	}
	other := second
	if second.Decides() {
		other = third
	}
	l.until(t, "first", gone)
	l.drain("second")
	l.drain("third")
	second.Resign(t.Context())
	third.Resign(t.Context())
	decides(t, newer)
	if !other.May() || other.Decides() {
		t.Error("a node with older rules that is drained is not there any more, or decides")
	}
}

// drain notes that a node gets no new attempts.
func (l *ledger) drain(node string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, k := range l.known {
		if k.Node == node {
			l.known[i] = realm.Known{NodeJoined: messages.NodeJoined{Node: k.Node, Incarnation: k.Incarnation, Stopping: true}}
		}
	}
}
