package cli

import (
	"cmp"
	"fmt"
	"strings"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// spent is what the model calls of an attempt cost.
func spent(u *messages.Usage) string {
	if u == nil {
		return "-"
	}
	return words.Usage(u.Calls, u.InputTokens, u.OutputTokens)
}

// showTraces prints what the attempts did, step by step.
func showTraces(s *sheet.Sheet, attempts []contract.Attempt) {
	for _, a := range attempts {
		if len(a.Trace) == 0 {
			continue
		}
		s.Line("\nwhat attempt %d did:", a.Number)
		for _, did := range a.Trace {
			if did.Kind == messages.StepMessage && did.Text == "" {
				continue // the tools that the model asked for say it
			}
			s.Quote("  " + strings.ReplaceAll(step(did), "\n", "\n      "))
		}
	}
}

// step is one step of a trace, for people.
func step(s messages.Step) string {
	switch s.Kind {
	case messages.StepToolCall:
		return fmt.Sprintf("calls %s %s", s.Tool, s.Text)
	case messages.StepToolResult:
		verb := "answers"
		if s.Failed {
			verb = "fails"
		}
		return fmt.Sprintf("%s %s: %s", s.Tool, verb, s.Text)
	case messages.StepNote:
		return "[" + s.Text + "]"
	case messages.StepCut:
		return "[" + cmp.Or(s.Text, "steps were left out") + "]"
	default:
		return s.Role + ": " + s.Text
	}
}
