package cliagent

import (
	"context"
	"errors"
	"fmt"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/messages"
)

// preflight asks whether the agent is signed in. Only one attempt of the session does so at a time, since some CLIs
// renew their stored sign-in when they are asked. Only an answer counts: a command that was not found, was ended by a
// signal or did not answer in time says nothing about the session, and a sign-in would not help. Without an answer in
// time nothing was tried, so the attempt does not count. A successful preflight does not confirm the session: most of
// them only look at what is stored, without asking a server. One that spends is left out while an attempt of the session
// works: that finds out by itself.
func (a *agent) preflight(ctx context.Context, run actors.Run[Spec]) error {
	p := run.Spec.Preflight
	if p == nil || p.Command == "" {
		return nil
	}
	done, err := a.turn(ctx, p)
	if done == nil {
		return err // the host says more precisely what ended it
	}
	defer done()
	limit := p.limit()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	result, err := a.env.Exec.Run(limited, inShell(run, p.Command))
	switch {
	case err != nil && errors.Is(err, ctx.Err()):
		return ctx.Err()
	case err != nil && limited.Err() != nil:
		return actors.Unanswered(fmt.Errorf("cli-agent: the preflight did not answer within %s", messages.Duration(limit).Short()))
	case procs.Hopeless(err):
		return actors.Permanent(fmt.Errorf("cli-agent: preflight: %w", err))
	case err != nil:
		return actors.Unanswered(fmt.Errorf("cli-agent: preflight: %w", err))
	}
	switch result.ExitCode {
	case 0:
		return nil
	case -1: // a signal ended it, such as when memory runs out
		return actors.Unanswered(fmt.Errorf("cli-agent: the preflight could not be run: %w", procs.Exited(result)))
	case exitNotRunnable, exitNotFound:
		return fmt.Errorf("cli-agent: the preflight could not be run: %w", procs.Exited(result))
	default:
		return actors.SessionExpired(run.Spec.hinted(run.Session, fmt.Errorf("cli-agent: preflight: %w", procs.Exited(result))))
	}
}

// turn waits until the preflight may be run; done is nil if it is not to be.
func (a *agent) turn(ctx context.Context, p *Preflight) (done func(), err error) {
	if p.Spends {
		return a.env.TakeAlone(ctx)
	}
	return a.env.TakeTurn(ctx)
}
