package cliagent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/actors"
	"curfew/messages"
)

// Bounds of the `with` block.
const (
	MaxPrompt    = 256 << 10 // bytes, on standard input
	MaxArgument  = 64 << 10  // bytes of a command line or an argument; the kernel refuses an argument of 128 KiB
	MaxArguments = 256       // entries of argv, the program included
	maxArgv      = 256 << 10 // bytes of all entries of argv; the kernel bounds them together with the environment

	maxModel  = 200 // bytes
	maxSignIn = 400 // bytes

	maxIdle          = 24 * time.Hour
	defaultPreflight = 30 * time.Second
	maxPreflight     = 10 * time.Minute
)

// placeholder is replaced by the prompt in an argument.
const placeholder = "{prompt}"

// Places in an argument that are filled in. An argument that is [argsPlace] alone is replaced by all of args. One that
// has [modelPlace] is left out if there is no model, and so is a flag before it.
const (
	argsPlace  = "{args}"
	modelPlace = "{model}"
)

// Spec is the job's `with` block. It needs either Command or Argv, which a preset fills in.
type Spec struct {
	// Preset is the name of the preset that has filled in the block; empty: none. See [actors.Traits.Presets].
	Preset string `json:"preset"`
	// Command is run by `sh -c`, not as a login shell.
	Command string `json:"command"`
	// Argv is a program and its arguments, run without a shell. In an argument, {prompt} is replaced by the prompt,
	// {model} by the model, and {args} by all of Args.
	Argv []string `json:"argv"`
	// Prompt goes to the standard input, unless an argument asks for it. May be empty without a preset.
	Prompt string `json:"prompt"`
	// Stdin is what Command or Argv reads on its standard input, at most [actors.MaxStdin] bytes, if the prompt does not
	// go there. Empty: it reads nothing. Not with a preset. The preflight reads nothing.
	Stdin string `json:"stdin,omitzero"`
	// Args are more arguments, for the place {args} of Argv.
	Args []string `json:"args"`
	// Model is the name of a model, for the place {model} of Argv.
	Model string `json:"model"`
	// Dir is the working directory. In a job file the default is the file's folder, or with User that user's home.
	Dir string `json:"dir"`
	// User is the user that the CLI and its preflight run as; empty: the daemon's. See [actors.UserNamer].
	User string `json:"user,omitzero"`
	// ExpiredWhen says which failures mean that the session has expired, besides the texts that are known for every CLI.
	ExpiredWhen *When `json:"expired_when"`
	// QuotaWhen says which failures mean that what the session may use is used up.
	QuotaWhen *When `json:"quota_when"`
	// FailedWhen says which ends with exit status 0 are failures. Its rules have fields of JSON only.
	FailedWhen *When `json:"failed_when"`
	// RetryWhen says which other failures are tried again. Nil or empty: all.
	RetryWhen *When `json:"retry_when"`
	// FinalWhen says which failures no retry can mend.
	FinalWhen *When `json:"final_when,omitzero"`
	// WaitWhen says which failures mean that nothing was tried, since something stood in the way that passes by itself.
	// Such an attempt does not count; the run tries again after 60 to 90 s, or when the CLI says.
	WaitWhen *When `json:"wait_when,omitzero"`
	// Usage says where the CLI says what its model calls cost; nil: it is not known.
	Usage *Usage `json:"usage,omitzero"`
	// AsksWhen are patterns of lines with which the CLI asks a person to sign in. When it prints nothing more after one
	// for ten seconds, it is ended, and the session has expired.
	AsksWhen []string `json:"asks_when"`
	// IdleTimeout ends an attempt that prints nothing for so long; nil: none does.
	IdleTimeout *actors.Duration `json:"idle_timeout"`
	// SignIn says to people how to sign in with the CLI.
	SignIn string `json:"sign_in"`
	// Preflight asks whether the CLI is signed in, before it is called. Nil: no preflight.
	Preflight *Preflight `json:"preflight"`
}

// Preflight is a command that costs nothing, and succeeds if the CLI is signed in.
type Preflight struct {
	// Command is run by `sh -c`. Empty: there is no preflight; only a preset may leave it out, for jobs to give one.
	Command string `json:"command"`
	// Timeout is 1 ms to 10 minutes; nil: 30 s.
	Timeout *actors.Duration `json:"timeout"`
	// Spends says that the command may renew the sign-in that is stored. It is never run beside an attempt of the session,
	// and none starts beside it; while one works it is left out.
	Spends bool `json:"spends,omitzero"`
}

// Kind is "cli-agent".
func (Spec) Kind() string { return "cli-agent" }

// UsesDir reports that every command runs in a folder.
func (Spec) UsesDir() bool { return true }

// RunsAs is the user of the CLI.
func (s Spec) RunsAs() string { return s.User }

// KeepsTime reports whether an attempt that prints nothing is ended.
func (s Spec) KeepsTime() bool { return s.IdleTimeout != nil }

// Validate says what is wrong with the block.
func (s Spec) Validate() error {
	switch {
	case s.Command == "" && len(s.Argv) == 0:
		return errors.New("command, argv or a preset is required")
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
	if err := errors.Join(actors.CheckUser(s.User), s.checkStdin()); err != nil {
		return err
	}
	if err := s.checkFilled(); err != nil {
		return err
	}
	if err := s.checkRules(); err != nil {
		return err
	}
	return s.Preflight.validate(s.Preset != "")
}

// checkStdin checks that one text at most goes to the standard input. Presets were measured with nothing there, or with
// the prompt, and some CLIs read it to its end before they begin.
func (s Spec) checkStdin() error {
	switch {
	case s.Stdin == "":
		return nil
	case len(s.Stdin) > actors.MaxStdin:
		return fmt.Errorf("stdin is longer than %d bytes; put it into a file", actors.MaxStdin)
	case s.Preset != "":
		return errors.New("stdin: a preset decides what its CLI reads there; put the text into the prompt, or write command or argv without a preset")
	case s.Prompt != "" && !s.asks():
		return errors.New("stdin: the prompt goes to the standard input; put the text into the prompt, or {prompt} into an argument of argv")
	default:
		return nil
	}
}

// checkFilled checks what presets and their users fill in.
func (s Spec) checkFilled() error {
	switch {
	case s.Preset != "" && s.Prompt == "":
		return errors.New("prompt is required with a preset")
	case len(s.Args) > 0 && !slices.Contains(s.Argv, argsPlace):
		return errors.New("args: argv has no place for them; write {args} as an argument of argv")
	case s.Model != "" && !slices.ContainsFunc(s.Argv, func(arg string) bool { return strings.Contains(arg, modelPlace) }):
		return errors.New("model: argv has no place for it; write {model} into an argument of argv")
	case strings.ContainsRune(s.Model, 0) || len(s.Model) > maxModel:
		return fmt.Errorf("model must have at most %d bytes and no NUL", maxModel)
	case len(s.SignIn) > maxSignIn:
		return fmt.Errorf("sign_in is longer than %d bytes", maxSignIn)
	case s.IdleTimeout != nil && (s.IdleTimeout.D() < time.Second || s.IdleTimeout.D() > maxIdle):
		return fmt.Errorf("idle_timeout must be 1s to %s, such as 15m, not %s", maxIdle, s.IdleTimeout)
	case len(s.AsksWhen) > MaxRules:
		return fmt.Errorf("asks_when has more than %d patterns", MaxRules)
	}
	for _, text := range s.AsksWhen {
		if err := checkPattern("asks_when", text); err != nil {
			return err
		}
	}
	return nil
}

func (s Spec) checkRules() error {
	for _, one := range []struct {
		name string
		when *When
	}{
		{"expired_when", s.ExpiredWhen},
		{"quota_when", s.QuotaWhen},
		{"failed_when", s.FailedWhen},
		{"retry_when", s.RetryWhen},
		{"final_when", s.FinalWhen},
		{"wait_when", s.WaitWhen},
	} {
		if err := one.when.validate(one.name); err != nil {
			return err
		}
	}
	return errors.Join(s.FailedWhen.validateSuccess("failed_when"), s.Usage.validate())
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
	argv := s.places()
	if s.Argv[0] == "" || len(argv) > MaxArguments {
		return fmt.Errorf("argv must be a program and at most %d arguments", MaxArguments-1)
	}
	if first := s.Argv[0]; strings.Contains(first, placeholder) || first == argsPlace || strings.Contains(first, modelPlace) {
		return errors.New("argv must begin with a program; put {prompt} into an argument")
	}
	total := 0
	for i, arg := range argv {
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("argv: argument %d must not contain NUL", i)
		}
		size := len(arg) + strings.Count(arg, placeholder)*(len(s.Prompt)-len(placeholder))
		if total += size; size > MaxArgument || total > maxArgv {
			return fmt.Errorf("argv: an argument may have %d bytes and all together %d, with the prompt; give a long prompt on standard input",
				MaxArgument, maxArgv)
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

// places is argv with the model and the further arguments filled in, but not yet the prompt.
// Without a preset, a model and args the places are ordinary text.
func (s Spec) places() []string {
	if s.Preset == "" && s.Model == "" && len(s.Args) == 0 {
		return slices.Clone(s.Argv)
	}
	out := make([]string, 0, len(s.Argv)+len(s.Args))
	for _, arg := range s.Argv {
		switch {
		case arg == argsPlace:
			out = append(out, s.Args...)
		case !strings.Contains(arg, modelPlace):
			out = append(out, arg)
		case s.Model != "":
			out = append(out, strings.ReplaceAll(arg, modelPlace, s.Model))
		case arg == modelPlace && len(out) > 1 && strings.HasPrefix(out[len(out)-1], "-"):
			out = out[:len(out)-1]
		}
	}
	return out
}

// arguments is argv with everything filled in; the program is the first. The prompt is filled in only where argv itself
// asks for it, so that a prompt or an argument that quotes a place is left as it is.
func (s Spec) arguments() []string {
	filled := s
	filled.Argv = slices.Clone(s.Argv)
	for i, arg := range filled.Argv {
		filled.Argv[i] = strings.ReplaceAll(arg, placeholder, promptMark)
	}
	out := filled.places()
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], promptMark, s.Prompt)
	}
	return out
}

// promptMark stands for the prompt while the rest is filled in. No argument can contain NUL.
const promptMark = "\x00"

func (p *Preflight) validate(preset bool) error {
	if p == nil {
		return nil
	}
	if preset && p.Command == "" {
		return p.validateLimit()
	}
	if err := checkCommand("preflight.command", p.Command); err != nil {
		return err
	}
	return p.validateLimit()
}

func (p *Preflight) validateLimit() error {
	if d := p.limit(); d < time.Millisecond || d > maxPreflight {
		return fmt.Errorf("preflight.timeout must be 1ms to %s, such as 30s, not %s", messages.Duration(maxPreflight).Short(), messages.Duration(d).Short())
	}
	return nil
}

func (p *Preflight) limit() time.Duration {
	if p.Timeout == nil {
		return defaultPreflight
	}
	return p.Timeout.D()
}
