package nats

import (
	"fmt"
	"strconv"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/block"
	"curfew/messages"
)

// Headers of a message. A message without a block is a claim: its writer has taken the journal over.
const (
	headerFirst  = "Curfew-First"  // seq of the first record; of a claim: of the next one
	headerLast   = "Curfew-Last"   // seq of the last record
	headerAt     = "Curfew-At"     // time of the last record, in milliseconds
	headerBefore = "Curfew-Before" // bytes of all blocks before it
	headerSum    = "Curfew-Crc"    // of the block
	headerMore   = "Curfew-More"   // set if the next message is of the same append
	headerTaken  = "Curfew-Taken"  // place in the queue up to which parcels are taken in; not set: none
)

// entry is what is known of a message of the stream.
type entry struct {
	place       uint64 // of the message in the stream; 0: before the first
	first, last uint64 // records; last is first−1 for a claim
	at          messages.Instant
	before      int64 // bytes of all blocks before it
	size        int64 // of its block
	more        bool  // the next message is of the same append
	taken       uint64
}

// claim is whether the message has no records.
func (e entry) claim() bool { return e.last < e.first }

// message is the message that brings the block behind e, and what is known of it then.
func (e entry) message(subject, id string, b block.Block, at messages.Instant) (*client.Msg, entry) {
	next := entry{
		place: e.place + 1, first: b.First, last: b.Last, at: at, before: e.before + e.size, size: int64(len(b.Lines)),
		taken: e.taken,
	}
	m := client.NewMsg(subject)
	m.Data = b.Lines
	m.Header.Set(jetstream.MsgIDHeader, id)
	m.Header.Set(headerFirst, strconv.FormatUint(next.first, 10))
	m.Header.Set(headerLast, strconv.FormatUint(next.last, 10))
	m.Header.Set(headerAt, strconv.FormatInt(int64(at), 10))
	m.Header.Set(headerBefore, strconv.FormatInt(next.before, 10))
	m.Header.Set(headerSum, strconv.FormatUint(uint64(b.Sum()), 10))
	if next.taken > 0 {
		m.Header.Set(headerTaken, strconv.FormatUint(next.taken, 10))
	}
	return m, next
}

// entryOf reads the headers of a message. Its error means that something else than Curfew wrote the message.
func entryOf(m *jetstream.RawStreamMsg) (entry, error) {
	e := entry{place: m.Sequence, size: int64(len(m.Data)), more: m.Header.Get(headerMore) != ""}
	for name, to := range map[string]*uint64{headerFirst: &e.first, headerLast: &e.last, headerTaken: &e.taken} {
		text := m.Header.Get(name)
		if name == headerTaken && text == "" {
			continue
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return e, fmt.Errorf("message %d of the stream is not of a journal: header %s: %w", m.Sequence, name, err)
		}
		*to = n
	}
	for name, to := range map[string]*int64{headerAt: (*int64)(&e.at), headerBefore: &e.before} {
		n, err := strconv.ParseInt(m.Header.Get(name), 10, 64)
		if err != nil {
			return e, fmt.Errorf("message %d of the stream is not of a journal: header %s: %w", m.Sequence, name, err)
		}
		*to = n
	}
	return e, nil
}

// records checks and decodes the block of a message.
func (e entry) records(m *jetstream.RawStreamMsg) ([]messages.Record, error) {
	sum, err := strconv.ParseUint(m.Header.Get(headerSum), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("message %d of the stream is not of a journal: header %s: %w", m.Sequence, headerSum, err)
	}
	return block.Block{First: e.first, Last: e.last, Lines: m.Data}.Decode(int64(sum))
}
