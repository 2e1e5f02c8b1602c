package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/actors"
	"curfew/actors/agent/model"
	"curfew/actors/agent/tools"
	"curfew/actors/env/httpx"
	"curfew/messages"
)

// errWallClock is the cause of a context that ended because the budget of time is used up.
var errWallClock = errors.New("budgets.wall_clock")

// within bounds the attempt's time by the job's budget, if it has one.
func within(ctx context.Context, wall time.Duration) (context.Context, context.CancelFunc) {
	if wall <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, wall, fmt.Errorf("%w of %s is used up", errWallClock, messages.Duration(wall).Short()))
}

// refusal is an error of the model's endpoint. Only such an error says something about the session.
type refusal struct{ err *actors.StatusError }

// Error is that of the status.
func (r refusal) Error() string { return r.err.Error() }

// Unwrap is the status.
func (r refusal) Unwrap() error { return r.err }

// outcome says what an error means for the job. A refusal by the backend counts even if ctx has ended meanwhile, since
// the gate must learn of it.
func (e *endpoint) outcome(ctx context.Context, err error) error {
	var refused refusal
	cause := context.Cause(ctx)
	class, _ := actors.Classify(err)
	switch {
	case errors.As(err, &refused):
		return e.refusal(refused.err)
	case errors.Is(cause, errWallClock):
		return actors.Permanent(fmt.Errorf("agent: %w", cause))
	case ctx.Err() != nil:
		return ctx.Err() // the host says more precisely what ended it
	case class != messages.ClassTransient && class != messages.ClassTimeout:
		return err // it says itself what it means
	}
	// Not wrapped: an unwrapped error would show the text without redaction, and a timeout of a connection or a tool must
	// not count as the attempt's own.
	told := errors.New("agent: " + e.redact(err.Error()))
	switch {
	case errors.Is(err, tools.ErrConfig), errors.Is(err, model.ErrQuestion),
		errors.Is(err, model.ErrTooLong), errors.Is(err, model.ErrTooManyCalls):
		return actors.Permanent(told)
	case errors.Is(err, model.ErrUnreachable) && !e.own:
		return actors.Unreachable(told)
	default:
		return told
	}
}

// refusal says what a status of 400 and above means, or an error with the status 200. If the session's token was sent,
// the session's rules decide; an own key is judged by the general rules, since a sign-in would not help.
func (e *endpoint) refusal(refused *actors.StatusError) error {
	if e.own {
		return fmt.Errorf("agent: %w", httpx.Outcome(refused))
	}
	return fmt.Errorf("agent: %w", e.session.Outcome(refused))
}
