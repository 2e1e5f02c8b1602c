package compare

import (
	"errors"
	"fmt"
)

// lateStart lets the replay of a journal without its oldest records begin at the snapshot in it.
type lateStart struct {
	restore Restore
	waits   bool     // for the snapshot; nothing is decided before it
	begun   bool     // the first record was seen
	lines   [][]byte // of the snapshot
}

// unable is the error for a journal without anything to begin at.
func (l *lateStart) unable() error {
	if !l.waits {
		return nil
	}
	return errors.New("replay: the journal does not begin at record 1, and has no snapshot to begin at")
}

// begin is called before each record, and at the end with 0. If a snapshot was read, it makes the decider from it.
func (c *comparison) begin(seq uint64) error {
	l := &c.late
	if l.restore == nil {
		return nil
	}
	if !l.begun {
		l.begun, l.waits = true, seq > 1
	}
	if !l.waits || len(l.lines) == 0 {
		return nil // a journal that begins at record 1 needs no snapshot
	}
	d, err := l.restore(func(yield func([]byte, error) bool) {
		for _, line := range l.lines {
			if !yield(line, nil) {
				return
			}
		}
	})
	if err != nil {
		return fmt.Errorf("replay: the snapshot: %w", err)
	}
	c.decider, l.waits, l.lines = d, false, nil
	return nil
}
