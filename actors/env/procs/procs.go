//go:build unix

package procs

import (
	"context"
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

const (
	maxStderr = 16 << 10 // bytes of standard error that are kept apart
	// drainTime is how long children may go on after the process has ended by itself: the last output of a pipeline
	// needs it. Then they are told to end.
	drainTime = time.Second
	// killTime is how long a killed process may take to end, and its output to be read.
	killTime = 3 * time.Second
)

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
