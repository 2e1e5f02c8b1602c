package tests

import (
	"errors"
	"iter"
	"sync"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// fate is what becomes of the append at which a process dies.
type fate string

const (
	lost   fate = "lost"   // decided, but not written: nobody may act on it
	unseen fate = "unseen" // written, but the process dies before anybody has read it
	seen   fate = "seen"   // written and performed; whatever is to be written next is not
)

var errKilled = errors.New("the process was killed")

// doomed is a process's hold on a journal that outlives it: at one of its appends it is killed, and from
// then on nothing that it writes is kept.
type doomed struct {
	*memory.Journal
	fate fate
	dies chan struct{} // closed at the kill
	kill func()        // may be nil: called at the kill, by the writer

	mu      sync.Mutex
	left    int // appends until the kill; below 1: it is never killed
	appends int
	dead    bool
}

var _ bus.Journal = (*doomed)(nil)

func newDoomed(m *memory.Journal, f fate, left int, kill func()) *doomed {
	return &doomed{Journal: m, fate: f, left: left, kill: kill, dies: make(chan struct{})}
}

// Append keeps the records unless the process is dead or dies of it.
func (d *doomed) Append(rs []messages.Record) error {
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
	if d.fate == lost {
		d.killed()
		return errKilled
	}
	if err := d.Journal.Append(rs); err != nil {
		return err
	}
	d.killed()
	if d.fate == unseen {
		return errKilled
	}
	return nil
}

func (d *doomed) killed() {
	if d.kill != nil {
		d.kill()
	}
}

// SaveCursor keeps the cursor of a living process.
func (d *doomed) SaveCursor(c bus.Cursor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveCursor(c)
}

// SaveSnapshot keeps the snapshot of a living process.
func (d *doomed) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errKilled
	}
	return d.Journal.SaveSnapshot(s, lines)
}

// count is how many appends there were, the one of the kill among them.
func (d *doomed) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.appends
}

// isDead reports whether the process was killed.
func (d *doomed) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// die kills the process now.
func (d *doomed) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// arm has the process die at that append from now on.
func (d *doomed) arm(left int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = left
}
