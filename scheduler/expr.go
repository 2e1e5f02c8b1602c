package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// The bounds of "every".
const (
	MinEvery = time.Second
	MaxEvery = 366 * 24 * time.Hour
)

const forms = `allowed: five cron fields "minute hour day-of-month month day-of-week", @hourly, @daily, @midnight, ` +
	`@weekly, @monthly, @yearly, @annually, "every 15m", "at 2027-01-15T12:00:00Z"`

// macros are the cron expressions with a name.
var macros = map[string]string{
	"@hourly":   "0 * * * *",
	"@daily":    "0 0 * * *",
	"@midnight": "0 0 * * *",
	"@weekly":   "0 0 * * 0",
	"@monthly":  "0 0 1 * *",
	"@yearly":   "0 0 1 1 *",
	"@annually": "0 0 1 1 *",
}

func (s *Schedule) parseExpr(expr string) error {
	words := strings.Fields(expr)
	if len(words) == 0 {
		return fmt.Errorf("empty (%s)", forms)
	}
	first := strings.ToLower(words[0])
	switch {
	case first == "every":
		return s.parseEvery(words[1:])
	case first == "at":
		return s.parseAt(words[1:])
	case first == "in":
		return errors.New(`a delay such as "in 10 minutes" is not yet supported; write "at" and an RFC 3339 time`)
	case first == "@reboot":
		return errors.New("@reboot is not yet supported")
	case strings.HasPrefix(first, "tz=") || strings.HasPrefix(first, "cron_tz="):
		return errors.New("a zone inside the schedule is not yet supported; use timezone")
	case first[0] == '@':
		expanded, ok := macros[first]
		if !ok || len(words) > 1 {
			return fmt.Errorf("unknown macro (%s)", forms)
		}
		words = strings.Fields(expanded)
	}
	c, err := parseCron(words)
	if err != nil {
		return err
	}
	s.kind, s.cron = kindCron, c
	return nil
}

func (s *Schedule) parseEvery(words []string) error {
	const allowed = `(allowed: "every" and whole seconds from 1s to 8784h, such as 2s, 15m, 1h30m)`
	if len(words) != 1 {
		return fmt.Errorf(`"every" takes one duration %s`, allowed)
	}
	d, err := time.ParseDuration(words[0])
	switch {
	case err != nil:
		return fmt.Errorf("duration %q: not a duration %s", words[0], allowed)
	case d < MinEvery:
		return fmt.Errorf("duration %q: shorter than a second %s", words[0], allowed)
	case d > MaxEvery:
		return fmt.Errorf("duration %q: longer than 366 days %s", words[0], allowed)
	case d%time.Second != 0:
		return fmt.Errorf("duration %q: not whole seconds %s", words[0], allowed)
	}
	s.kind, s.every = kindEvery, int64(d/time.Second)
	return nil
}

func (s *Schedule) parseAt(words []string) error {
	const allowed = `(allowed: "at" and an RFC 3339 time, such as 2027-01-15T12:00:00Z)`
	if len(words) != 1 {
		return fmt.Errorf(`"at" takes one time %s`, allowed)
	}
	t, err := time.Parse(time.RFC3339Nano, words[0])
	if err != nil {
		return fmt.Errorf("time %q: not RFC 3339 %s", words[0], allowed)
	}
	if t.UnixMilli() == 0 {
		return errors.New("the epoch itself cannot be a slot; choose another instant")
	}
	s.kind, s.at = kindAt, messages.At(t)
	return nil
}
