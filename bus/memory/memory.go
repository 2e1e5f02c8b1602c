// Package memory keeps the journal of a log in memory, for tests.
package memory

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"curfew/bus"
	"curfew/messages"
)

// A Journal keeps its records until the process ends, and grows with every record. Close keeps them, too, so that a
// test can open a log on the journal again.
type Journal struct {
	mu        sync.RWMutex
	dropped   uint64 // records that Drop removed
	records   []messages.Record
	cursors   map[cursorKey]bus.Cursor
	snapshots []snapshot // oldest first
}

type snapshot struct {
	bus.Snapshot
	lines [][]byte
}

var _ bus.Journal = (*Journal)(nil)

type cursorKey struct {
	name  string
	topic messages.Topic
}

// New is an empty journal in memory.
func New() *Journal { return &Journal{cursors: make(map[cursorKey]bus.Cursor)} }

// Append keeps the records.
func (j *Journal) Append(rs []messages.Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, r := range rs {
		if want := j.dropped + uint64(len(j.records)+i+1); r.Seq != want {
			return fmt.Errorf("bus: memory: append: record %d does not follow: the next is %d", r.Seq, want)
		}
	}
	j.records = append(j.records, rs...)
	return nil
}

// Read returns records from that seq on.
func (j *Journal) Read(from uint64, limit int) ([]messages.Record, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	skip := max(from, j.dropped+1) - j.dropped - 1
	if skip >= uint64(len(j.records)) {
		return nil, nil
	}
	return bus.Clip(j.records[skip:], limit), nil
}

// First is the seq of the oldest record that is kept.
func (j *Journal) First() (uint64, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.dropped + 1, nil
}

// Last is the seq of the newest record.
func (j *Journal) Last() (uint64, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.dropped + uint64(len(j.records)), nil
}

// Cursors returns all cursors that were saved.
func (j *Journal) Cursors() ([]bus.Cursor, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	cs := make([]bus.Cursor, 0, len(j.cursors))
	for _, c := range j.cursors {
		cs = append(cs, c)
	}
	return cs, nil
}

// SaveCursor keeps the cursor.
func (j *Journal) SaveCursor(c bus.Cursor) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cursors[cursorKey{c.Name, c.Topic}] = c
	return nil
}

// DropCursor removes the cursor.
func (j *Journal) DropCursor(name string, topic messages.Topic) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.cursors, cursorKey{name, topic})
	return nil
}

// SaveSnapshot keeps the lines.
func (j *Journal) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	kept := snapshot{Snapshot: s}
	for line, err := range lines {
		if err != nil {
			return fmt.Errorf("bus: memory: save snapshot: %w", err)
		}
		kept.lines = append(kept.lines, slices.Clone(line))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.snapshots = slices.DeleteFunc(j.snapshots, func(o snapshot) bool { return o.Seq == s.Seq })
	j.snapshots = append(j.snapshots, kept)
	if seq, ok := bus.Surplus(j.listed()); ok {
		j.snapshots = slices.DeleteFunc(j.snapshots, func(o snapshot) bool { return o.Seq == seq })
	}
	return nil
}

// Snapshots lists the snapshots, newest first.
func (j *Journal) Snapshots() (all []bus.Snapshot, err error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.listed(), nil
}

func (j *Journal) listed() (all []bus.Snapshot) {
	for _, s := range slices.Backward(j.snapshots) {
		all = append(all, s.Snapshot)
	}
	return all
}

// SnapshotLines reads a snapshot.
func (j *Journal) SnapshotLines(seq uint64) iter.Seq2[[]byte, error] {
	j.mu.RLock()
	defer j.mu.RUnlock()
	for _, s := range j.snapshots {
		if s.Seq == seq {
			return func(yield func([]byte, error) bool) {
				for _, line := range s.lines {
					if !yield(line, nil) {
						return
					}
				}
			}
		}
	}
	return func(yield func([]byte, error) bool) {
		yield(nil, fmt.Errorf("bus: memory: snapshot %d: %w", seq, bus.ErrNoSnapshot))
	}
}

// Cut is the seq of the oldest record to keep. It counts bytes of memory.
func (j *Journal) Cut(before messages.Instant, bytes int64) (uint64, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	kept := int64(0)
	for i, r := range slices.Backward(j.records) {
		kept += int64(bus.Weight(r.Body))
		if r.At < before || bytes > 0 && kept > bytes {
			return j.dropped + uint64(i) + 2, nil
		}
	}
	return j.dropped + 1, nil
}

// Drop removes the records before that seq.
func (j *Journal) Drop(before uint64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for n+1 < len(j.records) && j.records[n].Seq < before {
		n++
	}
	j.records, j.dropped = slices.Clone(j.records[n:]), j.dropped+uint64(n)
	j.snapshots = slices.DeleteFunc(j.snapshots, func(s snapshot) bool { return s.Seq < j.dropped })
	return nil
}

// Close does nothing.
func (j *Journal) Close() error { return nil }
