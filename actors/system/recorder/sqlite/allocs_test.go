package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

// TestAllocationsOfARun bounds what the history allocates for a run of a herd, from its records to its row.
func TestAllocationsOfARun(t *testing.T) {
	const jobs, rounds, most = 4_096, 3, 32
	s := open(t, filepath.Join(t.TempDir(), "curfew.db"))
	seq := uint64(1)
	round := func(bodies func(job string) []messages.Body) (records []messages.Record) {
		for i := range jobs {
			records = append(records, storetest.Log(seq+uint64(len(records)), bodies(fmt.Sprint("job", i))...)...)
		}
		seq += uint64(len(records))
		return records
	}
	logs := [][]messages.Record{round(func(job string) []messages.Body {
		return []messages.Body{storetest.Defined(job, messages.History{})}
	})}
	for n := range rounds {
		logs = append(logs, round(func(job string) []messages.Body {
			id := string(messages.SlotRun(job, messages.Instant(n), 0))
			return []messages.Body{
				storetest.Queued(id, job), storetest.Started(id, 1, 1),
				messages.AttemptSucceeded{AttemptRef: storetest.Ref(id, 1, 1), Called: true},
				storetest.Finished(id, job, "succeeded", ""),
			}
		}))
	}
	next := 0
	run := func() {
		for page := range slices.Chunk(logs[next], recorder.MaxTake) {
			must(t, s.Take(page, page[len(page)-1].Seq))
		}
		must(t, storetest.Settle(s))
		next++
	}
	run()
	if got := testing.AllocsPerRun(rounds-1, run) / jobs; got > most {
		t.Errorf("a run costs %.1f allocations, at most %d", got, most)
	}
}
