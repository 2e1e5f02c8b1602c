package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// failures lists the failing jobs of all pages.
func (s *stage) failures(limit int) string {
	s.t.Helper()
	var out []string
	for after := ""; ; {
		page, err := s.store.Failing(s.t.Context(), after, limit)
		s.must(err)
		for _, f := range page {
			out = append(out, showFailing(f))
			one, err := s.store.FailingJobs(s.t.Context(), []string{"none", f.Job})
			s.must(err)
			if len(one) != 1 || one[f.Job] != f {
				s.t.Errorf("asked by its name, job %s gives %v; in the list it is %v", f.Job, one, f)
			}
			after = f.Job
		}
		if len(page) < limit {
			break
		}
	}
	n, err := s.store.CountFailing(s.t.Context())
	s.must(err)
	if n != len(out) {
		s.t.Errorf("%d jobs fail by the count, %d by the list", n, len(out))
	}
	return strings.Join(out, " | ")
}

func showFailing(f recorder.Failing) string {
	least := ""
	if f.AtLeast {
		least = " at least"
	}
	return strings.TrimSpace(fmt.Sprintf("%s%s %d since %d, %s %s", f.Job, least, f.Runs, f.Since/1000, f.Run, f.Error))
}

// ran is a run from its beginning to its end, in four records.
func ran(id, job string, end messages.Status) []messages.Body {
	last := messages.Body(messages.AttemptSucceeded{AttemptRef: Ref(id, 1, 1)})
	if end == messages.StatusFailed {
		last = messages.AttemptFailed{AttemptRef: Ref(id, 1, 1), Class: messages.ClassTransient, Error: "no " + id}
	}
	return []messages.Body{Queued(id, job), Started(id, 1, 1), last, Finished(id, job, end, "")}
}

func failing(_ *testing.T, s *stage) {
	s.take(Defined("b", messages.History{}), Defined("a", messages.History{}), Defined("c", messages.History{})) // 1 to 3
	s.expect("no run", s.failures(9), "")
	s.take(ran("b1", "b", "failed")...) // 4 to 7
	s.take(ran("a1", "a", "failed")...) // 8 to 11
	s.take(ran("c1", "c", "succeeded")...)
	s.expect("first failures", s.failures(9), "a 1 since 11, a1 no a1 | b 1 since 7, b1 no b1")
	s.expect("in pages", s.failures(1), "a 1 since 11, a1 no a1 | b 1 since 7, b1 no b1")
	s.take(ran("b2", "b", "failed")...)
	s.take(ran("b3", "b", "cancelled")...)
	s.take(ran("b4", "b", "stale")...)
	s.take(Queued("b5", "b"))
	s.expect("twice, and what does not count", s.failures(9), "a 1 since 11, a1 no a1 | b 2 since 7, b2 no b2")
	s.take(ran("b6", "b", "succeeded")...)
	s.take(messages.JobRemoved{Job: "a"})
	s.expect("one has succeeded, one is gone", s.failures(9), "")
	s.take(Defined("a", messages.History{}))
	s.expect("it is back", s.failures(9), "a 1 since 11, a1 no a1")
	s.take(Finished("b5", "b", "failed", ""))
	s.expect("an older run fails after a newer one has succeeded", s.failures(9), "a 1 since 11, a1 no a1")
	s.take(Queued("a2", "a"), Queued("a3", "a"), Finished("a3", "a", "failed", ""), Finished("a2", "a", "succeeded", ""))
	s.expect("an older run succeeds after a newer one has failed", s.failures(9), "a 1 since "+fmt.Sprint(s.seq-2)+", a3")
}

// failingByRuns: whatever the order of ends, in whatever batches, the answer is that of the runs.
func failingByRuns(t *testing.T, s *stage) {
	rnd := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a fixed seed: the test is the same each time
	s.take(Defined("j", messages.History{Runs: 1000}))
	var open []string
	var batch []messages.Body
	for n := range 400 {
		if len(open) == 0 || rnd.IntN(2) == 0 {
			id := fmt.Sprint("r", n)
			open, batch = append(open, id), append(batch, Queued(id, "j"))
		} else {
			i := rnd.IntN(len(open))
			end := []messages.Status{"succeeded", "failed", "failed", "cancelled"}[rnd.IntN(4)]
			batch = append(batch, Finished(open[i], "j", end, ""))
			open = append(open[:i], open[i+1:]...)
		}
		if rnd.IntN(5) > 0 {
			continue
		}
		s.take(batch...)
		batch = nil
		runs, _, err := s.store.Query(t.Context(), recorder.Query{Job: "j", Limit: 1000})
		s.must(err)
		want := recorder.Failing{Job: "j"}
		for _, r := range runs {
			if r.Status == messages.StatusSucceeded {
				break
			}
			if r.Status != messages.StatusFailed {
				continue
			}
			if want.Runs == 0 {
				want.Run, want.Since = r.ID, r.FinishedAt
			}
			want.Runs, want.Since = want.Runs+1, min(want.Since, r.FinishedAt)
		}
		all, err := s.store.FailingJobs(t.Context(), []string{"j"})
		s.must(err)
		got, ok := all["j"]
		// When the first one ended is that of the run before all others, or of the one that ended before them.
		if ok != (want.Runs > 0) || ok && (got.Runs != want.Runs || got.Run != want.Run || got.Since < want.Since) {
			t.Fatalf("after %d steps: %s, %v; by the runs %s", n, showFailing(got), ok, showFailing(want))
		}
	}
}

// failingGap: a job that fails keeps its newest failure and the number of those before it, and after a gap it is said
// that there may be more.
func failingGap(_ *testing.T, s *stage) {
	s.take(Defined("j", messages.History{Runs: 2}), Defined("k", messages.History{}), Defined("gone", messages.History{}))
	for n := range 5 {
		s.take(ran(fmt.Sprint("f", n), "j", "failed")...)
	}
	for n := range 5 {
		s.take(ran(fmt.Sprint("c", n), "j", "cancelled")...)
	}
	s.take(ran("g", "gone", "failed")...)
	s.must(s.store.Forget(messages.At(time.Unix(1<<32, 0))))
	s.expect("forgotten failures count", s.failures(9), "gone 1 since 47, g no g | j 5 since 7, f4 no f4")
	s.must(s.store.Seed([]*messages.Kept{messages.Keep(messages.Definition{Job: "j"}), messages.Keep(messages.Definition{Job: "k"})}))
	s.must(s.store.Skip(100, nil))
	s.seq = 101
	s.take(ran("k1", "k", "failed")...)
	s.expect("beyond a gap", s.failures(9), "j at least 5 since 7, f4 no f4 | k at least 1 since 104, k1 no k1")
	s.take(ran("k2", "k", "succeeded")...)
	s.take(ran("k3", "k", "failed")...)
	s.expect("what comes after is certain", s.failures(9), "j at least 5 since 7, f4 no f4 | k 1 since 112, k3 no k3")
}
