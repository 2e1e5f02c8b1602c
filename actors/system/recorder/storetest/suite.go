// Package storetest holds every store of runs to the same behaviour.
package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Run tests the stores that open makes: each is empty, and closed by the suite.
func Run(t *testing.T, open func(t *testing.T) recorder.Store) {
	for name, test := range map[string]func(*testing.T, *stage){
		"fold": folds, "queries": queries, "a list that grows": growing, "times": times, "last runs": lastRuns, "newest": newest, "ends": ends, "copies": copies, "chains": chains, "traces": traces,
		"kept runs": kept, "kept attempts": attempts, "age": ages, "removed jobs": removed, "cursor": cursor, "skip": skips, "reset": resets,
		"failing": failing, "failing, random": failingByRuns, "failing beyond a gap": failingGap, "marks": marks, "gates": gates,
		"gates are bounded": manyGates, "spend": spends, "spend is forgotten": oldSpend,
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{t: t, store: open(t), seq: 1}
			t.Cleanup(func() {
				if err := s.store.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, s)
		})
	}
}

// stage is a store and the log that it has taken in.
type stage struct {
	t     *testing.T
	store recorder.Store
	seq   uint64 // of the next record
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) take(bodies ...messages.Body) {
	s.t.Helper()
	s.must(s.store.Take(Log(s.seq, bodies...), s.seq+uint64(len(bodies))-1))
	s.must(Settle(s.store))
	s.seq += uint64(len(bodies))
}

func (s *stage) get(id messages.RunID) (recorder.Run, bool) {
	s.t.Helper()
	r, ok, err := s.store.Get(s.t.Context(), id)
	s.must(err)
	return r, ok
}

// pages lists the ids of all pages, newest first.
func (s *stage) pages(q recorder.Query) string {
	s.t.Helper()
	var pages []string
	for {
		runs, next, err := s.store.Query(s.t.Context(), q)
		s.must(err)
		var ids []string
		for _, r := range runs {
			ids = append(ids, string(r.ID))
		}
		pages = append(pages, strings.Join(ids, " "))
		if q.After = next; next == "" {
			return strings.Join(pages, " | ")
		}
	}
}

func (s *stage) expect(what, got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

func folds(t *testing.T, s *stage) {
	fail := messages.AttemptFailed{AttemptRef: Ref("r", 1, 7), Class: messages.ClassTransient, Error: "boom", Called: true, Generation: 2, Output: "half"}
	good := messages.AttemptSucceeded{AttemptRef: Ref("r", 2, 8), Called: true, Output: "whole"}
	held := messages.RunHeld{Run: "r", Job: "j", Holds: []messages.Hold{messages.HoldSession}, Slot: 5000, FirstSlot: 1000, Missed: 4}
	lifted := messages.RunHeld{Run: "r", Job: "j", Slot: 5000, FirstSlot: 1000, Missed: 4}
	late := messages.AttemptInterrupted{AttemptRef: Ref("r", 1, 7), Why: messages.InterruptLate, Output: "late"}
	cancelled := messages.AttemptInterrupted{AttemptRef: Ref("r", 1, 7), Why: messages.InterruptCancelled, Called: true}
	abandoned := messages.AttemptAbandoned{AttemptRef: Ref("r", 1, 7)}
	wait, woke := messages.WakeScheduled{Timer: retry("r")}, messages.Woke{Timer: retry("r")}
	const half = `[1 i7 g2 true 2-3 transient boom]`
	tests := []struct {
		name   string
		bodies []messages.Body
		want   string
	}{
		{"queued", []messages.Body{}, "r queued slot=1 missed=0 0-0"},
		{"running", []messages.Body{Started("r", 1, 2)}, "r running slot=1 missed=0 [1 i0 g2 false 2-0  ] 2-0"},
		{"backing off", []messages.Body{Started("r", 1, 2), fail, wait}, `r backing_off slot=1 missed=0 ` + half + ` "half" 2-0`},
		{"backoff over", []messages.Body{Started("r", 1, 2), fail, wait, woke}, `r queued slot=1 missed=0 ` + half + ` "half" 2-0`},
		{"retry succeeds", []messages.Body{Started("r", 1, 2), fail, Started("r", 2, 2), good, Finished("r", "j", "succeeded", "")}, `r succeeded slot=1 missed=0 ` + half + ` [2 i8 g2 true 4-5  ] "whole" 2-6`},
		{"held and folded", []messages.Body{held}, "r held [session] slot=5 missed=4 0-0"},
		{"held, then runs", []messages.Body{held, Started("r", 1, 3)}, "r running slot=5 missed=4 [1 i0 g3 false 3-0  ] 3-0"},
		{"holds lifted", []messages.Body{held, lifted}, "r queued slot=5 missed=4 0-0"},
		{"cancelled before its attempt returns", []messages.Body{Started("r", 1, 2), Finished("r", "j", "cancelled", "cancelled"), cancelled}, "r cancelled/cancelled slot=1 missed=0 [1 i7 g2 true 2-4 interrupted cancelled] 2-3"},
		{"abandoned, returns late", []messages.Body{Started("r", 1, 2), abandoned, late}, "r queued slot=1 missed=0 [1 i7 g2 true 2-3 interrupted abandoned: it did not return when it was told to stop] 2-0"},
		{"nothing after the end", []messages.Body{Finished("r", "j", "stale", "stale_after"), held, Started("r", 1, 2)}, "r stale/stale_after slot=1 missed=0 0-2"},
		{"somebody else's records", []messages.Body{Started("x", 1, 2), Finished("y", "j", "failed", "permanent"), messages.Woke{Timer: messages.Timer{Session: "default", Why: messages.WakeRelease}}}, "r queued slot=1 missed=0 0-0"},
	}
	for _, tt := range tests {
		for _, one := range []bool{false, true} { // at once, and record by record
			s.must(s.store.Reset())
			records := Log(1, append([]messages.Body{Queued("r", "j")}, tt.bodies...)...)
			for i := range records {
				if one {
					s.must(s.store.Take(records[i:i+1], records[i].Seq))
				}
			}
			s.must(s.store.Take(records, uint64(len(records))))
			s.must(s.store.Take(records, uint64(len(records)))) // twice is once
			s.must(Settle(s.store))
			run, ok := s.get("r")
			if !ok {
				t.Errorf("%s: the run is not there", tt.name)
			}
			s.expect(tt.name, show(run), tt.want)
		}
	}
}

func queries(t *testing.T, s *stage) {
	s.take(Queued("a1", "a"), Queued("b1", "b"), Queued("a2", "a"), Queued("b2", "b"), Queued("a3", "a"),
		Finished("a1", "a", "succeeded", ""), Finished("b1", "b", "failed", "permanent"), Finished("a2", "a", "succeeded", ""))
	live := func(id messages.RunID) (recorder.Live, bool) {
		return recorder.Live{Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession}}, id == "a3" || id == "a1"
	}
	for _, tt := range []struct {
		name string
		q    recorder.Query
		want string
	}{
		{"all", recorder.Query{Limit: 50}, "a3 b2 a2 b1 a1"},
		{"in pages", recorder.Query{Limit: 2}, "a3 b2 | a2 b1 | a1"},
		{"full last page", recorder.Query{Limit: 5}, "a3 b2 a2 b1 a1"},
		{"of a job", recorder.Query{Job: "a", Limit: 1}, "a3 | a2 | a1"},
		{"of a status", recorder.Query{Status: "succeeded", Limit: 1}, "a2 | a1"},
		{"of a job and a status", recorder.Query{Job: "b", Status: "failed", Limit: 50}, "b1"},
		{"queued in the log", recorder.Query{Status: "queued", Limit: 50}, "a3 b2"},
		{"queued now", recorder.Query{Status: "queued", Limit: 50, Live: live}, "b2"},
		{"held now, finished ones left alone", recorder.Query{Status: "held", Limit: 50, Live: live}, "a3"},
		{"nothing", recorder.Query{Job: "none", Limit: 50}, ""},
	} {
		s.expect(tt.name, s.pages(tt.q), tt.want)
	}
	if _, _, err := s.store.Query(s.t.Context(), recorder.Query{Limit: 1, After: "!"}); !errors.Is(err, recorder.ErrCursor) {
		t.Errorf("a bad cursor gives %v", err)
	}
}

// growing: who pages through a list sees every run that was there at the beginning once, whatever comes and goes.
func growing(t *testing.T, s *stage) {
	for i := range 10 {
		s.take(Queued(fmt.Sprint("r", i), "j"))
	}
	q := recorder.Query{Limit: 3}
	var got []string
	for n := 0; ; n++ {
		runs, next, err := s.store.Query(s.t.Context(), q)
		s.must(err)
		for _, r := range runs {
			got = append(got, string(r.ID))
		}
		if q.After = next; next == "" {
			break
		}
		s.take(Queued(fmt.Sprint("new", n), "j"), Finished(fmt.Sprint("r", 9-n), "j", "succeeded", ""))
	}
	s.expect("ids", strings.Join(got, " "), "r9 r8 r7 r6 r5 r4 r3 r2 r1 r0")
}

func times(_ *testing.T, s *stage) {
	s.take(Queued("a", "j"), Queued("b", "j"), Queued("c", "j"), Queued("d", "j"))
	s.expect("since", s.pages(recorder.Query{Since: 2000, Limit: 9}), "d c b")
	s.expect("until", s.pages(recorder.Query{Until: 3000, Limit: 9}), "b a")
	s.expect("both", s.pages(recorder.Query{Since: 2000, Until: 4000, Limit: 1}), "c | b")
}

func lastRuns(t *testing.T, s *stage) {
	folded := messages.RunFinished{Run: "b", Job: "j", Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: "a"}
	s.take(Queued("a", "j"), Queued("b", "j"), folded)
	s.take(Queued("c", "k"), Queued("d", "k"))
	last, err := s.store.LastRuns(s.t.Context(), []string{"k", "none", "j"})
	s.must(err)
	if len(last) != 2 || last["j"].ID != "a" || last["k"].ID != "d" {
		t.Errorf("last runs are %v, want of j the one that took the other in, of k the newest, and none of others", last)
	}
}

func copies(t *testing.T, s *stage) {
	s.take(Queued("r", "j"), Started("r", 1, 1))
	run, _ := s.get("r")
	run.Attempts[0].Number = 99
	if again, _ := s.get("r"); again.Attempts[0].Number != 1 {
		t.Error("a caller changed the store")
	}
}

// chains: a run knows the run whose end made its newest slot, also in lists, and keeps it while it is held for something
// else.
func chains(t *testing.T, s *stage) {
	first := &messages.Followed{Job: "before", Run: "p", Status: messages.StatusSucceeded, Depth: 1}
	second := &messages.Followed{Job: "before", Run: "q", Status: messages.StatusFailed, Depth: 1}
	follows := Queued("r", "j")
	follows.After = first
	s.take(follows, Queued("alone", "j"))
	held := messages.RunHeld{Run: "r", Job: "j", Holds: []messages.Hold{messages.HoldPaused}, Slot: 5000, FirstSlot: 1000, Missed: 1}
	for i, want := range []*messages.Followed{first, second, second} {
		if held.After = nil; i == 1 {
			held.After = second
		}
		if i > 0 {
			s.take(held)
		}
		run, _ := s.get("r")
		list, _, err := s.store.Query(t.Context(), recorder.Query{Limit: 9})
		s.must(err)
		for _, got := range []*messages.Followed{run.After, list[1].After} {
			if got == nil || *got != *want {
				t.Errorf("step %d: it follows %v, want %v", i, got, want)
			}
		}
		if list[0].After != nil {
			t.Errorf("a run that follows none follows %v", list[0].After)
		}
	}
}

func kept(t *testing.T, s *stage) {
	s.take(Defined("often", messages.History{Runs: 3}), Queued("rare-0", "rare"), Finished("rare-0", "rare", "succeeded", ""), Queued("open", "often"))
	for i := range 20 {
		id := fmt.Sprint("often-", i)
		s.take(Queued(id, "often"), Finished(id, "often", "succeeded", ""))
	}
	s.expect("kept", s.pages(recorder.Query{Job: "often", Limit: 99}), "often-19 often-18 often-17 open")
	s.take(Defined("often", messages.History{Runs: 1}))
	s.expect("kept under a tighter history", s.pages(recorder.Query{Job: "often", Limit: 99}), "often-19 open")
	if _, ok := s.get("rare-0"); !ok {
		t.Error("another job's run is gone")
	}
}

func attempts(t *testing.T, s *stage) {
	s.take(Queued("r", "j"))
	for n := 1; n <= recorder.MaxAttempts+5; n++ {
		s.take(Started("r", n, 1), messages.AttemptInterrupted{AttemptRef: Ref("r", n, uint64(n)), Why: messages.InterruptCrashed})
	}
	if run, _ := s.get("r"); len(run.Attempts) != recorder.MaxAttempts || run.Attempts[0].Number != 6 {
		t.Errorf("%d attempts kept, the first is number %d", len(run.Attempts), run.Attempts[0].Number)
	}
	s.take(messages.AttemptInterrupted{AttemptRef: Ref("r", recorder.MaxAttempts+5, 1), Output: "unheard"}, Started("r", 999, 1),
		messages.AttemptSucceeded{AttemptRef: Ref("r", 999, 1), Output: strings.Repeat("x", messages.MaxOutput) + "end"})
	if run, _ := s.get("r"); len(run.Output) != messages.MaxOutput || !strings.HasSuffix(run.Output, "xend") {
		t.Errorf("%d bytes of output kept", len(run.Output))
	}
}

// traces pins what is kept of what attempts did, and that one run is shown with it, and lists without.
func traces(t *testing.T, s *stage) {
	said := func(text string) []messages.Step {
		return []messages.Step{{Kind: messages.StepMessage, Role: "assistant", Text: text}}
	}
	spent := &messages.Usage{Calls: 2, InputTokens: 30, OutputTokens: 4}
	left := &messages.Left{Count: 1, Kept: true, Processes: []messages.Process{{PID: 7, Name: "sleep"}}}
	s.take(Queued("r", "j"), Started("r", 1, 1),
		messages.AttemptInterrupted{AttemptRef: Ref("r", 1, 1), Why: messages.InterruptCancelled, Usage: spent, Trace: said("interrupted"), Left: left},
		Started("r", 2, 1), messages.AttemptFailed{AttemptRef: Ref("r", 2, 1), Class: messages.ClassTransient, Trace: said("failed"), Left: left},
		Started("r", 3, 1), messages.AttemptFailed{AttemptRef: Ref("r", 3, 1), Class: messages.ClassTransient})
	for n := 4; n <= recorder.MaxTraces+3; n++ {
		s.take(Started("r", n, 1), messages.AttemptSucceeded{AttemptRef: Ref("r", n, 1), Output: "said", Trace: said(fmt.Sprint("number ", n)), Left: left})
	}
	run, _ := s.get("r")
	if u := run.Attempts[0].Usage; u == nil || *u != *spent || run.Attempts[1].Usage != nil {
		t.Errorf("the first attempts cost %v and %v", u, run.Attempts[1].Usage)
	}
	for i, a := range run.Attempts {
		if (a.Left == nil) != (i == 2) || a.Left != nil && a.Left.String() != left.String() {
			t.Errorf("attempt %d left %v", a.Number, a.Left)
		}
	}
	if len(run.Traces) != recorder.MaxTraces || run.Traces[1] != nil || run.Traces[2] != nil || run.Traces[recorder.MaxTraces+3][0].Text != "number 7" {
		t.Errorf("traces are %v; want the newest %d", run.Traces, recorder.MaxTraces)
	}
	list, _, err := s.store.Query(t.Context(), recorder.Query{Limit: 9})
	s.must(err)
	lastRuns, err := s.store.LastRuns(t.Context(), []string{"j"})
	s.must(err)
	last := lastRuns["j"]
	short, _, err := s.store.Query(t.Context(), recorder.Query{Limit: 9, Brief: true})
	s.must(err)
	if len(short) != 1 || short[0].Output != "" || len(short[0].Attempts) != len(list[0].Attempts) {
		t.Errorf("a list in brief has %v", short)
	}
	if len(list) != 1 || list[0].Traces != nil || last.Traces != nil || list[0].Attempts[0].Usage == nil {
		t.Errorf("a list has %v, the last run %v; want usage, and no traces", list, last)
	}
}

func ages(_ *testing.T, s *stage) {
	s.take(Defined("j", messages.History{Runs: 100, Age: messages.Duration(time.Minute)}),
		Queued("a", "j"), Finished("a", "j", "succeeded", ""), Queued("open", "j"), Queued("b", "j"), Finished("b", "j", "succeeded", ""),
		Queued("c", "j"), Finished("c", "j", "succeeded", ""))
	forget := func(at messages.Instant) {
		s.must(s.store.Forget(at))
		s.must(s.store.Forget(at)) // it comes round again
	}
	forget(62_000)
	s.expect("young", s.pages(recorder.Query{Limit: 9}), "c b open a")
	forget(64_000) // a ended at 3 s
	s.expect("one is too old", s.pages(recorder.Query{Limit: 9}), "c b open")
	forget(1 << 40)
	s.expect("the last run and the open one stay", s.pages(recorder.Query{Limit: 9}), "c open")
}

func removed(_ *testing.T, s *stage) {
	s.take(Defined("j", messages.History{}), Queued("a", "j"), Finished("a", "j", "cancelled", "job_removed"), messages.JobRemoved{Job: "j"})
	s.expect("just removed", s.pages(recorder.Query{Limit: 9}), "a")
	s.must(s.store.Forget(1 << 50))
	s.expect("long ago", s.pages(recorder.Query{Limit: 9}), "")
}

func cursor(t *testing.T, s *stage) {
	at := func(want uint64) {
		t.Helper()
		if got, err := s.store.Cursor(); got != want || err != nil {
			t.Errorf("cursor is %d, %v; want %d", got, err, want)
		}
	}
	at(0)
	s.take(Queued("a", "j"))
	at(1)
	s.must(s.store.Take(nil, 1000))
	s.must(Settle(s.store))
	at(1000)
	s.must(s.store.Take(Log(5, Queued("old", "j")), 5))
	s.must(Settle(s.store))
	at(1000)
	if _, ok := s.get("old"); ok {
		t.Error("a record before the cursor was taken in")
	}
}

func skips(t *testing.T, s *stage) {
	s.take(Queued("done", "j"), Finished("done", "j", "succeeded", ""), Queued("lost", "j"), Queued("waits", "j"))
	s.must(s.store.Seed([]*messages.Kept{messages.Keep(messages.Definition{Job: "j", History: messages.History{Runs: 1}})}))
	s.must(s.store.Skip(100, map[messages.RunID]bool{"waits": true}))
	s.expect("known", s.pages(recorder.Query{Limit: 9}), "waits done")
	if got, err := s.store.Cursor(); got != 100 || err != nil {
		t.Errorf("cursor is %d, %v", got, err)
	}
	s.seq = 101
	s.take(Finished("waits", "j", "succeeded", ""))
	s.expect("goes on", s.pages(recorder.Query{Limit: 9}), "waits")
}

func resets(_ *testing.T, s *stage) {
	s.take(Queued("a", "j"))
	s.must(s.store.Reset())
	s.expect("empty", s.pages(recorder.Query{Limit: 9}), "")
	s.seq = 1
	s.take(Queued("b", "j"))
	s.expect("begun anew", s.pages(recorder.Query{Limit: 9}), "b")
}
