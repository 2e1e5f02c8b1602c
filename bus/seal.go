package bus

import (
	"slices"

	"go.uber.org/zap"

	"curfew/messages"
)

// What ends a batch early: its facts may have many decisions, and be large.
const (
	batchRecords = 8 << 10
	batchBytes   = 8 << 20 // about that many bytes of memory
)

// batch is the calls that share one append, and the records that are made of them.
type batch struct {
	l       *Log
	calls   []*call
	now     messages.Instant
	seq     uint64            // of the newest record
	records []messages.Record // in memory that is used again
	bytes   int               // of the records
	taken   uint64            // the place of the newest parcel in it; 0: none
	write   func() error      // makes the records durable
}

// seal turns calls into records: it gives each fact its seq and time, and has it decided. n is how many calls are in
// the batch; the rest must wait for the next one.
func (b *batch) seal() (n int) {
	b.now = messages.At(b.l.o.Now())
	for n < len(b.calls) && len(b.records) < batchRecords && b.bytes < batchBytes {
		c := b.calls[n]
		if c.done != nil {
			c.receipts = make([]Receipt, 0, len(c.entries))
		}
		again := c.parcel > 0 && b.again(c.parcel)
		for _, e := range c.entries {
			r, err := b.take(e, again, c.done != nil)
			if err != nil {
				c.refused = append(c.refused, err)
			}
			if err != nil && c.done == nil { // else the caller is told
				b.l.log.Warn("bus: refused", zap.String("name", e.body.Name()), zap.String("id", e.id), zap.Error(err))
			}
			if c.done != nil {
				c.receipts = append(c.receipts, r)
			}
		}
		n++
	}
	return n
}

// again notes that the parcel in that place is taken in, and reports whether it was taken in before, by this log or by
// the one that decided before it.
func (b *batch) again(place uint64) bool {
	if place <= b.l.taken {
		return true
	}
	b.l.taken, b.taken = place, place
	return false
}

// take adds a message, unless its parcel was taken in before.
func (b *batch) take(e entry, again, waits bool) (Receipt, error) {
	if !again {
		return b.add(e, waits)
	}
	seq, _ := b.l.seen.seq(e.id)
	return Receipt{Seq: seq, Duplicate: true}, nil
}

// add appends one message and then its decisions, unless the message is a duplicate or refused. The receipt has the
// decisions if somebody waits for it.
func (b *batch) add(e entry, waits bool) (Receipt, error) {
	f, ok := e.body.(messages.Fact)
	if !ok {
		if err := b.l.tooLarge(e.body); err != nil {
			return Receipt{}, &Refused{ID: e.id, Name: e.body.Name(), Err: err}
		}
		return Receipt{Seq: b.append(e.id, 0, e.body)}, nil
	}
	if seq, ok := b.l.seen.seq(e.id); ok {
		return Receipt{Seq: seq, Duplicate: true, Fact: f}, nil
	}
	if err := b.l.tooLarge(f); err != nil {
		return Receipt{}, &Refused{ID: e.id, Name: f.Name(), Err: err}
	}
	if b.l.o.Admit != nil {
		admitted, err := b.l.o.Admit(f)
		if err != nil {
			return Receipt{}, &Refused{ID: e.id, Name: f.Name(), Err: err}
		}
		f = admitted
	}
	seq := b.append(e.id, 0, f)
	b.l.seen.add(e.id, seq)
	receipt := Receipt{Seq: seq, Fact: f}
	if b.l.o.Step == nil {
		return receipt, nil
	}
	decided := b.l.o.Step(b.now, seq, f)
	for i, d := range decided {
		b.append(messages.DerivedID(seq, i), seq, d)
	}
	if waits {
		receipt.Decisions = slices.Clone(decided)
	}
	return receipt, nil
}

func (b *batch) append(id string, cause uint64, body messages.Body) uint64 {
	b.seq++
	b.bytes += Weight(body)
	b.records = append(b.records, messages.Record{
		Seq: b.seq, At: b.now, ID: id, Cause: cause, PolicyVersion: b.l.o.PolicyVersion, Body: body,
	})
	return b.seq
}

// room is memory for the records of a batch.
func (l *Log) room() []messages.Record {
	if spare, ok := l.spare.Get().(*[]messages.Record); ok {
		return *spare
	}
	return nil
}

// giveBack lets another batch have the memory of the records. The tail has copied them.
func (b *batch) giveBack() {
	clear(b.records)
	spare := b.records[:0]
	b.records = nil
	b.l.spare.Put(&spare)
}
