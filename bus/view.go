package bus

import (
	"context"
	"fmt"
	"sync/atomic"
)

// view is a function that is to run in the writer.
type view struct {
	f     func()
	taken atomic.Bool // the writer runs f, or the caller gave up
}

// run calls f, unless its caller gave up.
func (v *view) run() (err error) {
	if !v.taken.CompareAndSwap(false, true) {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("bus: view: panic: %v", p)
		}
	}()
	v.f()
	return nil
}

// View runs f in the writer between two commits. The state of the machine is then exactly the durable one, with every
// fact that this caller published before, but slots that an expiry goes ahead of. f must be short, must only read, and must not call Commit, View or Close.
// When View returns, f has run or will never run.
func (l *Log) View(ctx context.Context, f func()) error {
	v := &view{f: f}
	c := &call{view: v, done: make(chan struct{})}
	if err := l.queue.put(c); err != nil {
		return err
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
	}
	if v.taken.CompareAndSwap(false, true) {
		return fmt.Errorf("bus: view: %w", context.Cause(ctx))
	}
	<-c.done
	return c.err
}
