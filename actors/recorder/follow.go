package recorder

import (
	"context"
	"fmt"

	"curfew/messages"
)

// Reader is a cursor on the log.
type Reader interface {
	// Next is the records behind the cursor, nil when there are none now.
	Next() ([]messages.Record, error)
	Close()
}

// Follow applies what a reader reads until ctx ends (nil) or the reader fails. Open makes the reader;
// wake is called when there is something to read, and does not block.
func (t *Table) Follow(ctx context.Context, open func(wake func()) Reader) error {
	woken := make(chan struct{}, 1) // one is enough: Next is asked until nothing is left
	r := open(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})
	defer r.Close()
	for ctx.Err() == nil {
		records, err := r.Next()
		if err != nil {
			return fmt.Errorf("recorder: read the log: %w", err)
		}
		if len(records) > 0 {
			t.Apply(records...)
			continue
		}
		select {
		case <-ctx.Done():
		case <-woken:
		}
	}
	return nil
}

// Seq is the newest record that the table has taken in.
func (t *Table) Seq() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.seq
}

// Wait returns when the table has taken in the record of that seq, so that whoever has just written
// reads what was written. The error is that of ctx. The table must be following topics that reach
// the seq: records that its reader does not deliver are not counted.
func (t *Table) Wait(ctx context.Context, seq uint64) error {
	for {
		t.mu.Lock()
		if t.seq >= seq {
			t.mu.Unlock()
			return nil
		}
		if t.moved == nil {
			t.moved = make(chan struct{})
		}
		moved := t.moved
		t.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("recorder: wait for record %d: %w", seq, ctx.Err())
		}
	}
}
