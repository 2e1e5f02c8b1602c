package metrics

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"curfew/messages"
)

// events are the counters of what has happened. All but the counters themselves belongs to the goroutine that reads.
type events struct {
	finished, attempts, retries, skipped *prometheus.CounterVec
	wasted, closures, calls, tokens      *prometheus.CounterVec
	notices, reports, deliveries         *prometheus.CounterVec
	lateness, duration                   *prometheus.HistogramVec
	gates                                *gates

	actors map[string]uint16            // by job: its actor type, as an index in types
	types  []string                     // the first is that of no job
	runs   map[messages.RunID]*progress // that began while this program was there
}

// progress is what later records of an unfinished run do not say again.
type progress struct {
	actor   string // of its newest attempt: one ends by the definition by which it began, also when its job is gone
	trigger messages.Trigger
	held    bool             // before its first start
	started messages.Instant // its attempt; zero: none is in flight
	session string           // of that attempt
	class   messages.Class   // of its newest failure
}

func newEvents() *events {
	return &events{
		finished: counter("curfew_runs_finished_total",
			"Runs that are over; class is that of the newest failure of a run that failed.", "actor", "status", "class"),
		attempts: counter("curfew_attempts_total",
			"Attempts that have ended: succeeded, abandoned, or the class of the failure.", "actor", "outcome"),
		retries:  counter("curfew_retries_total", "Attempts that were not the first of their run.", "actor"),
		skipped:  counter("curfew_slots_skipped_total", "Slots of which no run came.", "actor", "reason"),
		wasted:   counter("curfew_session_wasted_calls_total", "Attempts that called and found their session expired.", "session"),
		closures: counter("curfew_session_closures_total", "How often the gate was closed.", "session"),
		calls:    counter("curfew_model_calls_total", "Model calls that were answered.", "actor", "session"),
		tokens: counter("curfew_model_tokens_total",
			"Tokens of model calls, as the provider counted them.", "actor", "session", "direction"),
		notices: counter("curfew_notifications_total", "Notifications that were decided, by what they are about.", "notice"),
		reports: counter("curfew_error_reports_total", "Error reports that were decided.", "actor"),
		deliveries: counter("curfew_deliveries_total",
			"Answers of targets to deliveries, notifications and error reports.", "target", "result"),
		lateness: histogram("curfew_start_lateness_seconds",
			"From a slot to the start of its run; runs that were held, or caught up, are left out.",
			[]float64{.01, .1, .5, 1, 2, 5, 10, 30, 60, 300, 900, 3600}),
		duration: histogram("curfew_attempt_duration_seconds", "How long attempts took.",
			[]float64{.01, .1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400}),
		gates:  newGates(),
		actors: make(map[string]uint16), types: []string{""}, runs: make(map[messages.RunID]*progress),
	}
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{"actor"})
}

func (e *events) all() []prometheus.Collector {
	return []prometheus.Collector{
		e.finished, e.attempts, e.retries, e.skipped, e.wasted, e.closures, e.calls, e.tokens,
		e.notices, e.reports, e.deliveries, e.lateness, e.duration,
	}
}

// begin takes in what was there before the first record.
func (e *events) begin(at messages.Instant, jobs []*messages.Kept, gates []messages.Decision) {
	for _, d := range jobs {
		e.define(d)
	}
	for _, d := range gates {
		e.gates.take(at, d)
	}
}

// define notes a job's actor type. The series that alerts are about exist from then on, so that the first event is an
// increase.
func (e *events) define(d *messages.Kept) {
	kind := slices.Index(e.types, d.Actor)
	if kind < 0 {
		kind = len(e.types)
		name := strings.Clone(d.Actor)
		e.types = append(e.types, name)
		e.finished.WithLabelValues(name, string(messages.StatusSucceeded), "")
		for _, c := range []messages.Class{messages.ClassPermanent, messages.ClassTransient, messages.ClassTimeout} {
			e.finished.WithLabelValues(name, string(messages.StatusFailed), string(c))
		}
		e.retries.WithLabelValues(name)
		e.reports.WithLabelValues(name)
	}
	e.actors[d.Job] = uint16(min(kind, math.MaxUint16)) // there are as many as the program has
}

// take counts a batch of records.
func (e *events) take(batch []messages.Record) {
	for _, r := range batch {
		e.gates.take(r.At, r.Body)
		e.count(r)
	}
}

func (e *events) count(r messages.Record) {
	switch b := r.Body.(type) {
	case messages.JobDefined:
		e.define(b.Kept)
	case messages.JobRemoved:
		delete(e.actors, b.Job)
	case messages.SlotSkipped:
		e.skipped.WithLabelValues(e.typeOf(b.Job), string(b.Reason)).Add(float64(b.Count))
	case messages.RunQueued:
		e.runs[b.Run] = &progress{actor: e.typeOf(b.Job), trigger: b.Trigger}
	case messages.RunHeld:
		if p := e.runs[b.Run]; p != nil {
			p.held = true
		}
	case messages.AttemptStarted:
		e.start(r.At, b)
	case messages.AttemptSucceeded:
		e.end(r.At, b.AttemptRef, "succeeded", "", b.Usage)
	case messages.AttemptFailed:
		if b.Class == messages.ClassSessionExpired && b.Called {
			e.wasted.WithLabelValues(b.Session).Inc()
		}
		e.end(r.At, b.AttemptRef, string(b.Class), b.Class, b.Usage)
	case messages.AttemptInterrupted:
		e.end(r.At, b.AttemptRef, string(messages.ClassInterrupted), messages.ClassInterrupted, b.Usage)
	case messages.AttemptAbandoned:
		e.end(r.At, b.AttemptRef, "abandoned", "", nil)
	case messages.RunFinished:
		e.finish(b)
	case messages.GateClosed:
		e.closures.WithLabelValues(b.Session).Inc()
	case messages.NotificationRequested:
		e.notices.WithLabelValues(string(b.Notice)).Inc()
	case messages.ErrorReported:
		e.reports.WithLabelValues(e.typeOf(b.Job)).Inc()
	case messages.DeliveryFinished:
		result := "refused"
		if b.OK {
			result = "delivered"
		}
		e.deliveries.WithLabelValues(b.To, result).Inc()
	}
}

// typeOf is the actor type of a job.
func (e *events) typeOf(job string) string { return e.types[e.actors[job]] }

// run is what is known of a run; of one that began before this program did, the actor type of its job.
func (e *events) run(run messages.RunID, job string) *progress {
	if p := e.runs[run]; p != nil {
		return p
	}
	return &progress{actor: e.typeOf(job)}
}

func (e *events) start(at messages.Instant, b messages.AttemptStarted) {
	p := e.run(b.Run, b.Job)
	p.actor = cmp.Or(e.typeOf(b.Job), p.actor)
	if b.Attempt > 1 {
		e.retries.WithLabelValues(p.actor).Inc()
	}
	if b.Attempt == 1 && p.trigger == messages.TriggerSchedule && !p.held {
		e.lateness.WithLabelValues(p.actor).Observe(max(0, at.Sub(b.Slot).Seconds()))
	}
	p.started, p.session = at, b.Session
}

func (e *events) end(at messages.Instant, ref messages.AttemptRef, outcome string, class messages.Class, u *messages.Usage) {
	p := e.run(ref.Run, ref.Job)
	e.attempts.WithLabelValues(p.actor, outcome).Inc()
	if !p.started.IsZero() {
		e.duration.WithLabelValues(p.actor).Observe(max(0, at.Sub(p.started).Seconds()))
	}
	p.started, p.class = 0, cmp.Or(class, p.class)
	actor, session := p.actor, p.session
	if u != nil {
		e.calls.WithLabelValues(actor, session).Add(float64(u.Calls))
		e.tokens.WithLabelValues(actor, session, "input").Add(float64(u.InputTokens))
		e.tokens.WithLabelValues(actor, session, "output").Add(float64(u.OutputTokens))
	}
}

func (e *events) finish(b messages.RunFinished) {
	p, class := e.run(b.Run, b.Job), ""
	if b.Status == messages.StatusFailed {
		class = string(p.class)
	}
	e.finished.WithLabelValues(p.actor, string(b.Status), class).Inc()
	delete(e.runs, b.Run)
}
