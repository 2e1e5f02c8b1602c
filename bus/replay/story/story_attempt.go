package story

import (
	"fmt"
	"strconv"

	"github.com/cockroachdb/datadriven"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// attempt performs a directive about an attempt in flight, or about a session.
func (s *Story) attempt(name string, d *datadriven.TestData) error {
	run, err := s.runs.named(name, d)
	if err != nil {
		return err
	}
	of := Flight{name, run}
	switch d.Cmd {
	case "succeed":
		tokens, err := strconv.Atoi(arg(d, "tokens", "0"))
		if err != nil {
			return err
		}
		return s.w.End(of, Outcome{Tokens: tokens, Output: output(d)})
	case "fail":
		after, err := duration(d, "after", 0)
		if err != nil {
			return err
		}
		detail := messages.Detail(arg(d, "detail", ""))
		class := "transient"
		if detail == messages.DetailQuota {
			class = string(messages.ClassRateLimited)
		}
		return s.w.End(of, Outcome{Class: messages.Class(arg(d, "class", class)), RetryAfter: after, Detail: detail})
	case "expire":
		return s.w.End(of, Outcome{Class: messages.ClassSessionExpired})
	case "confirm":
		return s.w.Confirm(of)
	case "side-effect":
		return s.w.SideEffect(of)
	case "stubborn":
		s.w.Stubborn(name)
		return nil
	case "publish-expired":
		gen, err := strconv.ParseUint(arg(d, "generation", "0"), 10, 64)
		if err != nil {
			return err
		}
		return s.w.Publish(messages.SessionExpired{
			Session: name, Generation: gen, Source: "story", Reason: arg(d, "reason", "token expired"),
		})
	case "sign-in":
		var expires messages.Instant
		if v := arg(d, "expires", ""); v != "" {
			var err error
			if expires, err = until(s.w.Now(), v); err != nil {
				return err
			}
		}
		return s.w.SignIn(name, arg(d, "by", "ada"), expires)
	case "refresh-failed":
		var gen uint64
		s.w.View(func(m *policy.Machine) { v, _ := m.Session(name); gen = v.Generation })
		return s.w.Publish(messages.RefreshFailed{Session: name, Generation: gen, Error: "exit status 1", Unkept: d.HasArg("unkept")})
	case "sign-out":
		return s.w.Publish(messages.SessionExpired{Session: name, Source: "story", Reason: messages.ReasonSignedOut})
	default:
		return fmt.Errorf("unknown directive %q", d.Cmd)
	}
}

// output is the output of a success; "blank" stands for white space.
func output(d *datadriven.TestData) string {
	text := arg(d, "output", "")
	if text == "blank" {
		return " \n\t"
	}
	return text
}
