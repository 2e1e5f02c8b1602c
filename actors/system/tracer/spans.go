package tracer

import (
	"cmp"
	"context"
	"encoding/json"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"curfew/messages"
)

// spans makes spans of records. It belongs to one goroutine.
type spans struct {
	tracer trace.Tracer
	ids    *given
	jobs   map[string]*kind
	kinds  map[kind]*kind // one of each, however many jobs there are
	runs   map[messages.RunID]begun
}

// kind is what a span says of its job's definition.
type kind struct{ actor, model, provider string }

// begun is what is known of a run that is not over.
type begun struct {
	queued  messages.RunQueued
	kind    *kind // of its newest attempt: one ends by the definition by which it began, also when its job is gone
	at      messages.Instant
	attempt messages.AttemptStarted // the newest
	started messages.Instant        // zero: none is in flight
}

func newSpans(t trace.Tracer, ids *given) *spans {
	return &spans{
		tracer: t, ids: ids, jobs: make(map[string]*kind), kinds: make(map[kind]*kind), runs: make(map[messages.RunID]begun),
	}
}

// define notes what the spans of a job say of it.
func (s *spans) define(d *messages.Kept) {
	var with struct {
		Model    string `json:"model"`
		Provider struct {
			Kind string `json:"kind"`
		} `json:"provider"`
	}
	_ = json.Unmarshal(d.With, &with) // the block of another actor type may look otherwise: then it has no model
	k := kind{actor: d.Actor, model: with.Model, provider: with.Provider.Kind}
	if s.kinds[k] == nil {
		s.kinds[k] = &k
	}
	s.jobs[d.Job] = s.kinds[k]
}

func (s *spans) take(batch []messages.Record) {
	for _, r := range batch {
		switch b := r.Body.(type) {
		case messages.JobDefined:
			s.define(b.Kept)
		case messages.JobRemoved:
			delete(s.jobs, b.Job)
		case messages.RunQueued:
			s.runs[b.Run] = begun{queued: b, kind: s.jobs[b.Job], at: r.At}
		case messages.AttemptStarted:
			run := s.runs[b.Run]
			run.attempt, run.started, run.kind = b, r.At, cmp.Or(s.jobs[b.Job], run.kind)
			s.runs[b.Run] = run
		case messages.AttemptSucceeded:
			s.attempt(r.At, b.AttemptRef, outcome{usage: b.Usage, steps: b.Trace})
		case messages.AttemptFailed:
			s.attempt(r.At, b.AttemptRef, outcome{class: string(b.Class), text: b.Error, usage: b.Usage, steps: b.Trace})
		case messages.AttemptInterrupted:
			s.attempt(r.At, b.AttemptRef, outcome{
				class: string(messages.ClassInterrupted), text: string(b.Why), usage: b.Usage, steps: b.Trace,
			})
		case messages.AttemptAbandoned:
			s.attempt(r.At, b.AttemptRef, outcome{class: "abandoned"})
		case messages.RunFinished:
			s.run(r.At, b)
		}
	}
}

// outcome is how an attempt ended.
type outcome struct {
	class, text string // class is empty for a success
	usage       *messages.Usage
	steps       []messages.Step
}

// run sends the span of a run that is over. Its attempts have been sent, but for one that was told to stop and has not
// returned: that one comes too late, and is left out.
func (s *spans) run(at messages.Instant, b messages.RunFinished) {
	r, known := s.runs[b.Run]
	delete(s.runs, b.Run)
	if !known || r.at.IsZero() {
		r.at = at // it began before this program did
	}
	about := []attribute.KeyValue{
		attribute.String("curfew.job", b.Job), attribute.String("curfew.run", string(b.Run)),
		attribute.String("curfew.actor", s.kind(r, b.Job).actor), attribute.String("curfew.status", string(b.Status)),
	}
	if r.queued.Trigger != "" {
		about = append(about, attribute.String("curfew.trigger", string(r.queued.Trigger)))
	}
	if !r.queued.Slot.IsZero() {
		about = append(about, attribute.String("curfew.slot", r.queued.Slot.String()))
	}
	if b.Reason != "" {
		about = append(about, attribute.String("curfew.reason", string(b.Reason)))
	}
	status := codes.Unset
	if b.Status == messages.StatusFailed {
		status = codes.Error
		about = append(about, attribute.String("error.type", string(b.Reason)))
	}
	s.send(span{
		name: "run " + b.Job, run: b.Run, id: spanID(b.Run), from: r.at, to: at, about: about, status: status, text: string(b.Reason),
	})
}

// span is what a span is made of.
type span struct {
	name     string
	run      messages.RunID
	id       trace.SpanID
	parent   trace.SpanID // zero: it is the root
	kind     trace.SpanKind
	from, to messages.Instant
	about    []attribute.KeyValue
	status   codes.Code
	text     string // of an error
}

func (s *spans) send(p span) {
	s.ids.trace, s.ids.span = TraceID(p.run), p.id
	ctx := context.Background()
	if p.parent.IsValid() {
		ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: s.ids.trace, SpanID: p.parent, TraceFlags: trace.FlagsSampled,
		}))
	}
	_, made := s.tracer.Start(ctx, p.name, trace.WithTimestamp(p.from.Time()), trace.WithSpanKind(p.kind),
		trace.WithAttributes(p.about...))
	if p.status == codes.Error {
		made.SetStatus(codes.Error, p.text)
	}
	made.End(trace.WithTimestamp(max(p.from, p.to).Time())) // the clock may have been set back
}

// kind is what is known of a run of a job.
func (s *spans) kind(r begun, job string) kind {
	if k := cmp.Or(r.kind, s.jobs[job]); k != nil {
		return *k
	}
	return kind{}
}
