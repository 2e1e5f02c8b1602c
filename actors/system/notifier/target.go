package notifier

import (
	"context"
	"errors"
	"time"

	"curfew/messages"
)

// A Target is a place that messages are brought to.
type Target interface {
	// Send brings a message there. After an error that is a [*Retry] it may arrive later; after any other error it
	// never will. An error must hold no secret: it goes on the bus. One goroutine at a time calls Send.
	Send(ctx context.Context, m Message) error
}

// A Message is what a target gets.
type Message struct {
	ID      string // of the decision; the same at every try, also after a restart
	Kind    Kind
	At      messages.Instant // when it was decided
	Job     string           // empty if it is about a session only
	Run     messages.RunID   // empty if it is about no run
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
	After time.Duration // the pause that the server asked for; 0: none
}

// Error is the text of Err.
func (r *Retry) Error() string { return r.Err.Error() }

// Unwrap returns Err.
func (r *Retry) Unwrap() error { return r.Err }

// ErrHeldBack is in the error of a target that holds back messages of one kind for now, and has logged that.
var ErrHeldBack = errors.New("held back")

// noTarget is in the place of every target that does not exist.
type noTarget struct{}

// Send refuses everything.
func (noTarget) Send(context.Context, Message) error {
	return errors.New("the job file has no such target; add it to targets")
}
