package bus

import (
	"fmt"
	"runtime/debug"
	"slices"

	"go.uber.org/zap"

	"curfew/messages"
)

// batchRecords is where a batch ends early, because its facts have many decisions.
const batchRecords = 8 << 10

// run is the writer. It ends when the log is closed, or stops the log.
func (l *Log) run() {
	err := l.write()
	reason := err
	if reason == nil {
		reason = ErrClosed
	} else {
		l.log.Error("bus: the log has stopped", zap.Error(err))
	}
	for _, c := range l.queue.stop(reason) {
		c.finish(reason)
	}
	close(l.done)
	if err != nil && l.o.Stopped != nil {
		l.o.Stopped(err)
	}
}

// write commits what is pending, batch by batch, until the queue is closed and empty.
func (l *Log) write() error {
	for range l.queue.signal {
		l.wakeReaders(nil) // one may have come that is behind
		for {
			if l.o.Settle != nil && !l.queue.empty() {
				l.o.Settle()
			}
			calls, closing, err := l.queue.take()
			if err == nil && len(calls) > 0 {
				err = l.commit(calls)
			}
			if err != nil {
				return err
			}
			if len(calls) == 0 && closing {
				return nil
			}
			if len(calls) == 0 {
				break
			}
		}
	}
	return nil
}

// commit decides a batch, makes it durable and lets everybody know. Its error stops the log.
func (l *Log) commit(calls []*call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("bus: a fact could not be decided: panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			err = fmt.Errorf("bus: stopped: %w", err)
			for _, c := range calls {
				c.finish(err)
			}
		}
	}()
	if l.o.Settle != nil && l.o.Order != nil {
		slices.SortStableFunc(calls, l.order)
	}
	records, n := l.seal(calls)
	if n < len(calls) {
		l.queue.back(calls[n:])
		calls = calls[:n]
	}
	if len(records) > 0 {
		if err := l.append(records); err != nil {
			return err
		}
		l.tail.add(records)
		l.last.Store(records[len(records)-1].Seq)
		l.wakeReaders(records)
	}
	done := calls
	calls = nil // answered from here on
	for _, c := range done {
		if c.view != nil {
			c.finish(c.view.run())
			continue
		}
		c.finish(nil)
	}
	return nil
}

// order sorts calls by their first fact; what has none comes first.
func (l *Log) order(a, b *call) int {
	fa, fb := a.firstFact(), b.firstFact()
	switch {
	case fa != nil && fb != nil:
		return l.o.Order(fa, fb)
	case fa == nil && fb == nil:
		return 0
	case fa == nil:
		return -1
	default:
		return 1
	}
}

func (c *call) firstFact() messages.Fact {
	if len(c.entries) == 0 {
		return nil
	}
	f, _ := c.entries[0].body.(messages.Fact)
	return f
}

// seal turns calls into records: it gives each fact its place and time, and has it decided. n is how
// many calls it reached before the batch was large enough.
func (l *Log) seal(calls []*call) (records []messages.Record, n int) {
	now := messages.At(l.o.Now())
	b := batch{l: l, now: now, seq: l.last.Load()}
	for n < len(calls) && len(b.records) < batchRecords {
		c := calls[n]
		c.receipts = make([]Receipt, len(c.entries))
		for i, e := range c.entries {
			r, err := b.add(e)
			if err != nil {
				c.refused = append(c.refused, err)
			}
			if err != nil && c.done == nil { // else the caller is told
				l.log.Warn("bus: refused", zap.String("name", e.body.Name()), zap.String("id", e.id), zap.Error(err))
			}
			c.receipts[i] = r
		}
		n++
	}
	return b.records, n
}

// batch is the records of one append, as they are made.
type batch struct {
	l       *Log
	now     messages.Instant
	seq     uint64
	records []messages.Record
}

// add takes one message in: with its decisions behind it, unless it is a duplicate or refused.
func (b *batch) add(e entry) (Receipt, error) {
	f, ok := e.body.(messages.Fact)
	if !ok {
		return Receipt{Seq: b.append(e.id, 0, e.body)}, nil
	}
	if seq, ok := b.l.seen.seq(e.id); ok {
		return Receipt{Seq: seq, Duplicate: true, Fact: f}, nil
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
	if b.l.o.Step != nil {
		receipt.Decisions = b.l.o.Step(b.now, seq, f)
	}
	for i, d := range receipt.Decisions {
		b.append(messages.DerivedID(seq, i), seq, d)
	}
	return receipt, nil
}

func (b *batch) append(id string, cause uint64, body messages.Body) uint64 {
	b.seq++
	b.records = append(b.records, messages.Record{
		Seq: b.seq, At: b.now, ID: id, Cause: cause, PolicyVersion: b.l.o.PolicyVersion, Body: body,
	})
	return b.seq
}
