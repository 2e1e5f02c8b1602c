package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"curfew/messages"
)

// follow is the writer of a log that follows: it takes in what the one that decides has appended, and hands on what is
// published here. It returns when the log decides, or, with done, when the queue is closed and empty.
func (l *Log) follow() (done bool, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	pages := make(chan page, 1)
	go l.listen(ctx, pages)
	stop := func() (err error) { // what was read has to be taken in: it is not read again
		cancel()
		for p := range pages {
			if err == nil {
				err = l.takeIn(p.records)
			}
		}
		return err
	}
	for {
		select {
		case p := <-pages:
			if err = p.err; err == nil {
				err = l.takeIn(p.records)
			}
		case <-l.queue.signal:
			l.wakeReaders(nil) // a new one may be behind the end
			done, err = l.handOn()
		case t := <-l.turns:
			if err := stop(); err != nil {
				t.done <- err
				return false, err
			}
			return false, l.decides(t)
		}
		if err != nil || done {
			return done, errors.Join(err, stop())
		}
	}
}

// listen reads page after page of what others append, until ctx ends or a read fails, which is its last page.
func (l *Log) listen(ctx context.Context, pages chan<- page) {
	defer close(pages)
	for {
		rs, err := l.relay.Follow(ctx)
		if err != nil {
			err = fmt.Errorf("bus: follow: %w", err)
		}
		pages <- page{rs, err}
		if err != nil {
			return
		}
	}
}

// takeIn applies records that another log has decided, and hands them to the readers.
func (l *Log) takeIn(rs []messages.Record) (err error) {
	if len(rs) == 0 {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("bus: a record could not be applied: panic: %v\n%s", p, debug.Stack())
		}
	}()
	for i, r := range rs {
		if want := l.sealed + uint64(i) + 1; r.Seq != want {
			return fmt.Errorf("bus: follow: record %d does not follow: the next is %d", r.Seq, want)
		}
		if err := CheckRules(r, l.o.PolicyVersion); err != nil {
			return fmt.Errorf("bus: follow: %w", err)
		}
	}
	for _, r := range rs {
		if l.o.Apply != nil {
			l.o.Apply(r)
		}
		if _, ok := r.Body.(messages.Fact); ok {
			l.seen.add(r.ID, r.Seq)
		}
	}
	l.sealed = rs[len(rs)-1].Seq
	l.tail.add(rs)
	l.last.Store(l.sealed)
	l.wakeReaders(rs)
	l.outbox.settle(rs)
	return nil
}

// handOn runs the views that wait, and puts all other calls into the outbox. done is true if no more will come.
func (l *Log) handOn() (done bool, err error) {
	for {
		t, err := l.queue.take()
		if err != nil {
			return false, err
		}
		for _, c := range t.calls {
			switch {
			case c.view != nil:
				c.finish(c.view.run())
				continue
			case c.parcel > 0:
				c.finish(ErrFollows)
				continue
			case c.done != nil && l.known(c):
				c.finish(nil)
				continue
			}
			if err := l.outbox.put(c); err != nil {
				return false, err
			}
		}
		if len(t.calls) == 0 {
			return t.closing, nil
		}
	}
}

// known fills in the receipts of a call whose messages are all duplicates.
func (l *Log) known(c *call) bool {
	receipts := make([]Receipt, len(c.entries))
	for i, e := range c.entries {
		f, _ := e.body.(messages.Fact)
		seq, ok := l.seen.seq(e.id)
		if f == nil || !ok {
			return false
		}
		receipts[i] = Receipt{Seq: seq, Duplicate: true, Fact: f}
	}
	c.receipts = receipts
	return true
}
