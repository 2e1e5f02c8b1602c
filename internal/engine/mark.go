package engine

import (
	"fmt"
	"math"

	"curfew/bus"
	"curfew/messages"
)

// The mark is kept among the journal's cursors: no start behind its seq has begun. Whoever is about to begin
// something moves it out of the way first, so it is right after a crash, too.
const (
	markName  = "curfew.stopped"
	markTopic = messages.Topic(markName) // a name of its own: nobody subscribes to it
	// noMark is the mark of a runtime that is at work: there is nothing behind it.
	noMark = math.MaxInt64
)

// mark reads the mark.
func (r *Runtime) mark() (uint64, error) {
	cursors, err := r.o.Journal.Cursors()
	if err != nil {
		return 0, fmt.Errorf("curfew: read how the last runtime ended: %w", err)
	}
	for _, c := range cursors {
		if c.Name == markName && c.Topic == markTopic {
			return c.Seq, nil
		}
	}
	return noMark, nil
}

// saveMark keeps the mark durably.
func (r *Runtime) saveMark(seq uint64) error {
	if err := r.o.Journal.SaveCursor(bus.Cursor{Name: markName, Topic: markTopic, Seq: seq}); err != nil {
		return fmt.Errorf("curfew: note how far starts have begun: %w", err)
	}
	return nil
}
