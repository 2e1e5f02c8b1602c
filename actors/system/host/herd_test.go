package host_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/host"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/tests/patience"
)

// herdSize is how many jobs of the benchmark fall due at once.
const herdSize = 50_000

// script is a log that a benchmark writes page by page.
type script struct {
	mu    sync.Mutex
	pages [][]messages.Record
	wake  func()
}

func (s *script) Next() (page []messages.Record, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pages) > 0 {
		page, s.pages = s.pages[0], s.pages[1:]
	}
	return page, nil
}

func (*script) Close() {}

func (s *script) append(pages [][]messages.Record) {
	s.mu.Lock()
	s.pages = append(s.pages, pages...)
	s.mu.Unlock()
	s.wake()
}

// BenchmarkHerd is what lies between the records of starts and the facts about the ends of attempts, for a job: the
// shards, the actors, the attempts. One shard is what a fresh runtime has, 51 what it has after a restart.
func BenchmarkHerd(b *testing.B) {
	for _, shards := range []int{1, 51} {
		b.Run(strconv.Itoa(shards), func(b *testing.B) {
			var starts, ends [2][][]messages.Record // in turns: another run is another one than the last
			for i := range starts {
				starts[i], ends[i] = pages("run-" + strconv.Itoa(i) + "-of-")
			}
			var ended sync.WaitGroup
			s, stop := supervised(b, shards, func(string, messages.Fact) { ended.Done() })
			defer stop()
			b.ReportAllocs()
			for turn := 0; b.Loop(); turn = 1 - turn {
				ended.Add(herdSize)
				s.append(starts[turn])
				ended.Wait()
				s.append(ends[turn])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/herdSize, "ns/start")
		})
	}
}

// supervised is supervisors of that many jobs which follow a script.
func supervised(b *testing.B, shards int, publish func(string, messages.Fact)) (s *script, stop func()) {
	b.Helper()
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[idle] { return idleActor{} })
	h, err := host.New(host.Config{
		Kinds: &kinds, Door: &door{}, Publish: publish,
		Commit: func(context.Context, string, messages.Fact) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	known := make([]*messages.Kept, herdSize)
	for i := range known {
		known[i] = messages.Keep(messages.Definition{Job: jobName(i), Actor: "idle", With: []byte("{}"), Timeout: messages.Duration(timeout)})
	}
	s = &script{}
	sup, err := supervisor.Supervise(supervisor.Config{
		System: supervisor.NewSystem(zap.NewNop()), Types: map[string]int{"idle": shards}, Base: 1, Known: known,
		Reader:  func(wake func()) supervisor.Reader { s.wake = wake; return s },
		Publish: publish, Job: h.Actor, Pool: &supervisor.Pool{}, Fatal: func(err error) { b.Error(err) },
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := sup.CatchUp(b.Context(), 0); err != nil {
		b.Fatal(err)
	}
	return s, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(b.Context()), patience.Limit)
		defer cancel()
		if err := sup.Stop(ctx); err != nil {
			b.Error(err)
		}
	}
}

func jobName(i int) string { return fmt.Sprintf("job-%07d", i) }

// pages are the records of a start of every job, and of its end.
func pages(runs string) (starts, ends [][]messages.Record) {
	const page = 1024
	var first, last []messages.Record
	for i := range herdSize {
		job := jobName(i)
		run := messages.RunID(runs + job)
		first = append(first, messages.Record{Body: messages.AttemptStarted{Job: job, Run: run, Attempt: 1}})
		last = append(last, messages.Record{Body: messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Job: job, Run: run, Attempt: 1}}},
			messages.Record{Body: messages.RunFinished{Job: job, Run: run, Status: messages.StatusSucceeded}})
		if len(first) == page || i == herdSize-1 {
			starts, ends = append(starts, first), append(ends, last)
			first, last = nil, nil
		}
	}
	return starts, ends
}
