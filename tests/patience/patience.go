// Package patience bounds how long a test waits for an event, and lets a deadline pass without a clock. It is for tests
// only.
package patience

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Limit bounds every wait of a test for an event: long enough that no load decides, and shorter than Go's ten minutes
// for a package, so that a test that hangs says what it waits for.
const Limit = 5 * time.Minute

// Await returns what comes next from a channel, or its zero value once that is closed. The test ends with "waited in vain
// for" what if nothing comes within [Limit].
func Await[T any](t testing.TB, what string, from <-chan T) T {
	t.Helper()
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	select {
	case v := <-from:
		return v
	case <-limit.C:
		t.Fatalf("waited %s in vain for %s", Limit, what)
		panic("unreachable")
	}
}

// Deadline returns a context whose deadline has passed when expire is called, or parent has ended.
func Deadline(parent context.Context) (ctx context.Context, expire func()) {
	d := deadline{parent, make(chan struct{})}
	expire = sync.OnceFunc(func() { close(d.passed) })
	context.AfterFunc(parent, expire)
	return d, expire
}

type deadline struct {
	context.Context
	passed chan struct{}
}

func (d deadline) Done() <-chan struct{} { return d.passed }

func (d deadline) Err() error {
	select {
	case <-d.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
