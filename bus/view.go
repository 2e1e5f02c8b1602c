package bus

import (
	"context"
	"fmt"
	"sync/atomic"
)

// view is a function that waits for its turn in the writer.
type view struct {
	f     func()
	taken atomic.Bool // by the writer, or by a caller that gave up
}

// run calls f, unless its caller has given up.
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

// View runs f in the writer between two commits, so that the state of the machine is then exactly what
// is durable, including all that this caller has published before. f must be short, must only read, and
// must not call Commit, View or Close. When View returns, f has run or never will.
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
