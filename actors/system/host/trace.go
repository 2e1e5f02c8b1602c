package host

import (
	"slices"

	"curfew/messages"
	"curfew/messages/text"
)

// headSteps is how many steps at the beginning of a trace are kept when it is too long: they have the question. Of the
// rest the newest are kept.
const headSteps = 2

// traced is the trace within its bounds and without secrets.
func traced(steps []messages.Step, redact func(string) string) []messages.Step {
	size := 0
	out := make([]messages.Step, 0, min(len(steps), messages.MaxSteps))
	for i := len(steps) - 1; i >= 0; i-- { // the newest first
		s := clean(steps[i], redact)
		if len(out) >= messages.MaxSteps-headSteps-1 ||
			size+len(s.Text) > messages.MaxTrace-headSteps*messages.MaxStepText {
			out = append(out, messages.Step{Kind: messages.StepCut})
			for i = min(i, headSteps-1); i >= 0; i-- {
				out = append(out, clean(steps[i], redact))
			}
			break
		}
		size += len(s.Text)
		out = append(out, s)
	}
	slices.Reverse(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

// clean is a step without secrets. It is redacted before it is cut, so that no part of a secret stays.
func clean(s messages.Step, redact func(string) string) messages.Step {
	s.Text = text.Head(redact(s.Text), messages.MaxStepText)
	s.Tool, s.Role = text.Head(redact(s.Tool), maxStepName), text.Head(s.Role, maxStepName)
	s.Stop = text.Head(redact(s.Stop), maxStepName)
	return s
}

// maxStepName bounds the names in a step, in bytes.
const maxStepName = 200
