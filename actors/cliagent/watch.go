package cliagent

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
)

const (
	// askWait is how long a program must print nothing after a question before it is taken to wait for an answer.
	askWait = 10 * time.Second
	// askLines is in how many of the last lines a question is looked for.
	askLines = 3
	// keptBytes bounds what is kept of the last lines.
	keptBytes = 4 << 10
	// cutMark is in the place of what was dropped before them.
	cutMark = "…"
)

// watch looks on while a program prints, and ends it when it waits for a person, or prints nothing for too long.
type watch struct {
	idle   time.Duration // 0: silence is allowed
	wait   time.Duration // see askWait
	asks   []*regexp.Regexp
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	last  string
	timer *time.Timer
	ended bool
}

// asked means that the program waits for a person.
type asked struct{ line string }

func (a *asked) Error() string { return "it waits for a person: " + a.line }

// silent means that the program printed nothing for too long. It is a timeout.
type silent struct{ after time.Duration }

func (s *silent) Error() string {
	return fmt.Sprintf("cli-agent: it printed nothing for %s, so it was ended (idle_timeout)", messages.Duration(s.after).Short())
}

func (s *silent) Unwrap() error { return context.DeadlineExceeded }

// watching starts to look on. The context ends when the program is to end, and its cause is an *asked or a *silent.
// Stop must be called when the program has ended.
func watching(ctx context.Context, s Spec, wait time.Duration) (_ context.Context, w *watch, stop func()) {
	w = &watch{wait: wait}
	if s.IdleTimeout != nil {
		w.idle = s.IdleTimeout.D()
	}
	for _, p := range s.AsksWhen {
		if re, err := compile(p); err == nil {
			w.asks = append(w.asks, re)
		}
	}
	ctx, w.cancel = context.WithCancelCause(ctx)
	w.mu.Lock()
	w.arm()
	w.mu.Unlock()
	return ctx, w, w.stop
}

// Write takes in what the program prints. It never fails.
func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asks) > 0 {
		if w.last += string(p); len(w.last) > keptBytes {
			w.last = cutMark + text.Tail(w.last, keptBytes-len(cutMark)) // no question begins in the middle of a line
		}
	}
	w.arm()
	return len(p), nil
}

// arm begins the silence anew. It is called with the lock.
func (w *watch) arm() {
	if w.timer != nil {
		w.timer.Stop()
	}
	if w.ended {
		return
	}
	line, asks := w.question()
	switch {
	case asks && (w.idle == 0 || w.wait <= w.idle):
		w.timer = time.AfterFunc(w.wait, func() { w.cancel(&asked{line}) })
	case w.idle > 0:
		w.timer = time.AfterFunc(w.idle, func() { w.cancel(&silent{w.idle}) })
	}
}

// question is the question in the last lines that a person would have to answer.
func (w *watch) question() (line string, ok bool) {
	if len(w.asks) == 0 {
		return "", false
	}
	lines := strings.Split(strings.TrimRight(w.last, " \t\r\n"), "\n")
	for _, line := range lines[max(0, len(lines)-askLines):] {
		line = actors.Readable(line)
		for _, p := range w.asks {
			if p.MatchString(line) {
				return firstLine(line), true
			}
		}
	}
	return "", false
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.arm()
	w.cancel(nil)
}
