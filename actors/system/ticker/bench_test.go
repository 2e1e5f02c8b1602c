package ticker

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/scheduler"
)

// BenchmarkHerd is a tick in which every job falls due, without the actor around it.
func BenchmarkHerd(b *testing.B) {
	for _, c := range []struct {
		jobs      int
		schedules []string
	}{
		{100_000, []string{"0 7 * * *"}},
		{1_000_000, []string{"0 7 * * *"}},
		{1_000_000, []string{"0 7 * * *", "0 */7 * * *", "0 7,19 * * 1-7", "*/10 7 * * *", "every 7h"}},
	} {
		b.Run(fmt.Sprintf("jobs=%d/schedules=%d", c.jobs, len(c.schedules)), func(b *testing.B) {
			var heap, before runtime.MemStats
			for b.Loop() {
				b.StopTimer()
				runtime.GC()
				runtime.ReadMemStats(&before)
				now := time.Date(1970, 1, 1, 6, 59, 59, 0, time.UTC)
				slots := 0
				t := &ticker{table: newTable(), spans: make(map[spanKey]span), cfg: Config{
					Now: func() time.Time { return now }, Logger: zap.NewNop(),
					Publish: func(f messages.Fact) { slots += len(f.(messages.SlotsDue).Slots) },
				}}
				for i := range c.jobs {
					t.define(messages.Keep(messages.Definition{Job: fmt.Sprintf("job-%07d", (i*7919)%c.jobs), Timetable: messages.Timetable{Schedule: c.schedules[i%len(c.schedules)]}}), scheduler.Mark{Since: messages.At(now)})
				}
				runtime.GC()
				runtime.ReadMemStats(&heap)
				now = now.Add(time.Second)
				b.StartTimer()
				t.publishDue()
				if slots != c.jobs {
					b.Fatalf("%d slots of %d jobs", slots, c.jobs)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.jobs), "ns/job")
			b.ReportMetric(float64(heap.HeapAlloc-before.HeapAlloc)/float64(c.jobs), "B/job")
		})
	}
}
