package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/recorder"
	"curfew/messages"
)

// log numbers bodies as the bus does, one second apart.
func log(from uint64, bodies ...messages.Body) []messages.Record {
	out := make([]messages.Record, len(bodies))
	for i, b := range bodies {
		seq := from + uint64(i)
		out[i] = messages.Record{Seq: seq, At: messages.Instant(seq * 1000), Body: b}
	}
	return out
}

func queued(id, job string) messages.RunQueued {
	return messages.RunQueued{Run: messages.RunID(id), Job: job, Slot: 1000, FirstSlot: 1000, Trigger: messages.TriggerSchedule}
}

func started(id string, n int, gen uint64) messages.AttemptStarted {
	return messages.AttemptStarted{Run: messages.RunID(id), Job: "j", Attempt: n, Generation: gen}
}

func ref(id string, n int, inc uint64) messages.AttemptRef {
	return messages.AttemptRef{Run: messages.RunID(id), Job: "j", Attempt: n, Incarnation: inc}
}

func finished(id, job string, s messages.Status, why messages.FinishReason) messages.RunFinished {
	return messages.RunFinished{Run: messages.RunID(id), Job: job, Status: s, Reason: why}
}

func retry(id string) messages.Timer {
	return messages.Timer{Run: messages.RunID(id), Job: "j", Why: messages.WakeRetry, Due: 9000}
}

// show is a run in one line.
func show(r recorder.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.ID, r.Status)
	if r.Reason != "" {
		fmt.Fprintf(&b, "/%s", r.Reason)
	}
	if len(r.Holds) > 0 {
		fmt.Fprintf(&b, " %v", r.Holds)
	}
	fmt.Fprintf(&b, " slot=%d missed=%d", r.Slot/1000, r.Missed)
	for _, a := range r.Attempts {
		fmt.Fprintf(&b, " [%d i%d g%d %v %d-%d %s %s]", a.Number, a.Incarnation, a.Generation, a.Called, a.StartedAt/1000, a.FinishedAt/1000, a.Class, a.Error)
	}
	if r.Output != "" {
		fmt.Fprintf(&b, " %q", r.Output)
	}
	fmt.Fprintf(&b, " %d-%d", r.StartedAt/1000, r.FinishedAt/1000)
	return b.String()
}

func TestFold(t *testing.T) {
	fail := messages.AttemptFailed{AttemptRef: ref("r", 1, 7), Class: messages.ClassTransient, Error: "boom", Called: true, Generation: 2, Output: "half"}
	good := messages.AttemptSucceeded{AttemptRef: ref("r", 2, 8), Called: true, Output: "whole"}
	held := messages.RunHeld{Run: "r", Job: "j", Holds: []messages.Hold{messages.HoldSession}, Slot: 5000, FirstSlot: 1000, Missed: 4}
	tests := []struct {
		name   string
		bodies []messages.Body
		want   string
	}{
		{"queued", []messages.Body{}, "r queued slot=1 missed=0 0-0"},
		{"running", []messages.Body{started("r", 1, 2)}, "r running slot=1 missed=0 [1 i0 g2 false 2-0  ] 2-0"},
		{"backing off", []messages.Body{started("r", 1, 2), fail, messages.WakeScheduled{Timer: retry("r")}}, `r backing_off slot=1 missed=0 [1 i7 g2 true 2-3 transient boom] "half" 2-0`},
		{"backoff over", []messages.Body{started("r", 1, 2), fail, messages.WakeScheduled{Timer: retry("r")}, messages.Woke{Timer: retry("r")}}, `r queued slot=1 missed=0 [1 i7 g2 true 2-3 transient boom] "half" 2-0`},
		{"retry succeeds", []messages.Body{started("r", 1, 2), fail, started("r", 2, 2), good, finished("r", "j", "succeeded", "")}, `r succeeded slot=1 missed=0 [1 i7 g2 true 2-3 transient boom] [2 i8 g2 true 4-5  ] "whole" 2-6`},
		{"held and folded", []messages.Body{held}, "r held [session] slot=5 missed=4 0-0"},
		{"held, then runs", []messages.Body{held, started("r", 1, 3)}, "r running slot=5 missed=4 [1 i0 g3 false 3-0  ] 3-0"},
		{"holds lifted", []messages.Body{held, messages.RunHeld{Run: "r", Job: "j", Slot: 5000, FirstSlot: 1000, Missed: 4}}, "r queued slot=5 missed=4 0-0"},
		{"cancelled before its attempt returns", []messages.Body{started("r", 1, 2), finished("r", "j", "cancelled", "cancelled"), messages.AttemptInterrupted{AttemptRef: ref("r", 1, 7), Why: messages.InterruptCancelled, Called: true}}, "r cancelled/cancelled slot=1 missed=0 [1 i7 g2 true 2-4 interrupted cancelled] 2-3"},
		{"abandoned, returns late", []messages.Body{started("r", 1, 2), messages.AttemptAbandoned{AttemptRef: ref("r", 1, 7)}, messages.AttemptInterrupted{AttemptRef: ref("r", 1, 7), Why: messages.InterruptLate, Output: "late"}}, "r queued slot=1 missed=0 [1 i7 g2 true 2-3 interrupted abandoned: it did not return when it was told to stop] 2-0"},
		{"nothing after the end", []messages.Body{finished("r", "j", "stale", "stale_after"), held, started("r", 1, 2)}, "r stale/stale_after slot=1 missed=0 0-2"},
		{"somebody else's records", []messages.Body{started("x", 1, 2), finished("y", "j", "failed", "permanent"), messages.Woke{Timer: messages.Timer{Session: "default", Why: messages.WakeRelease}}}, "r queued slot=1 missed=0 0-0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var table recorder.Table
			records := log(1, append([]messages.Body{queued("r", "j")}, tt.bodies...)...)
			table.Apply(records...)
			table.Apply(records...) // twice is once
			run, ok := table.Get("r", nil)
			if !ok {
				t.Fatal("the run is not there")
			}
			if got := show(run); got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	var table recorder.Table
	seq := uint64(1)
	add := func(bodies ...messages.Body) {
		table.Apply(log(seq, bodies...)...)
		seq += uint64(len(bodies))
	}
	add(queued("rare-0", "rare"), finished("rare-0", "rare", "succeeded", ""), queued("open", "open"))
	for i := range 3 * recorder.MaxFinished {
		id := fmt.Sprintf("often-%d", i)
		add(queued(id, "often"), finished(id, "often", "succeeded", ""))
	}
	if want := recorder.MaxFinished + 2; table.Len() != want {
		t.Errorf("the table holds %d runs, want %d: the finished ones, the rare job's last and the open one", table.Len(), want)
	}
	for id, want := range map[messages.RunID]bool{"rare-0": true, "open": true, "often-0": false, "often-2999": true} {
		if _, ok := table.Get(id, nil); ok != want {
			t.Errorf("run %s there: %v, want %v", id, ok, want)
		}
	}
	add(queued("rare-1", "rare"))
	if _, ok := table.Get("rare-0", nil); ok {
		t.Error("the rare job has a newer run, its old one should have left")
	}
	add(finished("rare-1", "rare", "failed", "permanent"))
	if last, _ := table.LastRun("rare", nil); last.ID != "rare-1" {
		t.Errorf("last run of rare is %q", last.ID)
	}
	for n := 1; n <= recorder.MaxAttempts+5; n++ {
		add(started("open", n, 1), messages.AttemptInterrupted{AttemptRef: ref("open", n, uint64(n)), Why: messages.InterruptCrashed})
	}
	if run, _ := table.Get("open", nil); len(run.Attempts) != recorder.MaxAttempts || run.Attempts[0].Number != 6 {
		t.Errorf("%d attempts kept, the first is number %d", len(run.Attempts), run.Attempts[0].Number)
	}
}

func TestJobRemoved(t *testing.T) {
	var table recorder.Table
	table.Apply(log(1, queued("a", "j"), finished("a", "j", "cancelled", "job_removed"), messages.JobRemoved{Job: "j"})...)
	if _, ok := table.LastRun("j", nil); ok {
		t.Error("a job that is gone has a last run")
	}
	if _, ok := table.Get("a", nil); !ok {
		t.Error("its run should still be listed")
	}
}

func TestLastRunIsNotOneThatWasFoldedAway(t *testing.T) {
	var table recorder.Table
	folded := messages.RunFinished{Run: "b", Job: "j", Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: "a"}
	table.Apply(log(1, queued("a", "j"), queued("b", "j"), folded)...)
	if last, _ := table.LastRun("j", nil); last.ID != "a" {
		t.Errorf("last run is %q, want the one that took the other in", last.ID)
	}
	if b, _ := table.Get("b", nil); b.Status != messages.StatusSkipped || b.Reason != messages.FinishCoalesced {
		t.Errorf("the folded run is %s", show(b))
	}
}

func TestQuery(t *testing.T) {
	var table recorder.Table
	table.Apply(log(1,
		queued("a1", "a"), queued("b1", "b"), queued("a2", "a"), queued("b2", "b"), queued("a3", "a"),
		finished("a1", "a", "succeeded", ""), finished("b1", "b", "failed", "permanent"), finished("a2", "a", "succeeded", ""))...)
	live := func(id messages.RunID) (recorder.Live, bool) {
		return recorder.Live{Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession}}, id == "a3" || id == "a1"
	}
	tests := []struct {
		name string
		q    recorder.Query
		want string // pages, newest first
	}{
		{"all", recorder.Query{Limit: 50}, "a3 b2 a2 b1 a1"},
		{"in pages", recorder.Query{Limit: 2}, "a3 b2 | a2 b1 | a1"},
		{"full last page", recorder.Query{Limit: 5}, "a3 b2 a2 b1 a1"},
		{"of a job", recorder.Query{Job: "a", Limit: 1}, "a3 | a2 | a1"},
		{"of a status", recorder.Query{Status: "succeeded", Limit: 1}, "a2 | a1"},
		{"queued in the log", recorder.Query{Status: "queued", Limit: 50}, "a3 b2"},
		{"queued now", recorder.Query{Status: "queued", Limit: 50, Live: live}, "b2"},
		{"held now, finished ones left alone", recorder.Query{Status: "held", Limit: 50, Live: live}, "a3"},
		{"nothing", recorder.Query{Job: "none", Limit: 50}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pages []string
			for {
				runs, next, err := table.Query(tt.q)
				if err != nil {
					t.Fatal(err)
				}
				var ids []string
				for _, r := range runs {
					ids = append(ids, string(r.ID))
				}
				pages = append(pages, strings.Join(ids, " "))
				if tt.q.After = next; next == "" {
					break
				}
			}
			if got := strings.Join(pages, " | "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if _, _, err := table.Query(recorder.Query{Limit: 1, After: "!"}); !errors.Is(err, recorder.ErrCursor) {
		t.Errorf("a bad cursor gives %v", err)
	}
}

// script is a reader of fixed batches.
type script struct {
	batches [][]messages.Record
	err     error
	closed  bool
}

func (s *script) Next() ([]messages.Record, error) {
	if len(s.batches) == 0 {
		return nil, s.err
	}
	b := s.batches[0]
	s.batches = s.batches[1:]
	return b, nil
}

func (s *script) Close() { s.closed = true }

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var table recorder.Table
		records := log(1, queued("a", "j"), started("a", 1, 1), finished("a", "j", "succeeded", ""))
		reader := &script{batches: [][]messages.Record{records[:1], records[1:2]}}
		var wake func()
		done := make(chan error, 1)
		go func() {
			done <- table.Follow(ctx, func(w func()) recorder.Reader { wake = w; return reader })
		}()
		if err := table.Wait(ctx, 2); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		reader.batches = append(reader.batches, records[2:])
		wake()
		wake()
		if err := table.Wait(ctx, 3); err != nil {
			t.Fatal(err)
		}
		short, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		if err := table.Wait(short, 4); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for what never comes gives %v", err)
		}
		cancel()
		if err := <-done; err != nil || !reader.closed || table.Seq() != 3 {
			t.Errorf("follow ended with %v, reader closed %v, at %d", err, reader.closed, table.Seq())
		}
		broken := &script{err: errors.New("disk gone")}
		err := table.Follow(t.Context(), func(func()) recorder.Reader { return broken })
		if !errors.Is(err, broken.err) || !broken.closed {
			t.Errorf("a broken reader gives %v", err)
		}
	})
}

func TestAnswersAreCopies(t *testing.T) {
	var table recorder.Table
	table.Apply(log(1, queued("r", "j"), started("r", 1, 1))...)
	run, _ := table.Get("r", nil)
	run.Attempts[0].Number = 99
	again, _ := table.Get("r", nil)
	if !slices.ContainsFunc(again.Attempts, func(a recorder.Attempt) bool { return a.Number == 1 }) {
		t.Error("a caller changed the table")
	}
}
