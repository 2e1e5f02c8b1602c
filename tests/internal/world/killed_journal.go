package world

import (
	"context"
	"errors"
	"iter"
	"sync"

	"curfew/bus"
	"curfew/messages"
)

// Fate is what becomes of the append at which a process dies.
type Fate string

// The fates of an append.
const (
	Lost   Fate = "lost"   // decided, but not written: nothing may act on it
	Unseen Fate = "unseen" // written, but the process dies before anything has read it
	Seen   Fate = "seen"   // written and performed; the next append is not written
)

var errKilled = errors.New("the process was killed")

// killedJournal is the journal as one process has it: at one of its appends the process is killed, and nothing that it
// writes later is kept. The journal itself outlives it.
type killedJournal struct {
	bus.Journal
	fate Fate
	dies chan struct{} // closed at the kill
	kill func()        // may be nil: called at the kill, by the writer

	mu      sync.Mutex
	left    int // appends until the kill; below 1: it is never killed
	appends int
	dead    bool
}

var _ bus.Journal = (*killedJournal)(nil)

func newKilledJournal(j bus.Journal, f Fate, left int, kill func()) *killedJournal {
	return &killedJournal{Journal: j, fate: f, left: left, kill: kill, dies: make(chan struct{})}
}

// Append keeps the records unless the process is dead or dies of it.
func (d *killedJournal) Append(rs []messages.Record) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	d.appends++
	d.left--
	if d.left != 0 {
		return d.Journal.Append(rs)
	}
	d.dead = true
	defer close(d.dies)
	if d.fate == Lost {
		d.killed()
		return errKilled
	}
	if err := d.Journal.Append(rs); err != nil {
		return err
	}
	d.killed()
	if d.fate == Unseen {
		return errKilled
	}
	return nil
}

func (d *killedJournal) killed() {
	if d.kill != nil {
		d.kill()
	}
}

// SaveCursor keeps the cursor of a living process.
func (d *killedJournal) SaveCursor(c bus.Cursor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveCursor(c)
}

// SaveSnapshot keeps the snapshot of a living process. Its lines are made while the process goes on appending.
func (d *killedJournal) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	var made [][]byte
	for line, err := range lines {
		if err != nil {
			return err
		}
		made = append(made, line)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveSnapshot(s, func(yield func([]byte, error) bool) {
		for _, line := range made {
			if !yield(line, nil) {
				return
			}
		}
	})
}

// count counts the appends, with the one of the kill.
func (d *killedJournal) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.appends
}

// isDead reports whether the process was killed.
func (d *killedJournal) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// die kills the process now.
func (d *killedJournal) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// arm makes the process die at that append, counted from now on.
func (d *killedJournal) arm(left int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = left
}

// killedRelay is killedJournal on a relay.
type killedRelay struct {
	*killedJournal
	relay bus.Relay
}

var _ bus.Relay = (*killedRelay)(nil)

func (d *killedRelay) Follow(ctx context.Context) ([]messages.Record, error) {
	return d.relay.Follow(ctx)
}
func (d *killedRelay) Claim(ctx context.Context) error { return d.relay.Claim(ctx) }
func (d *killedRelay) Take(place uint64)               { d.relay.Take(place) }
func (d *killedRelay) Taken() uint64                   { return d.relay.Taken() }
