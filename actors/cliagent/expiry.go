package cliagent

import (
	"errors"
	"fmt"
	"regexp"

	"curfew/actors"
	"curfew/actors/env/procs"
)

// Bounds of expired_when.
const (
	MaxRules   = 32  // exit codes, and patterns
	MaxPattern = 512 // bytes
)

// The exit codes with which sh says that it could not run the command.
const (
	exitNotRunnable = 126
	exitNotFound    = 127
)

// ExpiredWhen says which failures mean that the session has expired. One matching rule is enough.
type ExpiredWhen struct {
	// ExitCode lists exit codes, 1 to 255.
	ExitCode []int `json:"exit_code"`
	// Pattern lists regular expressions (RE2). They are searched for in the end of standard error and in the end of the
	// whole output; see [actors.End]. In them ^ and $ match at the ends of a line.
	Pattern []string `json:"pattern"`
}

func (e *ExpiredWhen) validate() error {
	switch {
	case e == nil:
		return nil
	case len(e.ExitCode) == 0 && len(e.Pattern) == 0:
		return errors.New("expired_when needs an exit_code or a pattern")
	case len(e.ExitCode) > MaxRules:
		return fmt.Errorf("expired_when.exit_code has more than %d codes", MaxRules)
	case len(e.Pattern) > MaxRules:
		return fmt.Errorf("expired_when.pattern has more than %d patterns", MaxRules)
	}
	for _, code := range e.ExitCode {
		if code < 1 || code > 255 {
			return fmt.Errorf("expired_when.exit_code %d must be 1 to 255; a success closes nothing", code)
		}
	}
	for _, text := range e.Pattern {
		if len(text) > MaxPattern {
			return fmt.Errorf("expired_when.pattern %.40q… is longer than %d bytes", text, MaxPattern)
		}
		p, err := compile(text)
		if err != nil {
			return fmt.Errorf("expired_when.pattern %q: %w", text, err)
		}
		if p.MatchString("") {
			return fmt.Errorf("expired_when.pattern %q matches everything; every failure would be an expiry", text)
		}
	}
	return nil
}

func compile(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err // this error quotes the pattern without (?m)
	}
	return regexp.Compile("(?m)" + pattern)
}

// judge is the error of a failed attempt. If no rule matches, the host still looks for texts that mean an expired
// session for every CLI.
func (e *ExpiredWhen) judge(r actors.Result) error {
	err := procs.Exited(r)
	if rule := e.rule(r); rule != "" {
		return actors.SessionExpired(fmt.Errorf("cli-agent: %w (expired_when.%s)", err, rule))
	}
	return fmt.Errorf("cli-agent: %w", err)
}

// rule is the first rule that matches the end of a process; empty: none does.
func (e *ExpiredWhen) rule(r actors.Result) string {
	if e == nil {
		return ""
	}
	for _, code := range e.ExitCode {
		if r.ExitCode == code {
			return fmt.Sprintf("exit_code %d", code)
		}
	}
	stderr, output := actors.End(r.Stderr), actors.End(r.Output)
	for _, text := range e.Pattern {
		if p, err := compile(text); err == nil && (p.MatchString(stderr) || p.MatchString(output)) {
			return fmt.Sprintf("pattern %q", text)
		}
	}
	return ""
}
