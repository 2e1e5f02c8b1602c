package bus

import (
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
		c.finish(reason)
	}
	close(l.done)
	if err != nil && l.o.Stopped != nil {
		l.o.Stopped(err)
	}
}

// write commits the pending calls, batch by batch, until the queue is closed and empty.
func (l *Log) write() error {
	for range l.queue.signal {
		l.wakeReaders(nil) // a new one may be behind the end
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

// commit decides a batch, makes it durable, wakes the readers and answers the callers. Its error stops the log.
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
	calls = nil // from here on the deferred function must not answer them
	for _, c := range done {
		if c.view != nil {
			c.finish(c.view.run())
			continue
		}
		c.finish(nil)
	}
	return nil
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
