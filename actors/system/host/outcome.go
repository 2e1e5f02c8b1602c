package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// judge makes the fact of an attempt's end. Cause is why its context ended; nil if it has not.
//
// An expired session comes before everything, even an order to stop: the gate must learn of it. An order to stop comes
// before the rest, but a success that came before the actor noticed a timeout is a success.
func judge(o *supervisor.Start, t actors.Traits, cause error, r result) messages.Fact {
	class, after, detail := messages.ClassPanic, time.Duration(0), messages.Detail("")
	if r.panic == "" && r.err != nil {
		class, after = classify(o, t, cause, r)
		detail = detailOf(o, class, r.err)
	}
	ok := r.err == nil && r.panic == ""
	stopped := errors.Is(cause, errStopped)
	switch {
	case class == messages.ClassSessionExpired:
	case errors.Is(cause, errCancelled):
		return interrupted(o, messages.InterruptCancelled, r)
	case ok:
		return messages.AttemptSucceeded{
			AttemptRef: o.Ref(), Called: r.called,
			Output: text.Tail(r.output, messages.MaxOutput), Usage: r.spent(), Trace: r.trace, Left: r.left,
		}
	case stopped:
		return interrupted(o, messages.InterruptStopped, r)
	case errors.Is(cause, errTimeout) && r.panic == "":
		class, after, detail = messages.ClassTimeout, 0, ""
		r.text = timedOut(o, r)
	}
	return messages.AttemptFailed{
		AttemptRef: o.Ref(), Class: class, Error: doubted(o, t, class, r), Called: r.called,
		Session: o.Attempt.Session, Generation: o.Attempt.Generation,
		RetryAfter: messages.Duration(after), Output: text.Tail(r.output, messages.MaxOutput),
		Detail: detail, Usage: r.spent(), Trace: r.trace, Left: r.left,
	}
}

// detailOf is what the rules need besides the class. An attempt that cannot prove anything about its session has none
// about the session.
func detailOf(o *supervisor.Start, class messages.Class, err error) messages.Detail {
	d := actors.DetailOf(err)
	about := o.Attempt.Session != "" && !o.Definition.OwnKey && class != messages.ClassSessionExpired
	if about || d == messages.DetailUnanswered {
		return d
	}
	return ""
}

// classify takes the outcome from the error, and, for types that have no better signal, from the text; but not from the
// text of an attempt that was told to stop: it may be the beginning of an answer that only quotes what it was about to
// explain. Without a session nothing can expire. An answer to a job's own key is a failure like others, which no sign-in
// mends.
func classify(o *supervisor.Start, t actors.Traits, cause error, r result) (messages.Class, time.Duration) {
	class, after := actors.Classify(r.err)
	gated := o.Definition.Gated && o.Attempt.Session != ""
	told := errors.Is(cause, errStopped) || errors.Is(cause, errCancelled)
	switch {
	case class == messages.ClassSessionExpired && !gated:
		return messages.ClassPermanent, 0
	case o.Definition.OwnKey && r.called && class == messages.ClassSessionExpired:
		return messages.ClassTransient, 0
	case o.Definition.OwnKey:
		return class, after
	case gated && t.ExpiryByText && !told && !actors.Judged(r.err) && policy.IsSessionExpired(gated, r.text, actors.End(r.output)):
		return messages.ClassSessionExpired, 0
	default:
		return class, after
	}
}

func interrupted(o *supervisor.Start, why messages.InterruptReason, r result) messages.Fact {
	return messages.AttemptInterrupted{
		AttemptRef: o.Ref(), Why: why, Called: r.called,
		Output: text.Tail(r.output, messages.MaxOutput), Usage: r.spent(), Trace: r.trace, Left: r.left,
	}
}

// spent is the usage of the attempt's model calls; nil if it made none.
func (r result) spent() *messages.Usage {
	if r.usage == (messages.Usage{}) {
		return nil
	}
	return &r.usage
}

// timedOut is the error of an attempt that timed out: how long it was given, and its own error when it was told to
// stop.
func timedOut(o *supervisor.Start, r result) string {
	text := fmt.Sprintf("timed out after %s", o.Definition.Timeout.Short())
	if errors.Is(r.err, context.DeadlineExceeded) && r.text == context.DeadlineExceeded.Error() {
		return text
	}
	return text + ": " + r.text
}
