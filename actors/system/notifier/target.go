package notifier

import (
	"context"
	"errors"
	"time"

	"curfew/actors"
)

// A Target is a place that messages are brought to.
type Target interface {
	// Send brings a message there. After an error that is a [*Retry] it may arrive later; after any other error it
	// never will. An error must hold no secret: it goes on the bus. One goroutine at a time calls Send.
	Send(ctx context.Context, m Message) error
}

// A Message is what a target gets. Those of builds get the same.
type Message = actors.Message

// A Kind says what a message is.
type Kind = actors.MessageKind

// The kinds of message.
const (
	KindNotification = actors.MessageNotification
	KindOutput       = actors.MessageOutput
	KindFailure      = actors.MessageFailure
	KindReminder     = actors.MessageReminder
	KindRecovery     = actors.MessageRecovery
	KindReport       = actors.MessageReport
	KindTest         = actors.MessageTest
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
