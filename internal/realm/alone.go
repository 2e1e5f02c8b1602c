package realm

import (
	"context"
	"errors"
	"fmt"

	client "github.com/nats-io/nats.go"

	"curfew/bus/nats"
)

// errNotAlone means that a realm is in use.
var errNotAlone = errors.New("a node decides in this realm, or records are being brought into it: end that first; " +
	"what was killed is forgotten after ten seconds")

// Alone calls f while no node is in a realm and nobody can decide there. The context of f ends when that is not certain
// any more.
func Alone(ctx context.Context, nc *client.Conn, o nats.Options, f func(context.Context) error) error {
	leases, err := nats.OpenLeases(ctx, nc, o)
	if err != nil {
		return err
	}
	term, ok, err := leases.Take(ctx, keyDecider, Node{})
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("realm %s: %w", o.Realm, errNotAlone)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		cancel(leases.Keep(ctx, term))
	}()
	if err = nobody(ctx, leases, o); err == nil {
		err = f(ctx)
	}
	cancel(nil)
	<-kept
	if term.Valid() { // else it ends by itself
		_ = leases.Release(context.WithoutCancel(ctx), term)
	}
	return err
}

// nobody says which nodes are in a realm.
func nobody(ctx context.Context, leases *nats.Leases, o nats.Options) error {
	there, err := present(ctx, leases)
	if err != nil || len(there) == 0 {
		return err
	}
	names := make([]string, len(there))
	for i, n := range there {
		names[i] = n.Name
	}
	return fmt.Errorf("realm %s has the nodes %q: stop them first", o.Realm, names)
}
