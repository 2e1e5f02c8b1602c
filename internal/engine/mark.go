package engine

import (
	"fmt"
	"math"

	"curfew/bus"
	"curfew/messages"
)

// The mark is kept among the journal's cursors: no attempt whose start has a seq after it has begun. A runtime
// moves the mark to noMark before it begins anything, so the mark is right after a crash, too.
const (
	markName  = "curfew.stopped"
	markTopic = messages.Topic(markName) // no subscriber has a topic of that name
	// noMark is the mark of a runtime that is at work: no record is after it.
	noMark = math.MaxInt64
)

// mark is the mark that the last runtime left; noMark: it left none.
func (r *Runtime) mark() (uint64, error) {
	if r.fleet() {
		return noMark, nil
	}
	cursors, err := r.o.Journal.Cursors()
	if err != nil {
		return 0, fmt.Errorf("read how the last runtime ended: %w", err)
	}
	for _, c := range cursors {
		if c.Name == markName && c.Topic == markTopic {
			return c.Seq, nil
		}
	}
	return noMark, nil
}

// saveMark makes the mark durable. A node of a fleet leaves none: what it has not begun, whoever decides gives to another.
func (r *Runtime) saveMark(seq uint64) error {
	if r.fleet() {
		return nil
	}
	if err := r.o.Journal.SaveCursor(bus.Cursor{Name: markName, Topic: markTopic, Seq: seq}); err != nil {
		return fmt.Errorf("note which attempts may have begun: %w", err)
	}
	return nil
}
