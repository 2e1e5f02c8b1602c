package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"curfew/internal/api"
	"curfew/messages"
)

// spent says what the model calls of an attempt cost.
func spent(u *messages.Usage) string {
	if u == nil {
		return "-"
	}
	return fmt.Sprintf("%s, %s tokens in, %s out", count(u.Calls, "call"), humanize.Comma(int64(u.InputTokens)), humanize.Comma(int64(u.OutputTokens)))
}

// showTraces prints what the attempts did, step by step.
func showTraces(w io.Writer, attempts []api.Attempt) {
	for _, a := range attempts {
		if len(a.Trace) == 0 {
			continue
		}
		fmt.Fprintf(w, "\nwhat attempt %d did:\n", a.Number)
		for _, s := range a.Trace {
			fmt.Fprintf(w, "  %s\n", strings.ReplaceAll(step(s), "\n", "\n      "))
		}
	}
}

// step is one step for people.
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
	case messages.StepCut:
		return "[" + cmp.Or(s.Text, "steps were left out") + "]"
	default:
		return s.Role + ": " + s.Text
	}
}
