package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
)

// Topics are what the reader is to read.
var Topics = []messages.Topic{
	messages.TopicConfig, messages.TopicDue, messages.TopicAttempt, messages.TopicSession, messages.TopicRun, messages.TopicOutbox,
}

// Config is what the metrics are made of.
type Config struct {
	Reader  follow.Open                             // of Topics, from where the runtime has recovered to
	Jobs    []*messages.Kept                        // that are defined there
	Gates   []messages.Decision                     // the decisions that brought the gates into their states there
	Look    func(context.Context) (Snapshot, error) // the state now
	Now     func() time.Time
	Version string      // of the program
	Rest    func() bool // see [follow.Rest]
	Fatal   func(error) // called when the log cannot be read; it must not block
}

// Metrics counts. Many goroutines may scrape it at once.
type Metrics struct {
	group    *startstop.Group
	registry *prometheus.Registry
	events   *events
	appends  prometheus.Histogram
}

// New makes the metrics. They are told of appends at once ([Metrics.Appended]), and count events from Start on.
func New() *Metrics {
	m := &Metrics{group: startstop.New(0), registry: prometheus.NewRegistry(), events: newEvents()}
	m.appends = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "curfew_journal_append_seconds", Help: "How long an append to the journal took until it was durable.",
		Buckets: []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10},
	})
	m.registry.MustRegister(m.appends, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.events.all()...)
	return m
}

// Start begins to read.
func (m *Metrics) Start(c Config) {
	m.events.begin(messages.At(c.Now()), c.Jobs, c.Gates)
	m.registry.MustRegister(&states{look: c.Look, gates: m.events.gates, now: c.Now, version: c.Version})
	feed := follow.New("metrics", c.Reader)
	m.group.Go(func(ctx context.Context) {
		defer feed.Close()
		take := func(batch []messages.Record) {
			follow.Rest(ctx, c.Rest, nil)
			m.events.take(batch)
		}
		if err := feed.Run(ctx.Done(), take); err != nil {
			c.Fatal(err)
		}
	})
}

// Appended counts an append to the journal.
func (m *Metrics) Appended(_ int, took time.Duration) { m.appends.Observe(took.Seconds()) }

// Gatherer has everything that was counted.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// Stop ends the reading.
func (m *Metrics) Stop() { m.group.Stop() }
