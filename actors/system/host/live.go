package host

import (
	"context"
	"fmt"
	"io"
	"sync"

	"curfew/messages"
)

// maxLive is how much of an attempt's output can be read while it runs, in bytes: the newest part, as much as is kept
// of it in the end.
const maxLive = messages.MaxOutput

// Live is the output of a running attempt so far. A reader that is too slow misses the oldest part; no reader makes the
// attempt wait.
type Live struct {
	Attempt int

	mu     sync.Mutex
	kept   []byte // the newest part
	total  int64  // bytes that were ever written
	over   bool
	change chan struct{} // closed at the next change; nil: no reader waits
}

// Write adds to the output. It never fails.
func (l *Live) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total += int64(len(p))
	l.kept = append(l.kept, p[max(0, len(p)-maxLive):]...)
	if len(l.kept) > 2*maxLive { // each byte is moved once, not at every write
		l.kept = append(l.kept[:0], l.kept[len(l.kept)-maxLive:]...)
	}
	l.changed()
	return len(p), nil
}

// close ends the output.
func (l *Live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.changed()
}

func (l *Live) changed() {
	if l.change != nil {
		close(l.change)
		l.change = nil
	}
}

// Read returns the output from that byte on, which may be none, and where to read on. Bytes that are no longer kept are
// skipped.
func (l *Live) Read(from int64) (text []byte, next int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read(from)
}

func (l *Live) read(from int64) (text []byte, next int64) {
	n := min(max(0, l.total-from), int64(len(l.kept)), maxLive)
	return append([]byte(nil), l.kept[int64(len(l.kept))-n:]...), l.total
}

// Next is [Live.Read] that waits until there is output. The error is io.EOF when the attempt is over and everything was
// read, or that of ctx.
func (l *Live) Next(ctx context.Context, from int64) (text []byte, next int64, err error) {
	for {
		l.mu.Lock()
		text, next = l.read(from)
		over := l.over
		if l.change == nil {
			l.change = make(chan struct{})
		}
		change := l.change
		l.mu.Unlock()
		switch {
		case len(text) > 0:
			return text, next, nil
		case over:
			return nil, next, io.EOF
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, next, fmt.Errorf("host: read live output: %w", context.Cause(ctx))
		}
	}
}

// Output is the output of a run's running attempt; nil if none is running.
func (h *Host) Output(run messages.RunID) (of *Live) {
	h.attempts.mu.Lock()
	defer h.attempts.mu.Unlock()
	h.attempts.each(func(a *attempt) bool {
		if a.order.Attempt.Run == run {
			of = &a.live
		}
		return of == nil
	})
	return of
}
