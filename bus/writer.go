package bus

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"go.uber.org/zap"

	"curfew/messages"
)

// run is the writer. It ends when the log is closed, or when an error stops the log.
func (l *Log) run() {
	err := l.write()
	reason := err
	if reason == nil {
		reason = ErrClosed
	} else {
		l.log.Error("bus: the log has stopped", zap.Error(err))
	}
	for _, c := range l.queue.stop(reason) {
		l.drop(c, reason)
	}
	if err != nil {
		l.outbox.tell(reason)
	}
	close(l.done)
	if err != nil && l.o.Stopped != nil {
		l.o.Stopped(err)
	}
}

// write decides or follows, in turns, until the queue is closed and empty.
func (l *Log) write() error {
	for {
		work := l.follow
		if l.leads.Load() {
			work = l.decide
		}
		if done, err := work(); done || err != nil {
			return err
		}
	}
}

// decide commits the pending calls, batch by batch. It returns when the log follows again, or, with done, when the queue
// is closed and empty.
func (l *Log) decide() (done bool, err error) {
	for {
		select {
		case <-l.queue.signal:
		case t := <-l.turns:
			return false, l.yields(t)
		}
		l.wakeReaders(nil) // a new one may be behind the end
		for {
			select {
			case t := <-l.turns:
				l.queue.signal.set() // for what is left
				return false, l.yields(t)
			default:
			}
			if l.o.Settle != nil && !l.queue.empty() {
				l.o.Settle()
			}
			t, err := l.queue.take()
			if err == nil && len(t.calls) > 0 {
				err = l.commit(t)
			}
			if err != nil {
				return false, errors.Join(l.ahead.wait(), err)
			}
			if len(t.calls) == 0 && t.closing {
				return true, l.ahead.wait()
			}
			if len(t.calls) == 0 {
				break
			}
		}
	}
}

// commit decides a batch and has it concluded. If no more calls wait than fit into the batch, it returns afterwards;
// else the next batch is decided meanwhile. Its error stops the log.
func (l *Log) commit(t taken) error {
	if l.o.Settle != nil && l.o.Order != nil {
		slices.SortStableFunc(t.calls, l.order)
	}
	b := batch{l: l, calls: t.calls, seq: l.sealed, records: l.room()}
	n := 0
	err := b.guard(func() (err error) {
		n = b.seal()
		b.write, err = l.stage(b.records)
		return err
	})
	if err != nil {
		return err
	}
	if n < len(t.calls) {
		l.queue.back(t.calls[n:])
		b.calls = t.calls[:n]
	}
	l.sealed = b.seq
	full := t.cut || n < len(t.calls)
	if full && l.o.Settle == nil && !b.hasView() {
		return l.ahead.conclude(&b)
	}
	if err := l.ahead.wait(); err != nil {
		b.fail(err)
		return err
	}
	return b.conclude()
}

// guard calls f. If that fails or panics, the callers of the batch are told, and the log stops.
func (b *batch) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("bus: a fact could not be decided: panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			err = fmt.Errorf("bus: stopped: %w", err)
			b.fail(err)
		}
	}()
	return f()
}

func (b *batch) fail(err error) {
	for _, c := range b.calls {
		b.l.drop(c, err)
	}
	b.calls = nil
}

// drop ends a call that this log cannot take. If another log decides now, what nobody waits for is handed on; whoever
// waits is told.
func (l *Log) drop(c *call, why error) {
	if c.done != nil || !l.handedOn([]*call{c}, why) {
		c.finish(why)
	}
}

// handedOn hands calls on to the log that decides now, if that is why this one does not take them.
func (l *Log) handedOn(cs []*call, why error) bool {
	if !errors.Is(why, ErrFenced) {
		return false
	}
	for _, c := range cs {
		if l.outbox.put(c) != nil {
			return false
		}
	}
	return true
}

func (b *batch) hasView() bool {
	return slices.ContainsFunc(b.calls, func(c *call) bool { return c.view != nil })
}

// conclude makes the batch durable, wakes the readers and answers the callers.
func (b *batch) conclude() error {
	return b.guard(func() error {
		l := b.l
		if b.taken > 0 { // also if nothing is recorded of the parcel: the next append says so
			l.relay.Take(b.taken)
		}
		if len(b.records) > 0 {
			if err := l.append(b.records, b.write); err != nil {
				return err
			}
			l.tail.add(b.records)
			l.last.Store(b.seq)
			l.wakeReaders(b.records)
			l.outbox.settle(b.records)
		}
		b.giveBack()
		done := b.calls
		b.calls = nil // from here on guard must not answer them
		for _, c := range done {
			if c.view != nil {
				c.finish(c.view.run())
				continue
			}
			c.finish(nil)
		}
		return nil
	})
}

// order sorts calls by their first fact; calls without a fact come first.
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
