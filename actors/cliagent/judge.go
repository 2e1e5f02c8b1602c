package cliagent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/env/users"
	"curfew/messages"
	"curfew/messages/text"
)

// longWait is the wait from which a program does not mean this one request: the quota is used up. Backends are judged
// alike (design §8).
const longWait = 10 * time.Minute

// maxSaid bounds what an error quotes of a line or field, in bytes, so that the rule and the hint are still in the
// reason of a closed gate.
const maxSaid = 240

// The exit codes with which sh says that it could not run the command.
const (
	exitNotRunnable = 126
	exitNotFound    = 127
)

// judge is the error of an attempt whose process has ended; nil: it is a success. That nothing was tried comes first,
// then the most serious meaning: an expired session, a used-up quota, and then whether it is tried again. If no rule
// matches, the host still looks for texts that mean an expired session for every CLI.
func (s Spec) judge(of actors.Attempt, r actors.Result, now time.Time) error {
	e := endingOf(r, now)
	e.flags = s.flags()
	var failed match
	if r.ExitCode == 0 {
		var ok bool
		if failed, ok = s.FailedWhen.find("failed_when", e); !ok {
			return nil
		}
	}
	if m, ok := s.WaitWhen.find("wait_when", e); ok {
		return actors.NotNow(tell(r, e, m), cmp.Or(m.wait, notNow(of)))
	}
	if m, ok := s.ExpiredWhen.find("expired_when", e); ok {
		return actors.SessionExpired(s.hinted(of.Session, tell(r, e, m)))
	}
	if m, ok := s.QuotaWhen.find("quota_when", e); ok {
		return actors.QuotaExhausted(tell(r, e, m), m.wait)
	}
	if m, ok := s.FinalWhen.find("final_when", e); ok {
		return actors.Permanent(tell(r, e, m))
	}
	if !s.RetryWhen.empty() {
		m, ok := s.RetryWhen.find("retry_when", e)
		switch {
		case ok && m.wait >= longWait:
			return actors.QuotaExhausted(tell(r, e, m), m.wait)
		case ok && m.wait > 0:
			return actors.RetryAfter(tell(r, e, m), m.wait)
		case ok:
			failed.says = m.says
		case mayBeTold(r.ExitCode):
			return actors.Permanent(fmt.Errorf("%w (nothing in retry_when matches, so it is not tried again)", tell(r, e, failed)))
		}
	}
	err := tell(r, e, failed)
	if r.ExitCode == 0 {
		return actors.Transient(err)
	}
	return err
}

// Bounds of the pause after an end that wait_when names, if the program does not say how long.
const (
	minNotNow = time.Minute
	maxNotNow = 90 * time.Second
)

// notNow is that pause. It is another one for each run, so that jobs which were in each other's way are not again.
func notNow(of actors.Attempt) time.Duration {
	spread := messages.Spread("wait_when", string(of.Run)) * float64(maxNotNow-minNotNow)
	return minNotNow + time.Duration(spread).Truncate(time.Millisecond)
}

// mayBeTold reports whether an exit code is that of the program itself, and not that of a signal or of a shell that did
// not find the program, which have those from 126 on.
func mayBeTold(code int) bool { return code >= 0 && code < exitNotRunnable }

// tell is the error for people: how the process ended, the line or field that says why, and the rule that found it.
func tell(r actors.Result, e *ending, m match) error {
	said := firstLine(m.says)
	if said == "" {
		for _, o := range e.objects {
			if said = firstLine(message(o)); said != "" {
				break
			}
		}
	}
	how, rule := procs.How(r), ""
	if m.rule != "" {
		rule = " (" + m.rule + ")"
		if r.ExitCode >= 0 {
			how = fmt.Sprintf("exit status %d", r.ExitCode) // it is the program's own, and not that of a signal
		}
	}
	if said == "" {
		said = firstLine(lastSaid(r))
	}
	if said == "" {
		return fmt.Errorf("cli-agent: %s%s", how, rule)
	}
	return fmt.Errorf("cli-agent: %s: %s%s", how, said, rule)
}

// lastSaid is the last line of standard error in which there is a word, or of the output if there is none: programs
// that print JSON or a stack trace end with brackets.
func lastSaid(r actors.Result) string {
	for _, text := range []string{r.Stderr, r.Output} {
		lines := strings.FieldsFunc(actors.End(text), func(c rune) bool { return c == '\n' || c == '\r' })
		for _, line := range slices.Backward(lines) {
			if line = actors.Readable(line); strings.ContainsFunc(line, isWord) {
				return line
			}
		}
	}
	return ""
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// firstLine is the first line in which something can be read, of which the beginning is kept.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		line = actors.Readable(line)
		if len(line) > maxSaid {
			return text.Head(line, maxSaid) + "…"
		}
		if line != "" {
			return line
		}
	}
	return ""
}

// hinted adds how to sign in.
func (s Spec) hinted(session string, err error) error {
	if s.SignIn == "" {
		return err
	}
	return fmt.Errorf("%w; %s", err, messages.SignInHint(s.SignIn, session, cmp.Or(s.User, users.Own())))
}
