package bus

import (
	"slices"
	"sync"

	"curfew/messages"
)

// The newest records are kept in memory up to these bounds; older ones are read from the journal.
const (
	tailRecords = 32 << 10
	tailBytes   = 32 << 20
)

// tail is the newest records that are durable.
type tail struct {
	mu      sync.RWMutex
	first   uint64 // seq of records[0], or of the next one if there are none
	records []messages.Record
	bytes   int
}

// add takes in the next records and lets go of the oldest beyond the bounds.
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

// Clip copies the beginning of rs: at most limit records of about PageBytes together, but at least one.
func Clip(rs []messages.Record, limit int) []messages.Record {
	rs = rs[:min(limit, len(rs))]
	bytes := 0
	for i, r := range rs {
		if bytes += Weight(r.Body); bytes > PageBytes && i > 0 {
			rs = rs[:i]
			break
		}
	}
	return slices.Clone(rs)
}

// Weight is about what a record takes in memory, in bytes. It counts what can be large.
func Weight(b messages.Body) int {
	const base, slot = 256, 64
	switch m := b.(type) {
	case messages.AttemptSucceeded:
		return base + len(m.Output)
	case messages.AttemptFailed:
		return base + len(m.Output) + len(m.Error)
	case messages.AttemptInterrupted:
		return base + len(m.Output)
	case messages.ErrorReported:
		return base + len(m.Error)
	case messages.JobDefined:
		return 2*base + len(m.With)
	case messages.SlotsDue:
		return base + slot*len(m.Slots)
	case messages.SlotsMissed:
		return base + slot*len(m.Slots)
	case messages.RuntimeConfigured:
		return base + base*(len(m.Sessions)+len(m.Lanes))
	case messages.Opaque:
		n := base + len(m.Payload)
		for k, v := range m.Metadata {
			n += len(k) + len(v)
		}
		return n
	default:
		return base
	}
}
