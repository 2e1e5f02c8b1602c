//go:build unix

// Package procs runs the processes of attempts, each in a session of its own. With a process it ends all its
// descendants, also those that have left its session, where the system shows them (Linux). It is not a sandbox: a
// process that gives up its session, its parents, CURFEW_RUN in its environment and its output is out of reach.
package procs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/messages"
)

// DefaultGrace is how long a process group may take to end after TERM.
const DefaultGrace = 10 * time.Second

// MaxGrace bounds the grace: the processes must be killed before the attempt itself counts as abandoned.
const MaxGrace = 20 * time.Second

// MaxCapture bounds [actors.Command.MaxOutput], in bytes.
const MaxCapture = 8 << 20

const (
	maxStderr = 16 << 10 // bytes of standard error that are kept apart
	// drainTime is how long children may go on after the process has ended by itself: the last output of a pipeline
	// needs it. Then they are told to end.
	drainTime = time.Second
	// killTime is how long a killed process may take to end, and its output to be read.
	killTime = 3 * time.Second
)

// ErrUnkillable means that a process is still there after KILL: the kernel is waiting for something.
var ErrUnkillable = errors.New("procs: the process does not end, even when killed")

// Options are how processes are run. The zero value is useful.
type Options struct {
	// Grace is the time between TERM and KILL; 0 is [DefaultGrace], and it is never more than [MaxGrace].
	Grace time.Duration
	// Deny names variables that no process may see, even if they are passed on: those that hold keys.
	Deny []string
	// Attempt is the attempt that the processes belong to. They get CURFEW_JOB, CURFEW_RUN, CURFEW_ATTEMPT and
	// CURFEW_SLOT, and the job's env. The zero value: they belong to none.
	Attempt actors.Attempt
	// Ledger notes the processes of Attempt while they run; nil: they are not noted.
	Ledger *Ledger
	// Secrets are redacted from what processes print, except for a value that is kept apart ([actors.Command.Apart]).
	Secrets *secrets.Set
	// Live gets what processes print as it comes, besides the result; nil: nothing does. It must not block.
	Live io.Writer
}

// New makes an [actors.Exec]. It is safe for concurrent use.
func New(o Options) actors.Exec {
	if o.Grace <= 0 {
		o.Grace = DefaultGrace
	}
	return &runner{
		grace: min(o.Grace, MaxGrace), drain: drainTime, kill: killTime, deny: slices.Clone(o.Deny),
		ledger: o.Ledger, attempt: o.Attempt, live: o.Live, secrets: o.Secrets,
	}
}

type runner struct {
	grace, drain, kill time.Duration
	deny               []string
	ledger             *Ledger
	attempt            actors.Attempt
	live               io.Writer
	secrets            *secrets.Set
	remains            remains
}

var _ actors.Exec = (*runner)(nil)

// Run starts the command and waits for it as [actors.Exec] says. It is not an error if the process does not read its
// standard input. When the process has ended, children that it left behind may go on for a second; then they get TERM,
// and KILL after a grace, unless the command keeps them: see [runner.Left]. Standard output and error are in the result
// in the order in which they were written, as far as the system shows it (docs/decisions/0042).
//
// If the process cannot be started the error wraps the system's (fs.ErrNotExist for a missing folder or
// program, fs.ErrPermission), or that of its user (users.ErrUnknown, users.ErrDenied); if ctx ended it, that of ctx. The result has the output until then.
func (r *runner) Run(ctx context.Context, c actors.Command) (actors.Result, error) {
	if err := ctx.Err(); err != nil {
		return actors.Result{ExitCode: -1}, fmt.Errorf("procs: not started: %w", err)
	}
	cmd, as, err := r.command(c)
	if err != nil {
		return actors.Result{ExitCode: -1}, err
	}
	limit := c.MaxOutput
	if limit <= 0 {
		limit = messages.MaxOutput
	}
	p, err := prepare(cmd, c, newCapture(min(limit, MaxCapture), c, r.secrets, r.live))
	if err != nil {
		return actors.Result{ExitCode: -1}, fmt.Errorf("procs: start %s: %w", c.Path, err)
	}
	as.give(p.far)
	noted := r.ledger.about(r.attempt, p.given)
	if err := p.start(c); err != nil {
		noted.remove()
		return actors.Result{ExitCode: -1}, fmt.Errorf("procs: start %s%s: %w", c.Path, as.inWords(cmd.Dir), err)
	}
	noted.started(cmd.Process.Pid)
	left, stopped := r.finish(ctx, p, c.Keep)
	last := r.kill
	if left.kept {
		last = 0 // they may hold the output for as long as they like
	}
	ended, err := p.end(last)
	if err == nil && left.alive == 0 {
		noted.remove()
	}
	r.add(left)
	result := p.captured.result()
	result.ExitCode, result.Signal = howEnded(ended)
	if err == nil && stopped {
		err = fmt.Errorf("procs: %s was ended: %w", c.Path, ctx.Err())
	}
	return result, err
}

// command makes the process that is to be started, and finds out as whom it runs.
func (r *runner) command(c actors.Command) (*exec.Cmd, *identity, error) {
	as, err := become(c.User)
	if err != nil {
		return nil, nil, fmt.Errorf("procs: %w", err)
	}
	dir := c.Dir
	if dir == "" && as != nil {
		dir = as.Home
	}
	if err := checkDir(dir); err != nil {
		what := "working directory"
		if dir != c.Dir {
			what = "the home of user " + as.Name + " (give the job a dir)"
		}
		return nil, nil, fmt.Errorf("procs: %s: %w", what, err)
	}
	env := r.environment(os.Environ(), c, as)
	path, err := find(c.Path, env)
	if err != nil {
		return nil, nil, fmt.Errorf("procs: start %s: %w", c.Path, err)
	}
	attr := attributes()
	attr.Credential = as.credential()
	return &exec.Cmd{Path: path, Args: append([]string{c.Path}, c.Args...), Dir: dir, Env: env, SysProcAttr: attr}, as, nil
}

// checkDir returns what is wrong with the folder; the kernel's error would name the program instead.
func checkDir(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = &os.PathError{Op: "chdir", Path: dir, Err: syscall.ENOTDIR}
	}
	return err
}
