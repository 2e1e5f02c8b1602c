package actors

import (
	"context"
	"errors"
	"time"

	"curfew/messages"
)

// Permanent marks an error that no retry can mend.
func Permanent(err error) error { return &outcome{err: err, class: messages.ClassPermanent} }

// RetryAfter marks an error after which the server asked for a retry no earlier than d from now.
func RetryAfter(err error, d time.Duration) error {
	return &outcome{err: err, class: messages.ClassRateLimited, after: d}
}

// SessionExpired marks the error that the backend no longer accepts the session's credential. From an ungated type it
// is a [Permanent] error.
func SessionExpired(err error) error { return &outcome{err: err, class: messages.ClassSessionExpired} }

// QuotaExhausted marks the error that the quota of the session is used up, for d from now; 0: for an unknown time. The
// session's gate closes until then and probes by itself. From an ungated type it is [RetryAfter].
func QuotaExhausted(err error, d time.Duration) error {
	return &outcome{err: err, class: messages.ClassRateLimited, after: d, detail: messages.DetailQuota}
}

// Unreachable marks the error that the session's backend did not answer at all. It is retried like any other, and
// counts for the session's circuit, so that not every job has to find out by itself.
func Unreachable(err error) error {
	return &outcome{err: err, class: messages.ClassTransient, detail: messages.DetailUnreachable}
}

// Unanswered marks the error that a question before the work, such as whether a CLI is signed in, got no answer, so
// that nothing was tried. It does not count as an attempt unless it happens ten times in a row. The run tries again
// after a pause that grows like that of its retries.
func Unanswered(err error) error {
	return &outcome{err: err, class: messages.ClassTransient, detail: messages.DetailUnanswered}
}

// NotNow marks the error that something passing stood in the way, such as another process that renews the same sign-in,
// so that nothing was tried. It is [Unanswered], but the run tries again no earlier than d from now, at most ten minutes,
// and the runtime does not look into the texts of the attempt for signs of an expired session.
func NotNow(err error, d time.Duration) error {
	return &outcome{err: err, class: messages.ClassTransient, after: d, detail: messages.DetailUnanswered, judged: true}
}

// Transient marks an error whose cause the actor has found out by itself: the retry policy decides, and the runtime
// does not look into the texts of the attempt for signs of an expired session (see [Traits.ExpiryByText]).
func Transient(err error) error {
	return &outcome{err: err, class: messages.ClassTransient, judged: true}
}

// Judged reports whether an error is one whose cause the actor has found out by itself: [Transient] or [NotNow].
func Judged(err error) bool {
	var o *outcome
	return errors.As(err, &o) && o.judged
}

// Classify returns the outcome that an error marks: its class, and how long the server asked to wait. An unmarked error
// is transient; one that the deadline caused is a timeout.
func Classify(err error) (messages.Class, time.Duration) {
	var o *outcome
	switch {
	case errors.As(err, &o):
		return o.class, o.after
	case errors.Is(err, context.DeadlineExceeded):
		return messages.ClassTimeout, 0
	default:
		return messages.ClassTransient, 0
	}
}

// DetailOf returns what the rules need of an error besides its class.
func DetailOf(err error) messages.Detail {
	var o *outcome
	if errors.As(err, &o) {
		return o.detail
	}
	return ""
}

type outcome struct {
	err    error
	class  messages.Class
	after  time.Duration
	detail messages.Detail
	judged bool
}

func (o *outcome) Error() string {
	if o.err == nil {
		return string(o.class)
	}
	return o.err.Error()
}

func (o *outcome) Unwrap() error { return o.err }
