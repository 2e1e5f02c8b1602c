// Package bench measures the machine, the log and the whole runtime. Its clock is the real one.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/system/recorder"
	history "curfew/actors/system/recorder/memory"
	past "curfew/actors/system/recorder/sqlite"
	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/bus/replay/compare"
	"curfew/bus/sqlite"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// The numbers in docs/performance.md: go test ./tests/bench -run '^$' -bench . -benchtime 5x

// definitions returns n jobs that never fall due by themselves.
func definitions(n int) []messages.Definition {
	out := make([]messages.Definition, n)
	for i := range out {
		out[i] = messages.Definition{
			Job: fmt.Sprintf("job-%06d", i), Actor: "bench", Timetable: messages.Timetable{Schedule: "at 2099-01-01T00:00:00Z", Timezone: "UTC"}, With: []byte("{}"),
			OnHold: messages.OnHoldRunOnce, Overlap: messages.OverlapSkip, CatchUp: messages.CatchUp{Policy: messages.CatchUpOne},
			Retry:   messages.Retry{Attempts: 3, Initial: messages.Duration(time.Millisecond), Factor: 1, Max: messages.Duration(time.Millisecond), Within: messages.Duration(time.Hour)},
			Timeout: messages.Duration(time.Minute), History: messages.History{}.OrDefault(),
		}
	}
	return out
}

func benchConfig(jobs []messages.Definition) config.Config {
	return config.Config{Jobs: jobs, Runtime: messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: messages.DefaultSession}}, Lanes: []messages.LaneConfig{{Actor: "bench", Size: 100_000}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10},
	}}
}

// cycle steps the machine through a successful slot of each of these jobs: one batch of slots, and their successes. It
// calls record with each fact and the decisions that follow, and returns the next seq.
func cycle(m *policy.Machine, jobs []messages.Definition, seq uint64, at messages.Instant, record func(seq uint64, f messages.Fact, ds []messages.Decision)) uint64 {
	step := func(f messages.Fact) []messages.Decision {
		ds := m.Step(at, seq, f)
		if record != nil {
			record(seq, f, ds)
		}
		seq += 1 + uint64(len(ds))
		return ds
	}
	due := messages.SlotsDue{}
	for _, j := range jobs {
		due.Slots = append(due.Slots, messages.JobSlot{Job: j.Job, Slot: at})
	}
	for _, d := range step(due) {
		if s, ok := d.(messages.AttemptStarted); ok {
			step(messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Run: s.Run, Job: s.Job, Attempt: s.Attempt, Incarnation: 1}, Called: true, Output: "all is well"})
		}
	}
	return seq
}

// benchMachine returns a machine that knows the jobs, and the next seq.
func benchMachine(jobs []messages.Definition, record func(seq uint64, f messages.Fact, ds []messages.Decision)) (*policy.Machine, uint64) {
	m, seq := policy.New(), uint64(1)
	step := func(f messages.Fact) {
		ds := m.Step(messages.At(world.VirtualStart), seq, f)
		if record != nil {
			record(seq, f, ds)
		}
		seq += 1 + uint64(len(ds))
	}
	step(benchConfig(nil).Runtime)
	for _, j := range jobs {
		step(messages.Defined(j))
	}
	return m, seq
}

// BenchmarkStep measures the machine alone: 1,000 jobs, a slot and a success of each.
func BenchmarkStep(b *testing.B) {
	jobs := definitions(1000)
	m, seq := benchMachine(jobs, nil)
	at := messages.At(world.VirtualStart)
	for b.Loop() {
		at = at.Add(time.Minute)
		seq = cycle(m, jobs, seq, at, nil)
	}
	b.ReportMetric(float64(b.N)*float64(len(jobs)+1)/b.Elapsed().Seconds(), "facts/s")
}

// records collects the records of a journal.
func records(into *[]messages.Record, at func() messages.Instant) func(uint64, messages.Fact, []messages.Decision) {
	return func(seq uint64, f messages.Fact, ds []messages.Decision) {
		now := at()
		*into = append(*into, messages.Record{Seq: seq, At: now, ID: messages.DerivedID(seq, 1<<20), PolicyVersion: policy.Version, Body: f})
		for i, d := range ds {
			*into = append(*into, messages.Record{
				Seq: seq + uint64(i) + 1, At: now, ID: messages.DerivedID(seq, i), Cause: seq, PolicyVersion: policy.Version, Body: d,
			})
		}
	}
}

// BenchmarkReplay replays an export of about 100,000 records.
func BenchmarkReplay(b *testing.B) {
	var recs []messages.Record
	at := messages.At(world.VirtualStart)
	keep := records(&recs, func() messages.Instant { return at })
	jobs := definitions(1000)
	m, seq := benchMachine(jobs, keep)
	for len(recs) < 100_000 {
		at = at.Add(time.Minute)
		seq = cycle(m, jobs, seq, at, keep)
	}
	var text bytes.Buffer
	w := jsonl.NewWriter(&text)
	for _, r := range recs {
		if err := w.Write(r); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		got, err := compare.Journal(bytes.NewReader(text.Bytes()), policy.New(), policy.Version)
		if err != nil || got.Total != 0 {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(recs))/b.Elapsed().Seconds(), "records/s")
}

// eachBenchJournal runs a benchmark on a journal in memory and on a durable one.
func eachBenchJournal(b *testing.B, f func(b *testing.B, open func() bus.Journal)) {
	b.Run("memory", func(b *testing.B) { f(b, func() bus.Journal { return memory.New() }) })
	b.Run("durable", func(b *testing.B) {
		f(b, func() bus.Journal { return openBench(b, filepath.Join(b.TempDir(), "curfew.db")) })
	})
}

func openBench(b *testing.B, path string) *sqlite.Journal {
	b.Helper()
	j, err := sqlite.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	return j
}

func openPast(b *testing.B, path string) *past.Store {
	b.Helper()
	s, err := past.Open(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkPublishHandled measures facts from their publishing until a reader has them all, 10,000 at a time.
func BenchmarkPublishHandled(b *testing.B) {
	const facts = 10_000
	eachBenchJournal(b, func(b *testing.B, open func() bus.Journal) {
		l, err := bus.Open(bus.Options{Journal: open()})
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		woken := make(chan struct{}, 1)
		r := l.Reader(0, func() {
			select {
			case woken <- struct{}{}:
			default:
			}
		})
		defer r.Close()
		for b.Loop() {
			for range facts {
				l.Publish(bus.Draft{Fact: messages.JobPaused{Job: "a", By: "bench"}})
			}
			for got := 0; got < facts; {
				recs, err := r.Next()
				if err != nil {
					b.Fatal(err)
				}
				if got += len(recs); len(recs) == 0 {
					<-woken
				}
			}
		}
		b.ReportMetric(facts*float64(b.N)/b.Elapsed().Seconds(), "facts/s")
	})
}

// benchSpec is the actor type of these benchmarks: it reports when it was called, and fails if it is told to.
type benchSpec struct{}

func (benchSpec) Kind() string    { return "bench" }
func (benchSpec) Validate() error { return nil }

type benchActor struct {
	actors.Defaults[benchSpec]
	called chan time.Time
	fail   chan error
}

func (a benchActor) Run(context.Context, actors.Run[benchSpec]) (actors.Output, error) {
	a.called <- time.Now()
	return actors.Output{}, <-a.fail
}

// benchRuntime starts a runtime with jobs of that type.
func benchRuntime(b *testing.B, j bus.Journal, runs recorder.Store, jobs int) (*engine.Runtime, benchActor) {
	b.Helper()
	a := benchActor{called: make(chan time.Time, 1), fail: make(chan error, 1)}
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[benchSpec] { return a })
	if runs == nil {
		runs = &history.Store{}
	}
	rt, err := engine.Start(b.Context(), engine.Options{
		Kinds: kinds, Config: benchConfig(definitions(jobs)), Journal: j, History: runs, Tokens: filepath.Join(b.TempDir(), "tokens.json"),
	})
	if err != nil {
		b.Fatal(err)
	}
	return rt, a
}

func percentile(all []time.Duration, p float64) float64 {
	slices.Sort(all)
	return float64(all[int(p*float64(len(all)-1))].Nanoseconds()) / 1e3
}

// BenchmarkLatency measures an idle system with one job: from the publishing of a slot until its actor is called, and
// from a failure until the next attempt, with its backoff of 1 ms.
func BenchmarkLatency(b *testing.B) {
	eachBenchJournal(b, func(b *testing.B, open func() bus.Journal) {
		rt, a := benchRuntime(b, open(), nil, 1)
		defer func() { _ = rt.Stop(b.Context()) }()
		var started, restarted []time.Duration
		slot := messages.At(time.Now())
		for b.Loop() {
			for range 200 {
				slot = slot.Add(time.Second)
				from := time.Now()
				rt.Log().Publish(bus.Draft{Fact: messages.SlotsDue{Slots: []messages.JobSlot{{Job: "job-000000", Slot: slot}}}})
				started = append(started, (<-a.called).Sub(from))
				from = time.Now()
				a.fail <- errors.New("try again")
				restarted = append(restarted, (<-a.called).Sub(from))
				a.fail <- nil
				for idle := false; !idle; { // until the run is over: the next slot would be skipped
					err := rt.View(b.Context(), func(m *policy.Machine) { idle = len(m.Unfinished()) == 0 })
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		}
		b.ReportMetric(percentile(started, 0.5), "started-p50-µs")
		b.ReportMetric(percentile(started, 0.99), "started-p99-µs")
		b.ReportMetric(percentile(restarted, 0.5), "restarted-p50-µs")
		b.ReportMetric(percentile(restarted, 0.99), "restarted-p99-µs")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkStart measures a start with 100,000 jobs from a snapshot, and one with a million records after it.
func BenchmarkStart(b *testing.B) {
	b.Run("100k-jobs", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "curfew.db")
		rt, _ := benchRuntime(b, openBench(b, path), openPast(b, path), 100_000)
		if err := rt.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
		benchStart(b, path, 100_000)
	})
	b.Run("1M-records", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "curfew.db")
		writeTail(b, path, 1_000_000)
		benchStart(b, path, 1000)
	})
}

// benchStart times starts. The journal of each ends with the records of the starts before it.
func benchStart(b *testing.B, path string, jobs int) {
	b.Helper()
	for b.Loop() {
		rt, _ := benchRuntime(b, unkept{openBench(b, path)}, openPast(b, path), jobs)
		b.StopTimer()
		_ = rt.Stop(b.Context()) // without a snapshot, so that the next start finds as much to read
		b.StartTimer()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/start")
}

// unkept is a journal without room for snapshots.
type unkept struct{ *sqlite.Journal }

func (unkept) SaveSnapshot(bus.Snapshot, iter.Seq2[[]byte, error]) error {
	return errors.New("there is no room for a snapshot")
}

// writeTail writes a journal of slots that succeeded, without a snapshot.
func writeTail(b *testing.B, path string, n int) {
	b.Helper()
	j := openBench(b, path)
	defer j.Close()
	var recs []messages.Record
	at := messages.At(world.VirtualStart)
	keep := records(&recs, func() messages.Instant { return at })
	jobs := definitions(1000)
	m, seq := benchMachine(jobs, keep)
	for int(seq) <= n {
		at = at.Add(time.Second)
		seq = cycle(m, jobs, seq, at, keep)
		if err := j.Append(recs); err != nil {
			b.Fatal(err)
		}
		recs = recs[:0]
	}
}
