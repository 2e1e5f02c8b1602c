// Package cliagent is the actor type that runs the command line of an agent, such as Claude Code or Codex,
// as a subprocess. It is gated: it belongs to a session, which usually has no backend, because the agent
// keeps a sign-in of its own. That the sign-in has lapsed shows in how the process fails, or in a preflight
// that is asked before; an attempt that succeeds closes nothing, whatever it prints.
package cliagent

import (
	"context"
	"errors"
	"fmt"

	"curfew/actors"
	"curfew/actors/env/procs"
)

type agent struct{ env actors.Env }

var (
	_ actors.Actor[Spec] = (*agent)(nil)
	_ actors.DirUser     = Spec{}
)

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &agent{env: env} }

// Traits are those of a gated type that has nothing but texts and exit codes to judge by.
func (*agent) Traits() actors.Traits { return actors.Traits{Gated: true, ExpiryByText: true} }

// Run asks the preflight, if there is one, and runs the agent. An exit status other than 0 is a failure:
// [actors.SessionExpired] if the preflight said so or expired_when names it, else one that may be retried,
// with the last line of the output in its error. That there is no such folder or program is permanent. The
// output of the agent is returned in any case.
//
// An attempt that was told to stop is not judged: what it was printing is no verdict.
func (a *agent) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	if err := a.preflight(ctx, run); err != nil {
		return actors.Output{}, err
	}
	result, err := a.env.Exec.Run(ctx, command(run))
	out := actors.Output{Text: result.Output}
	switch {
	case err != nil && errors.Is(err, ctx.Err()):
		return out, ctx.Err() // the host says in better words what ended it
	case procs.Hopeless(err):
		return out, actors.Permanent(fmt.Errorf("cli-agent: %w", err))
	case err != nil:
		return out, fmt.Errorf("cli-agent: %w", err)
	case result.ExitCode != 0:
		return out, run.Spec.ExpiredWhen.judge(result)
	default:
		return out, nil
	}
}

// preflight asks whether the agent is signed in, one attempt of the session at a time: some CLIs renew what is stored
// when they are asked. Only an answer counts: a command that was not found, that a signal ended or that did not
// answer in time knows nothing about the session, and no sign-in would mend it. Without an answer in time nothing was
// tried, so it is no attempt. That the preflight succeeds confirms nothing, either: most of them look at what is
// stored, and ask nobody.
func (a *agent) preflight(ctx context.Context, run actors.Run[Spec]) error {
	p := run.Spec.Preflight
	if p == nil {
		return nil
	}
	done, err := a.env.TakeTurn(ctx)
	if err != nil {
		return err // the host says in better words what ended it
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
		return actors.Unanswered(fmt.Errorf("cli-agent: the preflight did not answer within %s", limit))
	case procs.Hopeless(err):
		return actors.Permanent(fmt.Errorf("cli-agent: preflight: %w", err))
	case err != nil:
		return actors.Unanswered(fmt.Errorf("cli-agent: preflight: %w", err))
	}
	switch result.ExitCode {
	case 0:
		return nil
	case -1: // a signal ended it: a machine that is short of memory, somebody who cleans up
		return actors.Unanswered(fmt.Errorf("cli-agent: the preflight could not be run: %w", procs.Exited(result)))
	case exitNotRunnable, exitNotFound:
		return fmt.Errorf("cli-agent: the preflight could not be run: %w", procs.Exited(result))
	default:
		return actors.SessionExpired(fmt.Errorf("cli-agent: preflight: %w", procs.Exited(result)))
	}
}

// command is the process of the agent itself.
func command(run actors.Run[Spec]) actors.Command {
	var c actors.Command
	if len(run.Spec.Argv) == 0 {
		c = inShell(run, run.Spec.Command)
	} else {
		argv := run.Spec.arguments()
		c = process(run, argv[0], argv[1:])
	}
	if !run.Spec.asks() {
		c.Stdin = run.Spec.Prompt
	}
	return c
}

func inShell(run actors.Run[Spec], line string) actors.Command {
	return process(run, actors.Shell, []string{"-c", line})
}

func process(run actors.Run[Spec], path string, args []string) actors.Command {
	return actors.Command{Path: path, Args: args, Dir: run.Spec.Dir}
}
