package bench

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// ofHerd is how many jobs are due at once.
const ofHerd = 100_000

// BenchmarkHerdOfTheLog measures what the log itself does for a herd: it decides the slots of all jobs and then their
// successes, encodes and appends them, on a durable journal, while one reader reads along. The figures are CPU of the
// process for a job.
func BenchmarkHerdOfTheLog(b *testing.B) {
	jobs := definitions(ofHerd)
	l, records := herdLog(b, jobs)
	at := messages.At(world.VirtualStart)
	var starting, ending time.Duration
	for b.Loop() {
		at = at.Add(time.Minute)
		due := slotsDue(jobs, at)
		before := spent(b)
		for _, d := range due {
			l.Publish(d)
		}
		ends := make([]bus.Draft, 0, ofHerd)
		records(len(due)+2*ofHerd, func(r messages.Record) {
			if s, ok := r.Body.(messages.AttemptStarted); ok {
				ref := messages.AttemptRef{Run: s.Run, Job: s.Job, Attempt: s.Attempt, Incarnation: 1}
				ends = append(ends, bus.Draft{ID: string(s.Run), Fact: messages.AttemptSucceeded{AttemptRef: ref, Called: true, Output: "all is well"}})
			}
		})
		starting += spent(b) - before
		before = spent(b)
		for _, d := range ends {
			l.Publish(d)
		}
		records(2*ofHerd, func(messages.Record) {})
		ending += spent(b) - before
	}
	b.ReportMetric(float64(starting.Microseconds())/ofHerd/float64(b.N), "µs/start")
	b.ReportMetric(float64(ending.Microseconds())/ofHerd/float64(b.N), "µs/end")
	b.ReportMetric(0, "ns/op")
}

// herdLog opens a log with a machine that knows the jobs. What it returns besides waits for that many further records.
func herdLog(b *testing.B, jobs []messages.Definition) (*bus.Log, func(n int, see func(messages.Record))) {
	m, _ := benchMachine(jobs, nil)
	j, err := sqlite.Open(filepath.Join(b.TempDir(), "curfew.db"))
	if err != nil {
		b.Fatal(err)
	}
	var decided []messages.Decision
	l, err := bus.Open(bus.Options{
		Journal: j, PolicyVersion: policy.Version, Admit: m.Admit,
		Step: func(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
			decided = m.Decide(now, seq, f).Append(decided[:0])
			return decided
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	more := make(chan struct{}, 1)
	r := l.Reader(0, func() {
		select {
		case more <- struct{}{}:
		default:
		}
	})
	return l, func(n int, see func(messages.Record)) {
		for n > 0 {
			page, err := r.Next()
			if err != nil {
				b.Fatal(err)
			}
			if len(page) == 0 {
				<-more
			}
			for i := range page {
				see(page[i])
			}
			n -= len(page)
		}
	}
}

// slotsDue are the batches of one slot of each job.
func slotsDue(jobs []messages.Definition, at messages.Instant) (due []bus.Draft) {
	for from := 0; from < len(jobs); from += messages.MaxSlotsDue {
		var slots []messages.JobSlot
		for _, d := range jobs[from:min(len(jobs), from+messages.MaxSlotsDue)] {
			slots = append(slots, messages.JobSlot{Job: d.Job, Slot: at})
		}
		due = append(due, bus.Draft{ID: fmt.Sprint(at, from), Fact: messages.SlotsDue{Slots: slots}})
	}
	return due
}

// spent is the CPU that the process has had.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
