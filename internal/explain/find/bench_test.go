package find_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"curfew/bus/sqlite"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/messages"
)

const (
	benchRecords = 1_000_000
	benchBatch   = 32 // records of one commit
)

// others is records of other jobs, a run at every turn: it falls due, is made, starts, succeeds and ends.
func others(n int, every time.Duration) []messages.Record {
	rs := make([]messages.Record, 0, n)
	for i := 0; len(rs) < n; i++ {
		slot := start.Add(time.Duration(i) * every)
		job := fmt.Sprintf("job-%d", i%1000)
		run := messages.SlotRun(job, slot, 0)
		ref := messages.AttemptRef{Run: run, Job: job, Attempt: 1, Incarnation: 1}
		for _, b := range []messages.Body{
			messages.SlotsDue{Slots: []messages.JobSlot{{Job: job, Slot: slot}}},
			messages.RunQueued{Run: run, Job: job, Slot: slot, FirstSlot: slot, Trigger: messages.TriggerSchedule},
			messages.AttemptStarted{Run: run, Job: job, Attempt: 1, Slot: slot},
			messages.AttemptSucceeded{AttemptRef: ref, Called: true, Output: "all is well, and nothing has changed since yesterday"},
			messages.RunFinished{Run: run, Job: job, Status: messages.StatusSucceeded},
		} {
			seq := uint64(len(rs) + 1)
			r := messages.Record{Seq: seq, At: slot, ID: messages.DerivedID(seq, 0), PolicyVersion: 1, Body: b}
			if messages.KindOf(b) == messages.KindDecision {
				r.Cause = seq - 1
			}
			rs = append(rs, r)
		}
	}
	return rs[:n]
}

// BenchmarkExplain is one explanation out of a journal with a million records of other jobs: of a slot in
// the middle, of the newest run, and of a job of which there is only the definition.
func BenchmarkExplain(b *testing.B) {
	j, err := sqlite.Open(filepath.Join(b.TempDir(), "journal.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	rs := others(benchRecords, time.Second)
	for at, job := range map[int]string{10: "mine-10", 20: "mine-20", 30: "job-7"} {
		rs[at].Body = messages.Defined(definition(job))
	}
	slot := rs[benchRecords/2].At
	rs[benchRecords/2].Body = messages.SlotsDue{Slots: []messages.JobSlot{{Job: "mine-10", Slot: slot}}}
	rs[benchRecords/2+1].Body = messages.SlotSkipped{Job: "mine-10", Slot: slot, Count: 1, Reason: messages.SkipOverlap}
	rs[benchRecords/2+1].Cause = rs[benchRecords/2].Seq
	for part := range slices.Chunk(rs, benchBatch) {
		if err := j.Append(part); err != nil {
			b.Fatal(err)
		}
	}
	now := rs[benchRecords-1].At
	at, err := explain.ParseWhen(slot.String())
	if err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]explain.Question{
		"slot":  {Job: "mine-10", At: at, Now: now},
		"last":  {Job: "mine-10", Now: now},
		"never": {Job: "mine-20", Now: now},
		"busy":  {Job: "job-7", Now: now},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if x, err := find.Explain(b.Context(), j, q); err != nil || x.Verdict == "" {
					b.Fatal(x, err)
				}
			}
		})
	}
}
