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
	maxCursors = 4096            // named cursors, and unnamed ones in use
	maxParked  = 64              // parked messages that a cursor keeps, the newest ones
	saveEvery  = 256             // acknowledged messages between two saves of a named cursor
	saveAfter  = 1 * time.Second // how long a named cursor may stay unsaved
)

// cursor is how far one name has read one topic. One subscription at a time has its turn, and only that one uses the
// fields that mu does not guard.
type cursor struct {
	l    *Log
	turn chan struct{} // holds a token while no subscription has the turn
	wake signal        // there may be records to read

	reader  *Reader
	page    []messages.Record // read and not yet delivered
	unsaved int               // messages acknowledged since the cursor was saved
	since   time.Time         // when the first of them was acknowledged

	handles int // subscriptions that have the turn or wait for it; guarded by cursors.mu

	mu    sync.Mutex
	state Cursor
}

// cursors are the cursors of a log.
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
	c := &cursor{l: l, state: state, turn: make(chan struct{}, 1), wake: newSignal()}
	c.turn <- struct{}{}
	return c
}

// load reads the cursors that were saved.
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

// attach gives a subscription its cursor. The subscription must wait for the cursor's turn, and detach in the end.
func (cs *cursors) attach(l *Log, name string, topic messages.Topic) (*cursor, error) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	key := cursorKey{name, topic}
	c := cs.named[key]
	if c == nil {
		if len(cs.named)+len(cs.unnamed) >= maxCursors {
			return nil, fmt.Errorf("bus: subscribe: there are %d cursors already, and no more are allowed", maxCursors)
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

// detach ends a subscription's use of the cursor.
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

// next is the next record. ok is false if there is none yet; wake is set when there is one.
func (c *cursor) next() (r messages.Record, ok bool, err error) {
	if c.reader == nil {
		c.reader = c.l.Reader(c.state.Seq, c.wake.set, c.state.Topic)
	}
	if len(c.page) == 0 {
		if c.page, err = c.reader.Next(); err != nil || len(c.page) == 0 {
			return messages.Record{}, false, err
		}
	}
	return c.page[0], true, nil
}

// pass moves the cursor past the record that next returned. p is that record if it is parked, else nil.
func (c *cursor) pass(p *Parked) {
	seq := c.page[0].Seq
	c.page = c.page[1:] // a view, which others read
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

// save keeps a named cursor. If that fails, more messages are delivered twice after a crash.
func (c *cursor) save() {
	if c.state.Name == "" || c.unsaved == 0 {
		return
	}
	c.unsaved = 0
	if err := c.l.o.Journal.SaveCursor(c.state); err != nil {
		c.unsaved, c.since = 1, time.Now() // tried again, but not at once
		c.l.log.Warn("bus: a cursor could not be saved",
			zap.String("subscriber", c.state.Name), zap.String("topic", string(c.state.Topic)), zap.Error(err))
	}
}
