package cliagent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/actors"
)

// Bounds of the `with` block.
const (
	MaxPrompt    = 256 << 10 // bytes, on standard input
	MaxArgument  = 64 << 10  // bytes of a command line or an argument; the kernel refuses an argument of 128 KiB
	MaxArguments = 256       // entries of argv, the program included
	MaxArgv      = 256 << 10 // bytes of all entries of argv; the kernel bounds them together with the environment

	DefaultPreflight = 30 * time.Second
	MaxPreflight     = 10 * time.Minute
)

// placeholder is replaced by the prompt in an argument.
const placeholder = "{prompt}"

// Spec is the job's `with` block. It needs either Command or Argv.
type Spec struct {
	// Command is run by `sh -c`, not as a login shell.
	Command string `json:"command"`
	// Argv is a program and its arguments, run without a shell. In an argument, {prompt} is replaced by the prompt.
	Argv []string `json:"argv"`
	// Prompt goes to the standard input, unless an argument asks for it. May be empty.
	Prompt string `json:"prompt"`
	// Dir is the working directory. In a job file the default is the file's folder.
	Dir string `json:"dir"`
	// ExpiredWhen says which failures mean that the session has expired, besides the texts that are known for every CLI.
	ExpiredWhen *ExpiredWhen `json:"expired_when"`
	// Preflight asks whether the CLI is signed in, before it is called. Nil: no preflight.
	Preflight *Preflight `json:"preflight"`
}

// Preflight is a command that costs nothing, and succeeds if the CLI is signed in.
type Preflight struct {
	// Command is run by `sh -c`. Required.
	Command string `json:"command"`
	// Timeout is 1 ms to [MaxPreflight]; nil: [DefaultPreflight].
	Timeout *actors.Duration `json:"timeout"`
}

// Kind is "cli-agent".
func (Spec) Kind() string { return "cli-agent" }

// UsesDir reports that every command runs in a folder.
func (Spec) UsesDir() bool { return true }

// Validate says what is wrong with the block.
func (s Spec) Validate() error {
	switch {
	case s.Command == "" && len(s.Argv) == 0:
		return errors.New("command or argv is required")
	case s.Command != "" && len(s.Argv) != 0:
		return errors.New("argv: give either command or argv, not both")
	case s.Command == "":
		if err := s.checkArgv(); err != nil {
			return err
		}
	default:
		if err := checkCommand("command", s.Command); err != nil {
			return err
		}
		if s.Prompt != "" && strings.Contains(s.Command, placeholder) {
			return errors.New("command must not contain {prompt}, since sh would interpret the prompt; read it from standard input, or use argv")
		}
	}
	switch {
	case len(s.Prompt) > MaxPrompt:
		return fmt.Errorf("prompt is longer than %d bytes", MaxPrompt)
	case strings.ContainsRune(s.Dir, 0):
		return errors.New("dir must not contain NUL")
	}
	if err := s.ExpiredWhen.validate(); err != nil {
		return err
	}
	return s.Preflight.validate()
}

func checkCommand(member, command string) error {
	switch {
	case strings.TrimSpace(command) == "":
		return fmt.Errorf("%s is required", member)
	case len(command) > MaxArgument:
		return fmt.Errorf("%s is longer than %d bytes; put it into a file", member, MaxArgument)
	case strings.ContainsRune(command, 0):
		return fmt.Errorf("%s must not contain NUL", member)
	default:
		return nil
	}
}

func (s Spec) checkArgv() error {
	if s.Argv[0] == "" || len(s.Argv) > MaxArguments {
		return fmt.Errorf("argv must be a program and at most %d arguments", MaxArguments-1)
	}
	if strings.Contains(s.Argv[0], placeholder) {
		return errors.New("argv must begin with a program; put {prompt} into an argument")
	}
	total := 0
	for i, arg := range s.Argv {
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("argv: argument %d must not contain NUL", i)
		}
		size := len(arg) + strings.Count(arg, placeholder)*(len(s.Prompt)-len(placeholder))
		if total += size; size > MaxArgument || total > MaxArgv {
			return fmt.Errorf("argv: an argument may have %d bytes and all together %d, with the prompt; give a long prompt on standard input",
				MaxArgument, MaxArgv)
		}
	}
	if s.asks() && strings.ContainsRune(s.Prompt, 0) {
		return errors.New("prompt must not contain NUL, since it becomes an argument")
	}
	if s.Prompt == "" && s.asks() {
		return errors.New("prompt is required, since argv has {prompt}")
	}
	return nil
}

// asks reports whether an argument has a place for the prompt.
func (s Spec) asks() bool {
	return slices.ContainsFunc(s.Argv, func(arg string) bool { return strings.Contains(arg, placeholder) })
}

// arguments is argv with the prompt filled in; the program is the first.
func (s Spec) arguments() []string {
	out := slices.Clone(s.Argv)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], placeholder, s.Prompt)
	}
	return out
}

func (p *Preflight) validate() error {
	if p == nil {
		return nil
	}
	if err := checkCommand("preflight.command", p.Command); err != nil {
		return err
	}
	if d := p.limit(); d < time.Millisecond || d > MaxPreflight {
		return fmt.Errorf("preflight.timeout must be 1ms to %s, such as 30s, not %s", MaxPreflight, d)
	}
	return nil
}

func (p *Preflight) limit() time.Duration {
	if p.Timeout == nil {
		return DefaultPreflight
	}
	return p.Timeout.D()
}
