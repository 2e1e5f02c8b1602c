// Package shell is the actor type that runs a command line with sh or another shell. It is ungated: no output of a
// command closes a session.
package shell

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/messages/text"
)

// MaxCommand bounds a command line, in bytes; the kernel refuses an argument of 128 KiB.
const MaxCommand = 64 << 10

// What happens to processes that the command leaves running when it has ended.
const (
	BackgroundEnd  = "end"  // they are told to end, and killed if they do not
	BackgroundKeep = "keep" // they go on
)
const maxExitCode = 255

// shellPattern is an absolute path, or a name. White space is refused, since it would separate arguments.
const shellPattern = `^(/[^\s\x00]*)?[^/\s\x00]+$`

var shellForm = text.Pattern(shellPattern)

// Spec is the job's `with` block.
type Spec struct {
	// Command is run by `sh -c`, or `-c` of Shell, not as a login shell. Required.
	Command string `json:"command"`
	// Dir is its working directory. In a job file the default is the file's folder, or with User that user's home.
	Dir string `json:"dir"`
	// User is the user that the command runs as; empty: the daemon's. See [actors.UserNamer].
	User string `json:"user,omitzero"`
	// Stdin is the text that the command reads on its standard input, at most [actors.MaxStdin] bytes. Empty: it reads
	// nothing.
	Stdin string `json:"stdin,omitzero"`
	// Background says what happens to processes that the command leaves running when it has ended: [BackgroundEnd], the
	// default, or [BackgroundKeep].
	Background string `json:"background,omitzero"`
	// Shell runs the command instead of /bin/sh: an absolute path, or a program in PATH that understands
	// `-c COMMAND`. Empty: /bin/sh.
	Shell string `json:"shell,omitzero"`
	// SuccessExitCodes are the exit statuses that are a success, each 0 to 255; empty: only 0.
	SuccessExitCodes []int `json:"success_exit_codes,omitzero"`
}

// Kind is "shell".
func (Spec) Kind() string { return "shell" }

// Uncounted says that no attempt tells what a model cost.
func (Spec) Uncounted() string {
	return "a shell job says nothing of what a model cost; remove the key, or use actor cli-agent"
}

// UsesDir reports that every command runs in a folder.
func (Spec) UsesDir() bool { return true }

// RunsAs is the user of the command.
func (s Spec) RunsAs() string { return s.User }

// Validate says what is wrong with the block.
func (s Spec) Validate() error {
	switch {
	case strings.TrimSpace(s.Command) == "":
		return errors.New("command is required")
	case len(s.Command) > MaxCommand:
		return fmt.Errorf("command is longer than %d bytes; put it into a file", MaxCommand)
	case strings.ContainsRune(s.Command, 0):
		return errors.New("command must not contain NUL")
	case strings.ContainsRune(s.Dir, 0):
		return errors.New("dir must not contain NUL")
	case len(s.Stdin) > actors.MaxStdin:
		return fmt.Errorf("stdin is longer than %d bytes; put it into a file, and read that with <FILE", actors.MaxStdin)
	case s.Background != "" && s.Background != BackgroundEnd && s.Background != BackgroundKeep:
		return fmt.Errorf("background: %q is not a valid value; it is %s or %s", s.Background, BackgroundEnd, BackgroundKeep)
	case s.Shell != "" && !shellForm().MatchString(s.Shell):
		return errors.New("shell must be a path such as /bin/bash, or the name of a program in PATH, without arguments")
	case len(s.SuccessExitCodes) > maxExitCode+1:
		return fmt.Errorf("success_exit_codes has more than %d codes", maxExitCode+1)
	}
	if err := actors.CheckUser(s.User); err != nil {
		return err
	}
	for _, code := range s.SuccessExitCodes {
		if code < 0 || code > maxExitCode {
			return fmt.Errorf("success_exit_codes: %d is not an exit status; they are 0 to %d", code, maxExitCode)
		}
	}
	return nil
}

// succeeded reports whether an exit status is a success. An end by a signal never is.
func (s Spec) succeeded(code int) bool {
	if len(s.SuccessExitCodes) == 0 {
		return code == 0
	}
	return slices.Contains(s.SuccessExitCodes, code)
}

type shell struct{ exec actors.Exec }

var (
	_ actors.Actor[Spec] = (*shell)(nil)
	_ actors.DirUser     = Spec{}
	_ actors.UserNamer   = Spec{}
	_ actors.Uncounter   = Spec{}
)

// defaultTimeout only ends commands that hang: a line of a crontab has no time limit, and backups take hours.
const defaultTimeout = 24 * time.Hour

// Traits are like a line of a crontab: one attempt, and much time.
func (*shell) Traits() actors.Traits {
	once := actors.DefaultRetry()
	once.Attempts = 1
	return actors.Traits{Timeout: defaultTimeout, Retry: &once}
}

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &shell{exec: env.Exec} }

// Run runs the command. Another exit status than a success is a failure that may be retried. Its error has the last
// line of standard error, or else of the output. A missing folder or shell, or one without permission, is a permanent
// failure: a person has to correct the machine or the job. The output is returned in any case.
func (s *shell) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	result, err := s.exec.Run(ctx, actors.Command{
		Path:  cmp.Or(run.Spec.Shell, actors.Shell),
		Args:  []string{"-c", run.Spec.Command},
		Dir:   run.Spec.Dir,
		User:  run.Spec.User,
		Stdin: run.Spec.Stdin,
		Keep:  run.Spec.Background == BackgroundKeep,
	})
	out := actors.Output{Text: result.Output}
	switch {
	case err != nil && errors.Is(err, ctx.Err()):
		return out, ctx.Err() // the host says more precisely what ended it
	case procs.Hopeless(err):
		return out, actors.Permanent(fmt.Errorf("shell: %w", err))
	case err != nil:
		return out, fmt.Errorf("shell: %w", err)
	case !run.Spec.succeeded(result.ExitCode):
		return out, procs.Exited(result)
	default:
		return out, nil
	}
}
