package demo

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"curfew/actors/system/follow"
	"curfew/actors/system/notifier"
	"curfew/messages"
	"curfew/messages/text"
)

// show prints what happens as it happens.
type show struct {
	out    io.Writer
	colour bool
	began  time.Time

	mu      sync.Mutex
	seen    seen
	changed chan struct{} // replaced when something was seen
}

// seen is what has happened so far.
type seen struct {
	closed, summaries, waits, retries, reports, notices int
	held                                                map[messages.RunID]bool
}

// Colours of a terminal.
const (
	plain  = ""
	dim    = "\x1b[2m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	bold   = "\x1b[1m"
	reset  = "\x1b[0m"
)

func (s *show) say(text string) { s.line(bold, text) }

func (s *show) line(colour, text string) {
	at := "     "
	if !s.began.IsZero() {
		at = fmt.Sprintf("%5.1f", time.Since(s.began).Seconds())
	}
	if !s.colour || colour == plain {
		fmt.Fprintf(s.out, "%s  %s\n", at, text)
		return
	}
	fmt.Fprintf(s.out, "%s%s  %s%s%s\n", dim, at, reset+colour, text, reset)
}

// follow prints the log until the returned function is called, which returns when no more lines come.
func (s *show) follow(open follow.Open) (stop func() error) {
	s.changed = make(chan struct{})
	s.seen.held = map[messages.RunID]bool{}
	feed := follow.New("demo", open)
	done, result := make(chan struct{}), make(chan error, 1)
	go func() {
		defer feed.Close()
		result <- feed.Run(done, s.read)
	}()
	return func() error {
		close(done)
		return <-result
	}
}

// read prints a batch of records, and wakes await.
func (s *show) read(batch []messages.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rec := range batch {
		s.record(rec)
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until something has been seen, for at most patience.
func (s *show) await(ctx context.Context, what string, is func(*seen) bool) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		s.mu.Lock()
		ok, changed := is(&s.seen), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-late.C:
			return fmt.Errorf("waited %s for %s, which did not come", patience, what)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *show) record(rec messages.Record) {
	switch b := rec.Body.(type) {
	case messages.AttemptStarted:
		if b.Attempt > 1 {
			s.seen.retries++
		}
		if b.Canary {
			s.line(yellow, b.Job+" goes first: the canary")
		} else if b.Session != "" {
			s.line(dim, b.Job+" starts"+try(b.Attempt))
		}
	case messages.AttemptSucceeded:
		s.line(green, b.Job+" done: "+firstLine(b.Output))
	case messages.AttemptFailed:
		s.line(red, fmt.Sprintf("%s failed (%s): %s", b.Job, b.Class, firstLine(b.Error)))
	case messages.WakeScheduled:
		if b.Why == messages.WakeRetry {
			s.seen.waits++
			s.line(yellow, fmt.Sprintf("%s tries again in %s", b.Job, b.Due.Sub(rec.At).Round(100*time.Millisecond)))
		}
	case messages.SessionExpired:
		s.line(red, fmt.Sprintf("session %s expired (generation %d, as its sign-ins are counted)", b.Session, b.Generation))
	case messages.RunHeld:
		s.held(b)
	case messages.ErrorReported:
		s.seen.reports++
		s.line(red, "error report for "+b.Job)
	case messages.NotificationRequested:
		s.notice(b)
	default:
		s.gate(b)
	}
}

func (s *show) gate(b messages.Body) {
	switch b := b.(type) {
	case messages.GateClosed:
		s.seen.closed++
		if b.Reason != messages.ReasonSignedOut {
			s.line(red, "the gate closes: no agent starts until somebody signs in")
		}
	case messages.GateProbing:
		s.line(yellow, fmt.Sprintf("signed in (generation %d): one run tries the sign-in before the gate opens to all", b.Generation))
	case messages.GateOpened:
		s.line(green, "the gate is open")
	}
}

func (s *show) held(b messages.RunHeld) {
	text := b.Job + " held"
	if b.Missed > 0 {
		text += fmt.Sprintf(" (for %d slots, to run once)", b.Missed+1)
	}
	s.seen.held[b.Run] = true
	s.line(yellow, text)
}

func (s *show) notice(b messages.NotificationRequested) {
	s.seen.notices++
	if b.Notice == messages.NoticeSessionSummary && b.Counts.Held > 0 {
		s.seen.summaries++
	}
	s.line(bold, "notification: "+notifier.Text(b))
}

func try(attempt int) string {
	if attempt == 1 {
		return ""
	}
	return fmt.Sprintf(" (attempt %d)", attempt)
}

// firstLine is enough of a text for one line of the screen.
func firstLine(s string) string {
	const width = 80
	line := text.FirstLine(s)
	if r := []rune(line); len(r) > width {
		return string(r[:width]) + "…"
	}
	return line
}
