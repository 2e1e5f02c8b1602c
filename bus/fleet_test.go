package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/memory"
	"curfew/messages"
)

// errNoJob is what the machine of a fleet refuses facts about the job "nobody" with.
var errNoJob = errors.New("unknown job")

// fleet is logs that share a journal, and the queue of parcels between them.
type fleet struct {
	t     *testing.T
	realm *memory.Realm
	logs  []*member

	mu      sync.Mutex
	parcels []sent // in the order of their places
	acked   int    // how many the one that decides has taken in
	cut     bool   // parcels do not arrive
	keepAck bool   // parcels are taken in and not acknowledged
	silent  bool   // parcels arrive, and their senders do not learn that
}

// member is a log of the fleet.
type member struct {
	*bus.Log
	relay   *memory.Relay
	applied []string // ids of what was applied, not decided
	decided []string // ids of what was decided
	stopped error
}

type sent struct {
	parcel bus.Parcel
	from   *member
}

// newFleet opens n logs, and has the first one decide.
func newFleet(t *testing.T, n int) *fleet {
	f := &fleet{t: t, realm: memory.NewRealm()}
	for range n {
		f.join()
	}
	f.lead(0)
	return f
}

// join opens one more log, which follows.
func (f *fleet) join() *member {
	m := &member{relay: f.realm.Open()}
	m.Log = openLog(f.t, bus.Options{
		Journal: m.relay,
		Recover: func() error {
			return bus.Scan(m.relay, 1, func(r messages.Record) error { m.applied = append(m.applied, r.ID); return nil })
		},
		Admit: func(f messages.Fact) (messages.Fact, error) {
			if f.Key() == "nobody" {
				return nil, fmt.Errorf("there is none: %w", errNoJob)
			}
			return f, nil
		},
		Step: func(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
			m.decided = append(m.decided, f.Key())
			return step(now, seq, f)
		},
		Apply: func(r messages.Record) { m.applied = append(m.applied, r.ID) },
		Send: func(_ context.Context, p bus.Parcel) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.cut {
				return errors.New("nobody answers")
			}
			f.parcels = append(f.parcels, sent{p, m})
			if f.silent {
				return errors.New("no answer came")
			}
			return nil
		},
		Refusals: []error{errNoJob},
		Stopped:  func(err error) { m.stopped = err },
	})
	f.logs = append(f.logs, m)
	return m
}

// lead has a log decide.
func (f *fleet) lead(i int) {
	f.t.Helper()
	if err := f.logs[i].Lead(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// carry has the log that decides take in the parcels that it has not acknowledged, and answers them.
func (f *fleet) carry(to *member) {
	f.t.Helper()
	f.mu.Lock()
	parcels, from := f.parcels, f.acked
	f.mu.Unlock()
	for i := from; i < len(parcels); i++ {
		p := parcels[i]
		answer, err := to.TakeIn(f.t.Context(), uint64(i)+1, p.parcel.Content)
		if err != nil {
			f.t.Fatal(err)
		}
		p.from.Answered(answer)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.keepAck {
		f.acked = len(parcels)
	}
}

// waits commits facts on a goroutine; the function waits for the outcome.
func (f *fleet) waits(m *member, ds ...bus.Draft) func() ([]bus.Receipt, error) {
	var rs []bus.Receipt
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		rs, err = m.Commit(f.t.Context(), ds...)
	}()
	return func() ([]bus.Receipt, error) { <-done; return rs, err }
}

// facts are the ids of the facts in the journal, in order, and how often the same id is there twice.
func (f *fleet) facts() (ids []string, twice int) {
	seen := map[string]bool{}
	for _, r := range bustest.Records(f.t, f.realm.Open()) {
		if _, ok := r.Body.(messages.Fact); ok {
			if seen[r.ID] {
				twice++
			}
			seen[r.ID] = true
			ids = append(ids, r.ID)
		}
	}
	return ids, twice
}
