package nats

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/sleep"
)

// The times of a lease. Whoever waits for one that is lost has it within its TTL, the pause between two looks, and what the
// servers need to remove a key, about a second.
const (
	LeaseTTL    = 6 * time.Second // of the bucket, if it is made here; else it has its own, within the bounds
	minLeaseTTL = 2 * time.Second
	maxLeaseTTL = time.Minute
	maxLeaseTry = time.Second // how long one request waits for its answer

	marginParts = 4 // a part of the TTL before the end, whoever could not renew the lease lets go of it
	renewParts  = 4 // a part of the TTL is between two renewals
	tryParts    = 6 // a part of the TTL is the longest that one request waits, too
)

// Leases are the leases of a realm: keys that servers remove unless they are renewed.
type Leases struct {
	realm string
	keys  jetstream.KeyValue
	ttl   time.Duration // of the bucket: it says when the servers remove a key, for all nodes
	try   time.Duration // how long one request waits for its answer
}

// OpenLeases finds the bucket of the leases, or makes it. How long a lease lasts is what the bucket says.
func OpenLeases(ctx context.Context, nc *client.Conn, o Options) (*Leases, error) {
	fail := func(err error) (*Leases, error) {
		return nil, fmt.Errorf("bus: nats: open the leases of realm %s: %w", o.Realm, err)
	}
	if err := o.Check(); err != nil {
		return fail(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail(err)
	}
	c := jetstream.KeyValueConfig{
		Bucket: o.leases(), History: 1, TTL: LeaseTTL, Storage: jetstream.FileStorage, Replicas: o.Replicas,
	}
	keys, err := found(ctx, &o, nc, "bucket "+c.Bucket, jetstream.ErrBucketNotFound,
		func(ctx context.Context) (jetstream.KeyValue, error) { return js.KeyValue(ctx, c.Bucket) },
		func(ctx context.Context) (jetstream.KeyValue, error) { return js.CreateKeyValue(ctx, c) })
	if err != nil {
		return fail(err)
	}
	l := &Leases{realm: o.Realm, keys: keys}
	return l, l.setTimes(ctx)
}

// setTimes reads how long a lease lasts.
func (l *Leases) setTimes(ctx context.Context) error {
	s, err := try(ctx, l.keys.Status)
	if err != nil {
		return fmt.Errorf("bus: nats: open the leases of realm %s: bucket %s: %w", l.realm, l.keys.Bucket(), err)
	}
	if l.ttl = s.TTL(); l.ttl < minLeaseTTL || l.ttl > maxLeaseTTL {
		return fmt.Errorf("bus: nats: open the leases of realm %s: bucket %s keeps a key for %s, and not for %s to %s: "+
			"stop all nodes and remove it; the next start makes another one", l.realm, l.keys.Bucket(), l.ttl, minLeaseTTL, maxLeaseTTL)
	}
	l.try = min(maxLeaseTry, l.ttl/tryParts)
	return nil
}

// held is the value of a key.
type held struct {
	Token string          `json:"token"` // of this time of holding it
	Value json.RawMessage `json:"value"`
}

// A Term is a time of holding a lease.
type Term struct {
	key   string
	token string
	value []byte
	rev   uint64
	lasts time.Duration             // after a renewal
	until atomic.Pointer[time.Time] // by the clock of this process that has no jumps
}

// Take takes a lease that nobody holds; ok is false if somebody does. Value is JSON, and is what [Leases.All] shows.
func (l *Leases) Take(ctx context.Context, key string, value any) (term *Term, ok bool, err error) {
	fail := func(err error) (*Term, bool, error) {
		return nil, false, fmt.Errorf("bus: nats: take the lease %q of realm %s: %w", key, l.realm, err)
	}
	t := &Term{key: key, token: rand.Text(), lasts: l.ttl - l.ttl/marginParts}
	text, err := json.Marshal(value)
	if err == nil {
		t.value, err = json.Marshal(held{Token: t.token, Value: text})
	}
	if err != nil {
		return fail(err)
	}
	ctx, cancel := context.WithTimeout(ctx, l.try)
	defer cancel()
	began := time.Now()
	t.rev, err = l.keys.Create(ctx, key, t.value)
	if err != nil {
		rev, mine, looked := l.look(key, t.token)
		switch {
		case looked != nil:
			return fail(errors.Join(err, looked))
		case !mine && errors.Is(err, jetstream.ErrKeyExists):
			return nil, false, nil
		case !mine:
			return fail(err)
		}
		t.rev = rev
	}
	t.from(began)
	return t, true, nil
}

// Holder is what [Leases.All] shows of one lease, and its revision, which is another one after each renewal; nil: nobody
// holds it.
func (l *Leases) Holder(ctx context.Context, key string) (value json.RawMessage, revision uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.try)
	defer cancel()
	e, err := l.keys.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, 0, nil
	}
	var h held
	if err == nil {
		err = json.Unmarshal(e.Value(), &h)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("bus: nats: look at the lease %q of realm %s: %w", key, l.realm, err)
	}
	return h.Value, e.Revision(), nil
}

// look says whether a key is of that token. It has time of its own: the answer that was lost may have taken all.
func (l *Leases) look(key, token string) (rev uint64, mine bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), l.try)
	defer cancel()
	e, err := l.keys.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	var h held
	_ = json.Unmarshal(e.Value(), &h) // else it is of somebody else
	return e.Revision(), h.Token == token, nil
}

// Valid reports whether the lease is certainly held at this moment.
func (t *Term) Valid() bool { return time.Now().Before(*t.until.Load()) }

// from notes that the lease was taken or renewed after that moment.
func (t *Term) from(began time.Time) {
	until := began.Add(t.lasts)
	t.until.Store(&until)
}

// Keep renews the lease until ctx ends or it is lost, which is the error. It returns before anybody else can have the
// lease, unless this process stood still: what must not happen without the lease asks [Term.Valid] itself.
func (l *Leases) Keep(ctx context.Context, t *Term) error {
	for {
		if err := sleep.For(ctx, min(l.ttl/renewParts, time.Until(*t.until.Load()))); err != nil {
			return err
		}
		for {
			gone, err := l.renew(ctx, t)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if gone || !t.Valid() {
				return fmt.Errorf("bus: nats: the lease %q of realm %s is lost: %w", t.key, l.realm, err)
			}
			_ = sleep.For(ctx, min(tryPause, time.Until(*t.until.Load())))
		}
	}
}

// renew renews the lease once. Gone means that somebody else has it, or nobody.
func (l *Leases) renew(ctx context.Context, t *Term) (gone bool, err error) {
	ctx, cancel := context.WithDeadline(ctx, *t.until.Load())
	defer cancel()
	once, done := context.WithTimeout(ctx, l.try)
	defer done()
	began := time.Now()
	rev, err := l.keys.Update(once, t.key, t.value, t.rev)
	if err == nil {
		t.rev = rev
		t.from(began)
		return false, nil
	}
	now, mine, looked := l.look(t.key, t.token)
	switch {
	case looked != nil:
		return false, errors.Join(err, looked)
	case !mine:
		return true, errors.New("another node has it, or it has expired")
	}
	t.rev = now // an answer was lost; the next renewal counts
	return false, err
}

// Release gives the lease up, so that somebody else can have it at once.
func (l *Leases) Release(ctx context.Context, t *Term) error {
	ctx, cancel := context.WithTimeout(ctx, l.try)
	defer cancel()
	if err := l.keys.Delete(ctx, t.key, jetstream.LastRevision(t.rev)); err != nil {
		return fmt.Errorf("bus: nats: give up the lease %q of realm %s: %w", t.key, l.realm, err)
	}
	return nil
}

// All are the values of the leases that are held, by key.
func (l *Leases) All(ctx context.Context) (map[string]json.RawMessage, error) {
	fail := func(err error) (map[string]json.RawMessage, error) {
		return nil, fmt.Errorf("bus: nats: list the leases of realm %s: %w", l.realm, err)
	}
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	w, err := l.keys.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fail(err)
	}
	defer w.Stop() //nolint:errcheck // it ends with its connection at the latest
	all := make(map[string]json.RawMessage)
	for {
		select {
		case <-ctx.Done():
			return fail(context.Cause(ctx))
		case e := <-w.Updates():
			if e == nil {
				return all, nil
			}
			var h held
			if json.Unmarshal(e.Value(), &h) == nil {
				all[e.Key()] = h.Value
			}
		}
	}
}
