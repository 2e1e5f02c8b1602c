package agent

import (
	"time"

	"curfew/actors/agent/tools"
	"curfew/messages"
)

// Bounds of a trace while the attempt runs. The host keeps less; see [messages.MaxTrace].
const (
	maxSteps = 4 * messages.MaxSteps
	maxText  = 2 * messages.MaxStepText // bytes of a step
)

// trace is what was said and done, in order, without secrets.
type trace struct {
	redact func(string) string
	steps  []messages.Step
}

func (t *trace) said(role, text string) {
	t.add(messages.Step{Kind: messages.StepMessage, Role: role, Text: text})
}

func (t *trace) called(tool, arguments string) {
	t.add(messages.Step{Kind: messages.StepToolCall, Tool: t.redact(tool), Text: arguments})
}

func (t *trace) answered(began time.Time, tool string, r tools.Result) {
	t.timed(began, messages.Step{Kind: messages.StepToolResult, Tool: t.redact(tool), Text: r.Text, Failed: r.Failed})
}

// timed adds a step that has taken from began until now.
func (t *trace) timed(began time.Time, s messages.Step) {
	now := time.Now()
	s.At, s.Took = messages.At(now), messages.Duration(now.Sub(began).Truncate(time.Millisecond))
	t.add(s)
}

// add redacts before it cuts, so that no part of a secret stays. If there are too many steps, the older half is
// dropped, except the first two.
func (t *trace) add(s messages.Step) {
	s.Text, s.Stop = t.redact(s.Text), t.redact(s.Stop)
	s.Text = s.Text[:min(len(s.Text), maxText)] // the host makes it valid
	if len(t.steps) >= maxSteps {
		t.steps = append(t.steps[:2], t.steps[maxSteps/2:]...)
	}
	t.steps = append(t.steps, s)
}
