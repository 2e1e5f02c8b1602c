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

// tail is the newest durable records.
type tail struct {
	mu      sync.RWMutex
	first   uint64 // seq of records[0], or of the next one if there are none
	records []messages.Record
	bytes   int
}

// add appends the next records and removes the oldest beyond the bounds.
func (t *tail) add(rs []messages.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records = append(t.records, rs...)
	for _, r := range rs {
		t.bytes += Weight(r.Body)
	}
	n := 0
	for ; n < len(t.records) && (len(t.records)-n > tailRecords || t.bytes > tailBytes); n++ {
		t.bytes -= Weight(t.records[n].Body)
	}
	clear(t.records[:n]) // the backing array outlives them
	t.records = t.records[n:]
	t.first += uint64(n)
}

// page copies records from that seq on; ok is false if they are too old to be here.
func (t *tail) page(from uint64) (rs []messages.Record, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if from < t.first {
		return nil, false
	}
	skip := from - t.first
	if skip >= uint64(len(t.records)) {
		return nil, true
	}
	return Clip(t.records[skip:], PageSize), true
}
