package bus

import (
	"sync"

	"curfew/messages"
)

// Bounds of the newest records in memory. Readers get older records from the journal.
const (
	tailRecords = 32 << 10
	tailBytes   = 32 << 20
)

// tail is the newest durable records, in chunks. A chunk is only ever appended to, so a reader gets a view of it and no
// copy; what the tail has let go of lives as long as somebody reads it.
type tail struct {
	mu      sync.RWMutex
	chunks  []*chunk // oldest first
	next    uint64   // seq of the next record
	records int      // in all chunks
	bytes   int      // in all chunks
	held    int      // how many hold it: while somebody does, nothing is let go of
}

// chunk is at most PageSize records of about PageBytes: what one read returns.
type chunk struct {
	first   uint64 // seq of records[0]
	records []messages.Record
	bytes   int
}

// hold keeps all records from here on in memory, until it is released.
func (t *tail) hold() (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held++
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.held--
		t.trim()
	})
}

// kept is the weight of all records.
func (t *tail) kept() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.bytes
}

// add appends the next records and lets go of the oldest beyond the bounds.
func (t *tail) add(rs []messages.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range rs {
		c := t.room()
		weight := Weight(r.Body)
		c.records = append(c.records, r)
		c.bytes, t.bytes, t.records = c.bytes+weight, t.bytes+weight, t.records+1
		t.next++
	}
	t.trim()
}

// trim lets go of the oldest chunks beyond the bounds.
func (t *tail) trim() {
	if t.held > 0 {
		return
	}
	n := 0
	for ; n < len(t.chunks)-1 && (t.records > tailRecords || t.bytes > tailBytes); n++ {
		t.records -= len(t.chunks[n].records)
		t.bytes -= t.chunks[n].bytes
		t.chunks[n] = nil // the array outlives the slice
	}
	t.chunks = t.chunks[n:]
}

// room is the chunk that the next record goes into.
func (t *tail) room() *chunk {
	if n := len(t.chunks); n > 0 {
		if c := t.chunks[n-1]; len(c.records) < PageSize && c.bytes < PageBytes {
			return c
		}
	}
	c := &chunk{first: t.next, records: make([]messages.Record, 0, PageSize)}
	t.chunks = append(t.chunks, c)
	return c
}

// newest reads what is in memory.
type newest struct{ t *tail }

// Newest is the newest records, those that the log has in memory. They are read without the journal.
func (l *Log) Newest() Records { return newest{&l.tail} }

// First is the seq of the oldest record that is in memory; it grows.
func (n newest) First() (uint64, error) {
	n.t.mu.RLock()
	defer n.t.mu.RUnlock()
	if len(n.t.chunks) == 0 {
		return n.t.next, nil
	}
	return n.t.chunks[0].first, nil
}

// Last is the seq of the newest record.
func (n newest) Last() (uint64, error) {
	n.t.mu.RLock()
	defer n.t.mu.RUnlock()
	return n.t.next - 1, nil
}

// Read returns records from that seq on, or from the oldest that is in memory.
func (n newest) Read(from uint64, limit int) ([]messages.Record, error) {
	for {
		if rs, ok := n.t.page(from); ok {
			return rs[:min(limit, len(rs)):min(limit, len(rs))], nil
		}
		first, _ := n.First() // older ones were let go of meanwhile
		from = max(from, first)
	}
}

// page is a view of the records from that seq on; ok is false if they are too old to be here.
func (t *tail) page(from uint64) (rs []messages.Record, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for i := len(t.chunks) - 1; i >= 0; i-- {
		if c := t.chunks[i]; from >= c.first {
			skip := min(from-c.first, uint64(len(c.records)))
			return c.records[skip:len(c.records):len(c.records)], true
		}
	}
	return nil, from >= t.next
}
