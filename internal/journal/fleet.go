package journal

import (
	"context"
	"errors"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/lock"
	"curfew/bus/nats"
)

// A Realm is the journal of a fleet as one of its nodes has it, and the queue to the node that decides. The data folder
// keeps what is the node's own, and is locked like that of a daemon on its own.
type Realm struct {
	*nats.Relay
	Queue *nats.Queue
	lock  *lock.Lock
}

var (
	_ bus.Relay       = (*Realm)(nil)
	_ bus.LossChecker = (*Realm)(nil)
)

// Join opens the journal of a realm, which is made if it does not exist, for a node with a data folder. The connection
// must stay open as long as the journal.
func Join(ctx context.Context, data string, nc *client.Conn, o nats.Options) (*Realm, error) {
	l, err := lock.Acquire(ctx, data)
	if err != nil {
		return nil, err
	}
	r := &Realm{lock: l}
	if r.Relay, err = nats.Join(ctx, nc, o); err != nil {
		return nil, errors.Join(err, l.Release())
	}
	if r.Queue, err = nats.OpenQueue(ctx, nc, o, r.Taken()); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Lost says why the data folder is not where it was; nil: it is.
func (r *Realm) Lost() error { return r.lock.Lost() }

// Close closes the journal and unlocks the data folder. A second Close does nothing.
func (r *Realm) Close() error {
	return errors.Join(r.Relay.Close(), r.lock.Release())
}
