package memory

import (
	"context"
	"errors"
	"slices"
	"sync"

	"curfew/bus"
	"curfew/messages"
)

// A Realm is a journal in memory that several logs of a test share.
type Realm struct {
	kept *Journal

	mu     sync.Mutex
	writer *Relay
	taken  []mark
	grown  chan struct{} // closed when somebody appends or claims
}

// mark is the place up to which parcels are taken in by the records up to that seq.
type mark struct{ seq, place uint64 }

// NewRealm is an empty journal.
func NewRealm() *Realm { return &Realm{kept: New(), grown: make(chan struct{})} }

// A Relay is the journal of a realm as one log has it.
type Relay struct {
	*Journal // the realm's
	realm    *Realm

	mu      sync.Mutex
	end     uint64 // what Follow has returned, or was there when it was opened
	claimed bool
	take    uint64
	failing error
}

var _ bus.Relay = (*Relay)(nil)

// Open opens the journal for one more log.
func (r *Realm) Open() *Relay {
	end, _ := r.kept.Last()
	return &Relay{Journal: r.kept, realm: r, end: end}
}

// Last is the seq of the newest record that this log knows.
func (r *Relay) Last() (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end, nil
}

// Fail has Follow return this error from now on.
func (r *Relay) Fail(err error) {
	r.mu.Lock()
	r.failing = err
	r.mu.Unlock()
	r.realm.mu.Lock()
	defer r.realm.mu.Unlock()
	r.realm.grow()
}

// Append keeps the records, unless another log has claimed the journal.
func (r *Relay) Append(rs []messages.Record) error {
	r.realm.mu.Lock()
	defer r.realm.mu.Unlock()
	if r.realm.writer != r {
		return bus.ErrFenced
	}
	if err := r.Journal.Append(rs); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = rs[len(rs)-1].Seq
	if r.take > 0 {
		r.realm.taken = append(r.realm.taken, mark{r.end, r.take})
	}
	r.take = 0
	r.realm.grow()
	return nil
}

// grow wakes everybody who waits; mu is held.
func (r *Realm) grow() {
	close(r.grown)
	r.grown = make(chan struct{})
}

// Follow returns what others have appended.
func (r *Relay) Follow(ctx context.Context) ([]messages.Record, error) {
	for {
		r.realm.mu.Lock()
		grown := r.realm.grown
		r.realm.mu.Unlock()
		rs, err := r.next()
		if err != nil || len(rs) > 0 {
			return rs, err
		}
		r.mu.Lock()
		claimed := r.claimed
		r.claimed = false
		r.mu.Unlock()
		if claimed {
			return nil, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (r *Relay) next() (rs []messages.Record, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failing != nil {
		return nil, r.failing
	}
	last, _ := r.Journal.Last() // the end of a whole append
	for r.end < last {
		page, err := r.Read(r.end+1, bus.PageSize)
		if err != nil {
			return nil, err
		}
		rs = append(rs, page...)
		r.end = rs[len(rs)-1].Seq
	}
	return rs, nil
}

// Claim makes this log the only one that can append.
func (r *Relay) Claim(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	r.realm.mu.Lock()
	defer r.realm.mu.Unlock()
	r.realm.writer = r
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claimed, r.take = true, 0
	return nil
}

// Take has the next Append note the place.
func (r *Relay) Take(place uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.take = place
}

// Taken is the place that was noted last.
func (r *Relay) Taken() uint64 {
	r.realm.mu.Lock()
	defer r.realm.mu.Unlock()
	for _, m := range slices.Backward(r.realm.taken) {
		if m.seq <= r.end {
			return m.place
		}
	}
	return 0
}
