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

// errWallClock is why the context of an attempt ended: its budget of time is used up.
var errWallClock = errors.New("budgets.wall_clock")

// within bounds the attempt's time, if the job has a budget of it.
func within(ctx context.Context, wall time.Duration) (context.Context, context.CancelFunc) {
	if wall <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, wall, fmt.Errorf("%w of %s is used up", errWallClock, wall))
}

// refusal is an error of the model's endpoint, which is the only one that says something about the session.
type refusal struct{ err *actors.StatusError }

// Error is that of the status.
func (r refusal) Error() string { return r.err.Error() }

// Unwrap is the status.
func (r refusal) Unwrap() error { return r.err }

// outcome says what an error means for the job. What the backend answered counts even when ctx has ended
// meanwhile: the gate must learn of it.
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
		return ctx.Err() // the host says in better words what ended it
	case class != messages.ClassTransient && class != messages.ClassTimeout:
		return err // it says itself what it means
	}
	// Not wrapped: a text that is redacted must not have the one that is not beneath it, and a timeout of a
	// connection or of a tool is not the attempt's.
	told := errors.New("agent: " + e.redact(err.Error()))
	switch {
	case errors.Is(err, tools.ErrConfig), errors.Is(err, model.ErrQuestion):
		return actors.Permanent(told)
	case errors.Is(err, model.ErrUnreachable) && !e.own:
		return actors.Unreachable(told)
	default:
		return told
	}
}

// refusal says what a status of 400 and above means, or an error with the status 200: by the rules of the
// session, whose token was sent, or as anybody's own key has it, which no sign-in mends.
func (e *endpoint) refusal(refused *actors.StatusError) error {
	if e.own {
		return fmt.Errorf("agent: %w", httpx.Outcome(refused))
	}
	return fmt.Errorf("agent: %w", e.session.Outcome(refused))
}
