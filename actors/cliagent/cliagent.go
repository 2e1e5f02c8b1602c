// Package cliagent is the actor type "cli-agent": it runs the command line of an agent, such as Claude Code or Codex,
// as a process. It is gated: a job belongs to a session, which usually has no backend, because the agent keeps a
// sign-in of its own. Whether that sign-in has expired is seen from the failure of the process, or from a preflight
// before it. A successful attempt never closes the session, whatever it prints.
package cliagent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/actors"
	"curfew/actors/env/procs"
)

type agent struct {
	env  actors.Env
	wait time.Duration // see askWait
}

var (
	_ actors.Actor[Spec] = (*agent)(nil)
	_ actors.DirUser     = Spec{}
	_ actors.TimeKeeper  = Spec{}
	_ actors.UserNamer   = Spec{}
)

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &agent{env: env, wait: askWait} }

// Traits are those of a gated type that recognises an expired session by what its program says.
func (*agent) Traits() actors.Traits {
	return actors.Traits{Gated: true, ExpiryByText: true, Presets: presets()}
}

// Run runs the preflight, if there is one, and then the agent. An exit status other than 0 is a failure, and 0 is one
// if failed_when matches; [Spec.ExpiredWhen] and its like say of what kind, with the line or field that says so in the
// error. A missing folder or program is a permanent failure. The output of the agent is returned in any case, with what
// its model calls cost, if it says that where [Spec.Usage] looks.
//
// An agent that asks a person to sign in is ended, and its session has expired. One that prints nothing for
// idle_timeout is ended, and has timed out. After a cancel or a timeout the output is not judged, since it may be
// incomplete.
func (a *agent) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	if err := a.preflight(ctx, run); err != nil {
		return actors.Output{}, err
	}
	done, err := a.env.Work(ctx)
	if err != nil {
		return actors.Output{}, err // the host says more precisely what ended it
	}
	defer done()
	watched, watch, stop := watching(ctx, run.Spec, a.wait)
	defer stop()
	c, meter := command(run), run.Spec.metering()
	c.Split, c.Watch, c.WatchStdout = true, watch, meter
	result, err := a.env.Exec.Run(watched, c)
	out := actors.Output{Text: result.Output, Usage: meter.total(result.Stdout)}
	switch {
	case err != nil && errors.Is(err, ctx.Err()):
		return out, ctx.Err() // the host says more precisely what ended it
	case err != nil && watched.Err() != nil:
		return out, run.Spec.ended(run.Session, context.Cause(watched))
	case procs.Hopeless(err):
		return out, actors.Permanent(fmt.Errorf("cli-agent: %w", err))
	case err != nil:
		return out, fmt.Errorf("cli-agent: %w", err)
	default:
		return out, run.Spec.judge(run.Attempt, result, time.Now())
	}
}

// ended is the error of an agent that was ended because it waited.
func (s Spec) ended(session string, cause error) error {
	if question := (*asked)(nil); errors.As(cause, &question) {
		return actors.SessionExpired(s.hinted(session, fmt.Errorf("cli-agent: %w (asks_when)", cause)))
	}
	return cause
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
	c.Stdin = run.Spec.Stdin
	if !run.Spec.asks() {
		c.Stdin = cmp.Or(run.Spec.Prompt, run.Spec.Stdin)
	}
	return c
}

func inShell(run actors.Run[Spec], line string) actors.Command {
	return process(run, actors.Shell, []string{"-c", line})
}

func process(run actors.Run[Spec], path string, args []string) actors.Command {
	return actors.Command{Path: path, Args: args, Dir: run.Spec.Dir, User: run.Spec.User}
}
