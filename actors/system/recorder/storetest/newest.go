package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"curfew/messages"
)

func newest(t *testing.T, s *stage) {
	list := func(each int, jobs ...string) string {
		t.Helper()
		found, err := s.store.Newest(t.Context(), jobs, each)
		s.must(err)
		var out []string
		for _, job := range jobs {
			var runs []string
			for _, m := range found[job] {
				runs = append(runs, fmt.Sprintf("%s %s %d-%d", m.ID, m.Status, m.StartedAt/1000, m.FinishedAt/1000))
			}
			out = append(out, job+": "+strings.Join(runs, ", "))
		}
		return strings.Join(out, "; ")
	}
	s.expect("nothing", list(20, "a"), "a: ")
	s.take(ran("a1", "a", "succeeded")...) // ends at 4 s
	s.take(ran("b1", "b", "failed")...)    // ends at 8 s
	s.take(Queued("a2", "a"), Queued("a3", "a"), messages.RunFinished{Run: "a3", Job: "a", Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: "a2"},
		Started("a2", 1, 1))
	s.expect("without a folded one", list(20, "a", "b", "none"), "a: a2 running 12-0, a1 succeeded 2-4; b: b1 failed 6-8; none: ")
	s.expect("one each", list(1, "b", "a"), "b: b1 failed 6-8; a: a2 running 12-0")
	s.expect("of nobody", list(20), "")
	for _, odd := range []string{`'; DROP TABLE run; --`, "a\x00b", "ä\xff"} {
		if _, err := s.store.Newest(t.Context(), []string{odd}, 1); err != nil {
			t.Errorf("%q: %v", odd, err)
		}
	}
}

func ends(t *testing.T, s *stage) {
	list := func(after uint64) (string, uint64) {
		t.Helper()
		found, upto, err := s.store.Ends(t.Context(), after)
		s.must(err)
		var out []string
		for _, e := range found {
			out = append(out, fmt.Sprintf("%s %d", e.Job, e.At/1000))
		}
		slices.Sort(out)
		return strings.Join(out, ", "), upto
	}
	expect := func(what string, after uint64, want string) (upto uint64) {
		t.Helper()
		got, upto := list(after)
		s.expect(what, got, want)
		return upto
	}
	expect("nothing", 0, "")
	s.take(ran("a1", "a", "succeeded")...)
	s.take(ran("b1", "b", "failed")...)
	at := expect("both", 0, "a 4, b 8")
	expect("nothing since", at, "")
	s.take(Queued("a2", "a"), messages.RunFinished{Run: "a2", Job: "a", Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: "a1"})
	expect("a folded run does not count", 0, "a 4, b 8")
	at = expect("whatever was said of it", at, "a 4")
	s.take(Queued("a3", "a"), Finished("a3", "a", "cancelled", "cancelled"), Queued("c1", "c"))
	expect("one since", at, "a 12")
	s.take(messages.JobRemoved{Job: "b"})
	expect("a removed job", 0, "a 12")
	s.must(s.store.Reset())
	if upto := expect("made anew", 1, ""); upto != 0 {
		t.Errorf("the cursor is %d, want 0", upto)
	}
}
