package notifier

import (
	"context"
	"errors"
	"time"

	"curfew/messages"
)

// A Target brings messages to one place.
type Target interface {
	// Send brings a message there. An error that is a [*Retry] means that it may arrive later; any other, that
	// it never will. No error holds a secret: it goes on the bus. One goroutine at a time calls it.
	Send(ctx context.Context, m Message) error
}

// A Message is what a target gets.
type Message struct {
	ID      string // of the decision; the same at every try, also after a restart
	Kind    Kind
	At      messages.Instant // when it was decided
	Job     string           // empty if it is about a session only
	Run     messages.RunID   // empty if it is about none
	Session string           // empty if it is about a job only
	Notice  messages.Notice  // of a notification
	Title   string           // one line
	Text    string           // may have many lines; at most 64 KiB and a little
	Report  *messages.ErrorReported
}

// A Kind says what a message is.
type Kind string

// The kinds of message.
const (
	KindNotification Kind = "notification"
	KindOutput       Kind = "output"
	KindFailure      Kind = "failure"
	KindReminder     Kind = "reminder"
	KindRecovery     Kind = "recovery"
	KindReport       Kind = "error_report"
)

// Retry is an error after which a message may be sent again.
type Retry struct {
	Err   error
	After time.Duration // what the server asked for; 0: nothing
}

// Error is that of the error in it.
func (r *Retry) Error() string { return r.Err.Error() }

// Unwrap is the error in it.
func (r *Retry) Unwrap() error { return r.Err }

// ErrHeldBack is behind the error of a target that takes no more of a kind for now, and has said so.
var ErrHeldBack = errors.New("held back")

// nobody stands for targets that there are not.
type nobody struct{}

// Send refuses everything.
func (nobody) Send(context.Context, Message) error {
	return errors.New("the job file has no such target; add it to targets")
}
