package tracer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"curfew/actors/system/follow"
	"curfew/bus/bustest"
	"curfew/messages"
)

// stage is a tracer that reads a log.
type stage struct {
	log  *bustest.Log
	sent *tracetest.InMemoryExporter
}

func begin(t *testing.T, jobs ...*messages.Kept) *stage {
	t.Helper()
	s := &stage{log: &bustest.Log{}, sent: tracetest.NewInMemoryExporter()}
	tr := start(Config{
		Reader: func(wake func()) follow.Reader { return s.log.Reader(0, wake, Topics...) },
		Jobs:   jobs, Fatal: func(err error) { t.Error(err) },
	}, sdk.WithSyncer(keep{s.sent}))
	t.Cleanup(tr.Stop)
	return s
}

// keep is an exporter that keeps what it was sent when it is shut down.
type keep struct{ *tracetest.InMemoryExporter }

func (keep) Shutdown(context.Context) error { return nil }

// expect compares the spans, one a line, in the order in which they were sent.
func (s *stage) expect(t *testing.T, want string) {
	t.Helper()
	synctest.Wait()
	var got []string
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of every bubble
	for _, p := range s.sent.GetSpans() {
		var about []string
		for _, a := range p.Attributes {
			about = append(about, fmt.Sprintf("%s=%s", a.Key, a.Value.String()))
		}
		line := fmt.Sprintf("%v–%v %s [%s] %v", p.StartTime.Sub(began), p.EndTime.Sub(began), p.Name, strings.Join(about, " "), p.Status.Code)
		if p.Parent.IsValid() {
			line = "  " + line
		}
		got = append(got, line)
	}
	if text := strings.Join(got, "\n"); text != strings.TrimSpace(want) && text != strings.Trim(want, "\n") {
		t.Errorf("sent\n%s\nwant\n%s", text, want)
	}
}

func definition(job string, with any) *messages.Kept {
	raw, err := json.Marshal(with)
	if err != nil {
		panic(err)
	}
	return messages.Keep(messages.Definition{Job: job, Actor: "agent", Session: "default", With: raw})
}

// TestRun: a run that lost its session and went on is one trace, with an attempt that failed, and one with a model call
// and a tool.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, definition("briefing", map[string]any{"model": "m1", "provider": map[string]any{"kind": "anthropic"}}))
		ref := messages.AttemptRef{Run: "r1", Job: "briefing", Attempt: 1}
		slot := messages.At(time.Now())
		s.log.Append(messages.RunQueued{Run: "r1", Job: "briefing", Slot: slot, Trigger: messages.TriggerSchedule},
			messages.AttemptStarted{Run: "r1", Job: "briefing", Attempt: 1, Slot: slot, Session: "default", Generation: 3})
		time.Sleep(2 * time.Second)
		s.log.Append(messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassSessionExpired, Error: "401", Called: true})
		time.Sleep(time.Hour)
		s.log.Append(messages.AttemptStarted{Run: "r1", Job: "briefing", Attempt: 2, Slot: slot, Session: "default", Generation: 4, Canary: true})
		time.Sleep(10 * time.Second)
		now := messages.At(time.Now())
		ref.Attempt = 2
		s.log.Append(messages.AttemptSucceeded{
			AttemptRef: ref, Usage: &messages.Usage{Calls: 1, InputTokens: 30, OutputTokens: 4},
			Trace: []messages.Step{
				{Kind: messages.StepMessage, Role: "user", Text: "Prepare my day."},
				{
					Kind: messages.StepMessage, Role: "assistant", At: now.Add(-5 * time.Second), Took: messages.Duration(4 * time.Second),
					Usage: &messages.Usage{Calls: 1, InputTokens: 30, OutputTokens: 4},
				},
				{Kind: messages.StepToolCall, Tool: "mail", Text: "{}"},
				{Kind: messages.StepToolResult, Tool: "mail", Text: "secret", Failed: true, At: now, Took: messages.Duration(time.Second)},
			},
		}, messages.RunFinished{Run: "r1", Job: "briefing", Status: messages.StatusSucceeded})
		s.expect(t, `
  0s–2s attempt briefing [curfew.job=briefing curfew.actor=agent curfew.attempt=1 curfew.session=default curfew.generation=3 curfew.canary=false error.type=session_expired] Error
  1h0m2s–1h0m12s attempt briefing [curfew.job=briefing curfew.actor=agent curfew.attempt=2 curfew.session=default curfew.generation=4 curfew.canary=true gen_ai.operation.name=invoke_agent gen_ai.agent.name=briefing gen_ai.usage.input_tokens=30 gen_ai.usage.output_tokens=4 gen_ai.request.model=m1 gen_ai.provider.name=anthropic] Unset
  1h0m3s–1h0m7s chat m1 [gen_ai.operation.name=chat gen_ai.usage.input_tokens=30 gen_ai.usage.output_tokens=4 gen_ai.request.model=m1 gen_ai.provider.name=anthropic] Unset
  1h0m11s–1h0m12s execute_tool mail [gen_ai.operation.name=execute_tool gen_ai.tool.name=mail error.type=tool_error] Error
0s–1h0m12s run briefing [curfew.job=briefing curfew.run=r1 curfew.actor=agent curfew.status=succeeded curfew.trigger=schedule curfew.slot=2000-01-01T00:00:00.000Z] Unset`)
		root := s.sent.GetSpans()[4].SpanContext
		for i, p := range s.sent.GetSpans() {
			parent := []int{4, 4, 1, 1}
			if p.SpanContext.TraceID() != TraceID("r1") {
				t.Errorf("span %d belongs to the trace %v", i, p.SpanContext.TraceID())
			}
			if i < len(parent) && p.Parent.SpanID() != s.sent.GetSpans()[parent[i]].SpanContext.SpanID() {
				t.Errorf("span %d is in %v, want %d (the root is %v)", i, p.Parent.SpanID(), parent[i], root.SpanID())
			}
		}
	})
}

// TestNothingKept: a run that began before the program did, and one whose attempt returns after its end, are no reason
// to keep anything, and send what is known.
func TestNothingKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t)
		ref := messages.AttemptRef{Run: "old", Job: "a", Attempt: 1}
		s.log.Append(messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassTimeout},
			messages.RunFinished{Run: "old", Job: "a", Status: messages.StatusFailed, Reason: messages.FinishRetriesExhausted},
			messages.RunQueued{Run: "late", Job: "a", Trigger: messages.TriggerManual},
			messages.AttemptStarted{Run: "late", Job: "a", Attempt: 1},
			messages.RunFinished{Run: "late", Job: "a", Status: messages.StatusCancelled, Reason: messages.FinishCancelled},
			messages.AttemptInterrupted{AttemptRef: messages.AttemptRef{Run: "late", Job: "a", Attempt: 1}, Why: messages.InterruptCancelled})
		s.expect(t, `
0s–0s run a [curfew.job=a curfew.run=old curfew.actor= curfew.status=failed curfew.reason=retries_exhausted error.type=retries_exhausted] Error
0s–0s run a [curfew.job=a curfew.run=late curfew.actor= curfew.status=cancelled curfew.trigger=manual curfew.reason=cancelled] Unset`)
	})
}

// TestReload: spans say by which definition an attempt began, though its job is another or gone when it ends.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, definition("a", map[string]any{"model": "m1"}))
		ref := messages.AttemptRef{Run: "r1", Job: "a", Attempt: 1}
		s.log.Append(messages.RunQueued{Run: "r1", Job: "a", Trigger: messages.TriggerManual},
			messages.AttemptStarted{Run: "r1", Job: "a", Attempt: 1},
			messages.JobDefined{Kept: definition("a", map[string]any{"model": "m2"})},
			messages.AttemptSucceeded{AttemptRef: ref, Usage: &messages.Usage{Calls: 1}},
			messages.JobRemoved{Job: "a"},
			messages.RunFinished{Run: "r1", Job: "a", Status: messages.StatusSucceeded})
		s.expect(t, `
  0s–0s attempt a [curfew.job=a curfew.actor=agent curfew.attempt=1 gen_ai.operation.name=invoke_agent gen_ai.agent.name=a gen_ai.usage.input_tokens=0 gen_ai.usage.output_tokens=0 gen_ai.request.model=m1] Unset
0s–0s run a [curfew.job=a curfew.run=r1 curfew.actor=agent curfew.status=succeeded curfew.trigger=manual] Unset`)
	})
}

// TestWanted: a collector is asked for by a variable, and an address that is none is an error.
func TestWanted(t *testing.T) {
	for _, tt := range []struct {
		all, traces string
		want        bool
		err         string
	}{
		{"", "", false, ""},
		{"http://127.0.0.1:4318", "", true, ""},
		{"", "https://collector.example.com/v1/traces", true, ""},
		{"collector:4318", "", false, Endpoint},
		{"http://127.0.0.1:4318", "127.0.0.1:4318", false, TracesEndpoint},
	} {
		t.Setenv(Endpoint, tt.all)
		t.Setenv(TracesEndpoint, tt.traces)
		got, err := Wanted()
		if got != tt.want || (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%q, %q: %v, %v", tt.all, tt.traces, got, err)
		}
	}
}

// TestHeaders: the key of a collector is known as a secret in the form in which it is written, and in that in which it
// is sent.
func TestHeaders(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=abc%20def, x=plain")
	if got, want := Headers(), []string{"abc%20def", "abc def", "plain"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
