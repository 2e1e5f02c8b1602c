package world

import (
	"errors"
	"iter"
	"sync"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// Fate is what becomes of the append at which a process dies.
type Fate string

const (
	Lost   Fate = "lost"   // decided, but not written: nobody may act on it
	Unseen Fate = "unseen" // written, but the process dies before anybody has read it
	Seen   Fate = "seen"   // written and performed; whatever is to be written next is not
)

var errKilled = errors.New("the process was killed")

// KilledJournal is a process's hold on a journal that outlives it: at one of its appends it is killed, and from
// then on nothing that it writes is kept.
type KilledJournal struct {
	*memory.Journal
	fate Fate
	dies chan struct{} // closed at the kill
	kill func()        // may be nil: called at the kill, by the writer

	mu      sync.Mutex
	left    int // appends until the kill; below 1: it is never killed
	appends int
	dead    bool
}

var _ bus.Journal = (*KilledJournal)(nil)

func newKilledJournal(m *memory.Journal, f Fate, left int, kill func()) *KilledJournal {
	return &KilledJournal{Journal: m, fate: f, left: left, kill: kill, dies: make(chan struct{})}
}

// Append keeps the records unless the process is dead or dies of it.
func (d *KilledJournal) Append(rs []messages.Record) error {
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

func (d *KilledJournal) killed() {
	if d.kill != nil {
		d.kill()
	}
}

// SaveCursor keeps the cursor of a living process.
func (d *KilledJournal) SaveCursor(c bus.Cursor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveCursor(c)
}

// SaveSnapshot keeps the snapshot of a living process.
func (d *KilledJournal) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveSnapshot(s, lines)
}

// Count is how many appends there were, the one of the kill among them.
func (d *KilledJournal) Count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.appends
}

// isDead reports whether the process was killed.
func (d *KilledJournal) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// die kills the process now.
func (d *KilledJournal) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// arm has the process die at that append from now on.
func (d *KilledJournal) arm(left int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = left
}
