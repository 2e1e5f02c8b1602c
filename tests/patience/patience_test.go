package patience_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"curfew/tests/patience"
)

// noted is a test that keeps how it was ended.
type noted struct {
	testing.TB
	said string
}

func (*noted) Helper() {}

func (n *noted) Fatalf(format string, args ...any) {
	n.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// Await takes what comes, and ends a test that waits in vain at the limit, with what it waits for.
func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := make(chan int)
		go func() { time.Sleep(patience.Limit - 1); from <- 7 }()
		if got := patience.Await(t, "a number", from); got != 7 {
			t.Errorf("got %d", got)
		}
		n, began := &noted{TB: t}, time.Now()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			patience.Await(n, "another number", from)
		}()
		<-ended
		if took := time.Since(began); took != patience.Limit || n.said != "waited 5m0s in vain for another number" {
			t.Errorf("ended after %s with %q", took, n.said)
		}
	})
}
