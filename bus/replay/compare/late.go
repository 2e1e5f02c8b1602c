package compare

import (
	"errors"
	"fmt"
	"slices"
)

// lateStart is how the replay of a journal begins whose beginning was let go: at the snapshot in it.
type lateStart struct {
	restore Restore
	waits   bool     // nothing is decided before the snapshot
	begun   bool     // the first record has been looked at
	lines   [][]byte // of the snapshot
}

// line takes in a line of a snapshot.
func (l *lateStart) line(_ uint64, line []byte) {
	if l.restore != nil {
		l.lines = append(l.lines, slices.Clone(line))
	}
}

// unable is the error of a journal in which there is nothing to begin with.
func (l *lateStart) unable() error {
	if !l.waits {
		return nil
	}
	return errors.New("replay: the journal does not begin at record 1, and there is no snapshot in it to begin with")
}

// begin is called before each record, and at the end with 0: if a snapshot has been read, the decider is made
// of it.
func (c *comparison) begin(seq uint64) error {
	l := &c.late
	if l.restore == nil {
		return nil
	}
	if !l.begun {
		l.begun, l.waits = true, seq > 1
	}
	if !l.waits || len(l.lines) == 0 {
		return nil // of a journal that is whole a snapshot says nothing new
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
