package sqlite_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/sqlite"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

// many jobs have one finished run each.
func many(from, jobs int) (records []messages.Record) {
	for i := range jobs {
		id := fmt.Sprintf("%0256d", from+i)
		records = append(records, storetest.Log(uint64(1+2*(from+i)), storetest.Queued(id, id), storetest.Finished(id, id, "succeeded", ""))...)
	}
	return records
}

// TestJobsCostNoMemory: what a store keeps in memory does not grow with jobs and runs.
func TestJobsCostNoMemory(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "curfew.db"))
	const part = recorder.MaxTake / 2
	heap := func(parts, from int) uint64 {
		for i := range parts {
			records := many(from+i*part, part)
			must(t, s.Take(records, records[len(records)-1].Seq))
			must(t, s.Forget(messages.At(time.Now())))
		}
		must(t, storetest.Settle(s))
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap(2, 0)
	const more = 8
	after := heap(more, 2*part)
	if grown := int64(after) - int64(before); grown > more*part*128 { // a name alone has 256 bytes
		t.Errorf("%d jobs more cost %d bytes of memory", more*part, grown)
	}
}

// BenchmarkTake takes in runs of jobs with a history that is full, so that each pushes an old one out.
func BenchmarkTake(b *testing.B) {
	s, err := sqlite.Open(filepath.Join(b.TempDir(), "curfew.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	const jobs = 100
	seq := uint64(0)
	var batch []messages.Record
	flush := func() {
		if len(batch) > 0 {
			if err := s.Take(batch, seq); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	for i := 0; b.Loop(); i++ {
		id, job := fmt.Sprint(i), fmt.Sprint("job", i%jobs)
		for _, body := range []messages.Body{
			storetest.Queued(id, job), storetest.Started(id, 1, 1),
			messages.AttemptSucceeded{AttemptRef: storetest.Ref(id, 1, 1), Output: "what a job prints\n"},
			storetest.Finished(id, job, "succeeded", ""),
		} {
			seq++
			batch = append(batch, messages.Record{Seq: seq, At: messages.Instant(seq), Body: body})
		}
		if len(batch) >= recorder.MaxTake {
			flush()
		}
	}
	flush()
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkHerd takes in runs of as many jobs, which all begin before the first of them ends.
func BenchmarkHerd(b *testing.B) {
	s, err := sqlite.Open(filepath.Join(b.TempDir(), "curfew.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	const together = 20_000
	var records []messages.Record
	add := func(body messages.Body) {
		at := uint64(len(records) + 1)
		records = append(records, messages.Record{Seq: at, At: messages.Instant(at), Body: body})
	}
	for i := range b.N {
		add(storetest.Defined(fmt.Sprint("job", i), messages.History{}))
	}
	for from := 0; from < b.N; from += together {
		herd := min(together, b.N-from)
		names := make([]string, herd)
		for i := range names {
			names[i] = string(messages.SlotRun("job", messages.Instant(from+i), 0))
			add(storetest.Queued(names[i], fmt.Sprint("job", from+i)))
		}
		for _, id := range names {
			add(storetest.Started(id, 1, 1))
			add(messages.AttemptSucceeded{AttemptRef: storetest.Ref(id, 1, 1), Output: "what a job prints\n"})
			add(storetest.Finished(id, "job", "succeeded", ""))
		}
	}
	take := func(all []messages.Record) {
		for page := range slices.Chunk(all, recorder.MaxTake) {
			if err := s.Take(page, page[len(page)-1].Seq); err != nil {
				b.Fatal(err)
			}
		}
		if err := storetest.Settle(s); err != nil {
			b.Fatal(err)
		}
	}
	take(records[:b.N])
	b.ResetTimer()
	take(records[b.N:])
}
