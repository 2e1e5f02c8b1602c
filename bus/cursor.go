package bus

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// Bounds of cursors.
const (
	maxCursors = 4096            // named ones, and unnamed ones that are in use
	maxParked  = 64              // newest parked messages that a cursor lists
	saveEvery  = 256             // acknowledged messages between two saves of a named cursor
	saveAfter  = 1 * time.Second // the longest that a named cursor stays unsaved
)

// cursor is how far one name has come on one topic. Its turn goes to one subscription at a time, and
// only that one touches what is not guarded by mu.
type cursor struct {
	l    *Log
	turn chan struct{} // holds a token while nobody has it
	wake chan struct{} // something may be there to read

	reader  *Reader
	page    []messages.Record // read, not yet delivered
	unsaved int               // acknowledged since the cursor was saved
	since   time.Time         // when the first of those was acknowledged

	handles int // subscriptions that have or await the turn; guarded by cursors.mu

	mu    sync.Mutex
	state Cursor
}

// cursors is the cursors of a log.
type cursors struct {
	mu      sync.Mutex
	named   map[cursorKey]*cursor
	unnamed map[*cursor]struct{}
}

type cursorKey struct {
	name  string
	topic messages.Topic
}

func newCursor(l *Log, state Cursor) *cursor {
	c := &cursor{l: l, state: state, turn: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	return c
}

// load finds the cursors that were saved.
func (cs *cursors) load(l *Log) error {
	saved, err := l.o.Journal.Cursors()
	if err != nil {
		return err
	}
	cs.named, cs.unnamed = make(map[cursorKey]*cursor), make(map[*cursor]struct{})
	for _, s := range saved {
		cs.named[cursorKey{s.Name, s.Topic}] = newCursor(l, s)
	}
	return nil
}

// attach gives a subscription the cursor that it is to await the turn of.
func (cs *cursors) attach(l *Log, name string, topic messages.Topic) (*cursor, error) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	key := cursorKey{name, topic}
	c := cs.named[key]
	if c == nil {
		if len(cs.named)+len(cs.unnamed) >= maxCursors {
			return nil, fmt.Errorf("bus: subscribe: there are %d cursors already", maxCursors)
		}
		c = newCursor(l, Cursor{Name: name, Topic: topic})
		if name == "" {
			cs.unnamed[c] = struct{}{}
		} else {
			cs.named[key] = c
		}
	}
	c.handles++
	return c, nil
}

// detach is the end of a subscription.
func (cs *cursors) detach(c *cursor) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.handles--
	if c.handles > 0 {
		return
	}
	delete(cs.unnamed, c)
	if c.reader != nil {
		c.reader.Close()
		c.reader, c.page = nil, nil
	}
}

// next is the next record, or ok is false if there is none yet: wake tells.
func (c *cursor) next() (r messages.Record, ok bool, err error) {
	if c.reader == nil {
		wake := func() {
			select {
			case c.wake <- struct{}{}:
			default:
			}
		}
		c.reader = c.l.Reader(c.state.Seq, wake, c.state.Topic)
	}
	if len(c.page) == 0 {
		if c.page, err = c.reader.Next(); err != nil || len(c.page) == 0 {
			return messages.Record{}, false, err
		}
	}
	return c.page[0], true, nil
}

// pass moves the cursor behind the record that next returned; p says so if it was parked.
func (c *cursor) pass(p *Parked) {
	seq := c.page[0].Seq
	c.page[0] = messages.Record{}
	c.page = c.page[1:]
	c.mu.Lock()
	c.state.Seq = seq
	if p != nil {
		keep := c.state.Parked[max(0, len(c.state.Parked)+1-maxParked):]
		c.state.Parked = append(slices.Clone(keep), *p)
	}
	c.mu.Unlock()
	if c.unsaved++; c.unsaved == 1 {
		c.since = time.Now()
	}
	if p != nil || c.unsaved >= saveEvery || time.Since(c.since) >= saveAfter {
		c.save()
	}
}

// save keeps a named cursor. If that fails, more messages come twice after a crash.
func (c *cursor) save() {
	if c.state.Name == "" || c.unsaved == 0 {
		return
	}
	c.unsaved = 0
	if err := c.l.o.Journal.SaveCursor(c.state); err != nil {
		c.unsaved, c.since = 1, time.Now() // tried again, but not at once
		c.l.log.Warn("bus: a cursor could not be saved", zap.String("subscriber", c.state.Name), zap.String("topic", string(c.state.Topic)), zap.Error(err))
	}
}
