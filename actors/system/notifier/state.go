package notifier

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/messages/text"
)

// A State is how a target does.
type State string

// The states of a target.
const (
	StateUntried State = "untried" // it was sent nothing since the start
	StateOK      State = "ok"      // it took the last message
	StateFailing State = "failing" // it did not take the last message, and is tried again
	StateRefused State = "refused" // it refused the last message for good
)

// Status is how a target has done since the start of the program.
type Status struct {
	Name     string
	State    State
	Failures int              // tries in a row that failed
	Error    string           // of the newest failed try; kept when the target is back
	FailedAt messages.Instant // when that try was
	TookAt   messages.Instant // when it last took a message
	NextTry  messages.Instant // of a failing target
	Letter   string           // id of the message that is being tried; empty: none
	Tries    int              // of that message so far
}

// warnAfter is how many tries in a row fail before a warning is logged.
const warnAfter = 3

// status is a [Status] that a worker changes and others read.
type status struct {
	mu     sync.Mutex
	now    Status
	warned bool
}

func (s *status) get() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// sending notes that a message is being tried from now on.
func (s *status) sending(letter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Letter, s.now.Tries = letter, 0
}

// tried notes the result of one try.
func (w *worker) tried(err error) {
	s, at, log := &w.status, messages.At(w.cfg.Now()), w.cfg.Logger
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Tries++
	var retry *Retry
	switch {
	case errors.Is(err, ErrHeldBack):
		return // the target was not asked
	case err == nil:
		if s.warned {
			log.Info("cron: a target takes messages again", zap.String("target", s.now.Name),
				zap.Int("failed_tries", s.now.Failures))
		}
		s.warned = false
		s.now.State, s.now.Failures, s.now.TookAt, s.now.NextTry = StateOK, 0, at, 0
		return
	case errors.As(err, &retry):
		s.now.State = StateFailing
	default:
		s.now.State = StateRefused
	}
	s.now.Failures++
	s.now.Error, s.now.FailedAt, s.now.NextTry = text.Head(err.Error(), messages.MaxError), at, 0
	if s.now.Failures >= warnAfter && !s.warned {
		s.warned = true
		log.Warn(w.withHint("cron: a target does not take messages; `curfew target list` shows what waits"),
			zap.String("target", s.now.Name),
			zap.Int("failed_tries", s.now.Failures), zap.String("error", s.now.Error))
	}
}

// waiting notes when the next try is.
func (s *status) waiting(until messages.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.NextTry = until
}

// idle notes that nothing is being tried.
func (s *status) idle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Letter, s.now.Tries, s.now.NextTry = "", 0, 0
}

// Targets are the targets, by name.
func (n *Notifier) Targets() (out []Status) {
	for _, w := range n.all() {
		if w.name != "" && n.desk.exists(w.name) {
			out = append(out, w.status.get())
		}
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return out
}
