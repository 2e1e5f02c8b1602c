package tracer

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"curfew/messages"
)

// The attributes of the semantic conventions; see the comment of the package.
const (
	genAIOperation = "gen_ai.operation.name" // chat, execute_tool, invoke_agent
	genAIProvider  = "gen_ai.provider.name"
	genAIModel     = "gen_ai.request.model"
	genAIAgent     = "gen_ai.agent.name"
	genAITool      = "gen_ai.tool.name"
	genAIInput     = "gen_ai.usage.input_tokens"
	genAIOutput    = "gen_ai.usage.output_tokens"
	errorType      = "error.type"
)

// attempt sends the span of an attempt, and those of its steps.
func (s *spans) attempt(at messages.Instant, ref messages.AttemptRef, o outcome) {
	r := s.runs[ref.Run]
	if r.started.IsZero() || r.attempt.Attempt != ref.Attempt {
		return // it began before this program did, or its run was over already
	}
	began := r.started
	r.started = messages.Instant(0)
	s.runs[ref.Run] = r
	k := s.kind(r, ref.Job)
	p := span{
		name: "attempt " + ref.Job, run: ref.Run, id: spanID(ref.Run, ref.Attempt), parent: spanID(ref.Run), from: began, to: at,
		about: []attribute.KeyValue{
			attribute.String("curfew.job", ref.Job), attribute.String("curfew.actor", k.actor),
			attribute.Int("curfew.attempt", ref.Attempt),
		},
	}
	if r.attempt.Session != "" {
		p.about = append(p.about, attribute.String("curfew.session", r.attempt.Session),
			attribute.Int64("curfew.generation", int64(r.attempt.Generation)), attribute.Bool("curfew.canary", r.attempt.Canary))
	}
	if o.usage != nil {
		p.about = append(p.about, attribute.String(genAIOperation, "invoke_agent"), attribute.String(genAIAgent, ref.Job))
		p.about = append(p.about, calls(k, *o.usage)...)
	}
	if o.class != "" {
		p.status, p.text = codes.Error, o.text
		p.about = append(p.about, attribute.String(errorType, o.class))
	}
	s.send(p)
	for i, step := range o.steps {
		s.step(p, k, []int{ref.Attempt, i + 1}, step)
	}
}

// step sends the span of a model call or a tool call; other steps took no time.
func (s *spans) step(attempt span, k kind, place []int, step messages.Step) {
	if step.At.IsZero() {
		return
	}
	p := span{
		run: attempt.run, id: spanID(attempt.run, place...), parent: attempt.id, kind: trace.SpanKindClient,
		from: step.At.Add(-step.Took.D()), to: step.At,
	}
	switch step.Kind {
	case messages.StepMessage:
		p.name = strings.TrimSpace("chat " + k.model)
		p.about = append(p.about, attribute.String(genAIOperation, "chat"))
		if step.Usage != nil {
			p.about = append(p.about, calls(k, *step.Usage)...)
		}
	case messages.StepToolResult:
		p.name, p.kind = "execute_tool "+step.Tool, trace.SpanKindInternal
		p.about = append(p.about, attribute.String(genAIOperation, "execute_tool"), attribute.String(genAITool, step.Tool))
		if step.Failed {
			p.status = codes.Error
			p.about = append(p.about, attribute.String(errorType, "tool_error"))
		}
	default:
		return
	}
	s.send(p)
}

// calls is what model calls were made to, and what they cost.
func calls(k kind, u messages.Usage) []attribute.KeyValue {
	about := []attribute.KeyValue{attribute.Int(genAIInput, u.InputTokens), attribute.Int(genAIOutput, u.OutputTokens)}
	if k.model != "" {
		about = append(about, attribute.String(genAIModel, k.model))
	}
	if k.provider != "" {
		about = append(about, attribute.String(genAIProvider, k.provider))
	}
	return about
}
