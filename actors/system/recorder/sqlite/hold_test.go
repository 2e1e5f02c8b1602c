package sqlite_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/memory"
	"curfew/actors/system/recorder/sqlite"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

// overlapping runs of five jobs begin one after the other; each ends long after others have begun, and every 100th
// begins a second attempt and never ends. Each has a cost, and a gate changes now and then.
func overlapping(runs int) []messages.Record {
	var bodies []messages.Body
	for job := range 5 {
		bodies = append(bodies, storetest.Defined(fmt.Sprint("job", job), messages.History{Runs: 500}))
	}
	end := func(i int) {
		id, job := fmt.Sprint("r", i), fmt.Sprint("job", i%5)
		bodies = append(bodies, messages.AttemptSucceeded{
			AttemptRef: storetest.Ref(id, 1, 1), Output: "said", Usage: &messages.Usage{Calls: 1, InputTokens: 2, OutputTokens: 3},
		})
		switch {
		case i%100 == 0:
			bodies = append(bodies, storetest.Started(id, 2, 1))
		case i%7 == 0:
			bodies = append(bodies, storetest.Finished(id, job, "failed", ""))
		default:
			bodies = append(bodies, storetest.Finished(id, job, "succeeded", ""))
		}
	}
	const after = 700
	for i := range runs + after {
		if i < runs {
			id := fmt.Sprint("r", i)
			bodies = append(bodies, storetest.Queued(id, fmt.Sprint("job", i%5)), storetest.Started(id, 1, 1))
		}
		if i >= after {
			end(i - after)
		}
		if i%50 == 0 {
			bodies = append(bodies, messages.GateClosed{Session: "s", Reason: fmt.Sprint(i)})
		}
	}
	return storetest.Log(1, bodies...)
}

// TestACrashCountsNothingTwice: whatever was held back when a process died, after the log was read again from the cursor
// the history is that of a store to which nothing happened. It dies after some transactions of a settling: runs that are
// over are written then, or all of them and a part of those that are not. It may be settled before the log has been read
// as far as the tables are.
func TestACrashCountsNothingTwice(t *testing.T) {
	records := overlapping(3000)
	want := &memory.Store{}
	for page := range slices.Chunk(records, 1000) {
		must(t, want.Take(page, page[len(page)-1].Seq))
	}
	partly := 0 // how often all runs that are over were in the tables, and some of those that are not
	for _, after := range []int{1, 9, 15, 16, 17} {
		path := filepath.Join(t.TempDir(), "curfew.db")
		s := open(t, path)
		s.Bound(20, 50)
		for n, at := 0, uint64(0); at < uint64(len(records)); n++ {
			page := records[at:min(at+1000, uint64(len(records)))]
			at = page[len(page)-1].Seq
			must(t, s.Take(page, at))
			switch n {
			case 6, 12, 19: // it dies
				if reached := dies(t, s, after); reached == at {
					partly++
				}
				s = open(t, path)
				s.Bound(20, 50)
				var err error
				at, err = s.Cursor()
				must(t, err)
			case 3, 7, 13:
				must(t, storetest.Settle(s))
			}
		}
		must(t, storetest.Settle(s))
		same(t, s, want)
	}
	if partly < 2 {
		t.Errorf("only %d times a part of the runs that are not over was written", partly)
	}
}

// dies closes a store after so many transactions of a settling.
func dies(t *testing.T, s *sqlite.Store, after int) (reached uint64) {
	t.Helper()
	for i := range after {
		more, err := s.Settle()
		must(t, err)
		if !more {
			t.Errorf("all is settled after %d transactions: there is nothing to lose", i+1)
		}
	}
	cursor, err := s.Cursor()
	must(t, err)
	reached, err = s.Reached()
	must(t, err)
	if reached <= cursor {
		t.Errorf("there is nothing in the tables that the cursor does not say")
	}
	must(t, s.Close())
	return reached
}

func same(t *testing.T, got *sqlite.Store, want recorder.Store) {
	t.Helper()
	all := func(s recorder.Store) (out []any) {
		runs, _, err := s.Query(t.Context(), recorder.Query{Limit: 9999})
		must(t, err)
		failing, err := s.Failing(t.Context(), "", 99)
		must(t, err)
		gates, err := s.Gates(t.Context(), 0)
		must(t, err)
		spend, err := s.Spend(t.Context(), 0)
		must(t, err)
		jobs, err := s.JobSpend(t.Context(), 0, 99)
		must(t, err)
		ends, upto, err := s.Ends(t.Context(), 0)
		must(t, err)
		slices.SortFunc(ends, func(a, b recorder.End) int { return int(a.At - b.At) })
		return []any{len(runs), runs, failing, gates, spend, jobs, ends, upto}
	}
	for i, w := range all(want) {
		if g := all(got)[i]; !reflect.DeepEqual(g, w) {
			t.Errorf("answer %d is\n%.600v\nwant\n%.600v", i, fmt.Sprint(g), fmt.Sprint(w))
		}
	}
}

// TestALateEndCountsOnce: an attempt that returns long after its run was cancelled has its cost counted and its end kept.
// The process dies when the run is in the tables, before the end was said or after it; then the log is read again, in
// one page that has both the run and the end of its attempt, or in several.
func TestALateEndCountsOnce(t *testing.T) {
	bodies := []messages.Body{
		storetest.Defined("j", messages.History{Runs: 999}),
		storetest.Queued("late", "j"), storetest.Started("late", 1, 1), storetest.Finished("late", "j", "cancelled", "cancelled"),
	}
	for i := range 100 {
		id := fmt.Sprint("r", i)
		bodies = append(bodies, storetest.Queued(id, "j"), storetest.Finished(id, "j", "succeeded", ""))
		bodies = append(bodies, storetest.Queued(fmt.Sprint("open", i), "j"))
	}
	bodies = append(bodies, messages.AttemptInterrupted{
		AttemptRef: storetest.Ref("late", 1, 1), Why: messages.InterruptCancelled, Called: true, Usage: &messages.Usage{Calls: 1, InputTokens: 2},
	})
	records := storetest.Log(1, bodies...)
	end := len(records) - 1
	want := &memory.Store{}
	must(t, want.Take(records, uint64(len(records))))
	for _, c := range []struct {
		name        string
		said, after int // how many records the process takes in that dies, and in how many transactions
	}{{"not said", end, 1}, {"in the tables", end + 1, 5}} {
		for _, page := range []int{len(records), end, 7} {
			t.Run(fmt.Sprint(c.name, ", pages of ", page), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "curfew.db")
				s := open(t, path)
				s.Bound(20, 20)
				must(t, s.Take(records[:end], uint64(end)))
				if _, err := s.Settle(); err != nil {
					t.Fatal(err)
				}
				must(t, s.Take(records[end:c.said], uint64(c.said)))
				reached := dies(t, s, c.after)
				if late := reached >= uint64(len(records)); reached < 4 || late != (c.said > end) {
					t.Fatalf("all up to record %d is in the tables, of %d", reached, len(records))
				}
				s = open(t, path)
				cursor, err := s.Cursor()
				must(t, err)
				if cursor > 1 {
					t.Fatalf("the cursor is at %d: the run is not read again", cursor)
				}
				for page := range slices.Chunk(records[cursor:], page) {
					must(t, s.Take(page, page[len(page)-1].Seq))
				}
				must(t, storetest.Settle(s))
				same(t, s, want)
			})
		}
	}
}
