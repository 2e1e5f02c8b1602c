package runtime

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/actors/system/recorder"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// stuck is a history that takes nothing in while go is there.
type stuck struct {
	*history.Store
	until atomic.Pointer[chan struct{}]
}

func (s *stuck) Take(rs []messages.Record, upto uint64) error {
	if c := s.until.Load(); c != nil {
		<-*c
	}
	return s.Store.Take(rs, upto)
}

// TestHistoryIsFarBehind: runs that are not over are shown at once with what the machine knows, also one that the history has
// never heard of, and lists of jobs say that their last runs are older.
func TestHistoryIsFarBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const file = `jobs:
  - {name: early, actor: shell, schedule: '1 7 * * *', with: {}}
  - {name: late, actor: shell, schedule: '2 7 * * *', with: {}}
  - {name: other, actor: shell, schedule: '0 6 * * *', with: {}}
`
		h := world.NewVirtual(t)
		h.Act = func(ctx context.Context, a actors.Attempt) error {
			<-ctx.Done()
			return nil
		}
		store := &stuck{Store: &history.Store{}}
		var err error
		h.Runtime, err = engine.Start(t.Context(), engine.Options{
			Kinds: h.Kinds(), Config: h.Parsed(file), Journal: h.Open(), History: store,
			Tokens: filepath.Join(h.Data, "tokens.json"),
		})
		if err != nil {
			t.Fatal(err)
		}
		b := backend.New(h.Runtime)
		h.Until("2027-01-15T07:01:30Z")
		says := func() (list, show, page, details uint64) {
			t.Helper()
			all, err := b.Jobs(t.Context(), contract.JobQuery{Page: contract.Page{Limit: 10}})
			one, errJob := b.Job(t.Context(), "late")
			many, errPage := b.JobsPage(t.Context(), contract.JobsQuery{Limit: 10})
			head, errDetails := b.JobDetails(t.Context(), "late")
			if err := errors.Join(err, errJob, errPage, errDetails); err != nil {
				t.Fatal(err)
			}
			return known(all.HistoryBehind), known(one.HistoryBehind), known(many.HistoryBehind), known(head.HistoryBehind)
		}
		if list, show, page, details := says(); list+show+page+details != 0 {
			t.Errorf("of a history that keeps up it is said that it is behind: %d, %d, %d, %d", list, show, page, details)
		}
		open := make(chan struct{})
		store.until.Store(&open)
		h.Until("2027-01-15T07:02:30Z")
		for range recorder.MaxNear / 1000 {
			var facts []bus.Draft
			for range 512 {
				facts = append(facts, bus.Draft{Fact: messages.JobPaused{Job: "other"}}, bus.Draft{Fact: messages.JobResumed{Job: "other"}})
			}
			if _, err := h.Runtime.Log().Commit(t.Context(), facts...); err != nil {
				t.Fatal(err)
			}
		}
		if list, show, page, details := says(); list <= recorder.MaxNear || show != list || page != list || details != list {
			t.Errorf("how far the history is behind: %d by a list, %d by a job, and %d and %d by their pages", list, show, page, details)
		}
		began := time.Now()
		for _, job := range []string{"early", "late"} {
			var id messages.RunID
			err := h.Runtime.View(t.Context(), func(m *policy.Machine) {
				if v, _ := m.Job(job); len(v.Runs) > 0 {
					id = v.Runs[0].ID
				}
			})
			if err != nil || id == "" {
				t.Fatalf("%s has no run: %v", job, err)
			}
			run, err := b.Run(t.Context(), id)
			if err != nil || run.Job != job || run.Status != messages.StatusRunning || known(run.HistoryBehind) <= recorder.MaxNear || run.Slot.IsZero() {
				t.Errorf("%s: %+v, %v", job, run, err)
			}
			if wantAttempts := map[string]int{"early": 1}[job]; len(run.Attempts) != wantAttempts {
				t.Errorf("%s: the history knows %d attempts", job, len(run.Attempts))
			}
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("they are shown after %v", took)
		}
		store.until.Store(nil)
		close(open)
		h.Stop()
	})
}

// known is 0 for null.
func known(n *uint64) uint64 {
	if n == nil {
		return 0
	}
	return *n
}
