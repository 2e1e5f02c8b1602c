package runtime

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/recorder"
	past "curfew/actors/system/recorder/sqlite"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// jammed is a run history that fails while on is set.
type jammed struct {
	recorder.Store
	on     atomic.Bool
	oldest atomic.Uint64 // record that was offered
}

func (j *jammed) Take(records []messages.Record, upto uint64) error {
	if len(records) > 0 {
		j.oldest.CompareAndSwap(0, records[0].Seq)
	}
	if j.on.Load() {
		return errors.New("database is locked")
	}
	return j.Store.Take(records, upto)
}

// remember gives the next start a run history.
func (h *keeping) remember() *jammed {
	h.T.Helper()
	s, err := past.Open(filepath.Join(h.Data, "curfew.db"), zap.NewNop())
	if err != nil {
		h.T.Fatal(err)
	}
	j := &jammed{Store: s}
	h.past = j
	return j
}

// listed returns how many runs of a job there are, and the id of the oldest.
func (h *keeping) listed(job string) (n int, oldest messages.RunID) {
	h.T.Helper()
	runs, err := backend.New(h.Runtime).Runs(h.T.Context(), contract.RunQuery{Page: contract.Page{Limit: contract.MaxLimit}, Job: job})
	if err != nil {
		h.T.Error(err)
		return 0, ""
	}
	return len(runs.Items), runs.Items[len(runs.Items)-1].ID
}

// TestHistoryInTrouble lets the run history fail for three days. Jobs go on and nothing is lost: retention keeps the
// records that the history has not taken in. A later start reads on from its cursor.
func TestHistoryInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &keeping{Virtual: world.NewVirtual(t)}
		h.Act = func(ctx context.Context, _ actors.Attempt) error { return world.Work(ctx, time.Second) }
		rec := h.remember()
		if h.start(); h.err != nil {
			t.Fatal(h.err)
		}
		h.Until("2027-01-15T12:00:30Z")
		before, _ := h.listed("beat")
		cursor, err := rec.Cursor()
		if err != nil || before == 0 || before > 70 { // each 10 minutes of half a day
			t.Errorf("%d runs, %v", before, err)
		}
		rec.on.Store(true)
		h.Until("2027-01-19T12:00:30Z")
		backend := backend.New(h.Runtime)
		if err := backend.Ready(t.Context()); err == nil ||
			!strings.Contains(err.Error(), "the run history cannot be kept since") {
			t.Errorf("ready: %v", err)
		}
		var p *contract.Error
		if _, err := backend.Runs(t.Context(), contract.RunQuery{Page: contract.Page{Limit: 1}}); !errors.As(err, &p) ||
			p.Kind != contract.KindUnavailable {
			t.Errorf("a list gives %v", err)
		}
		if _, err := backend.Pause(t.Context(), "held"); err != nil {
			t.Errorf("an order gives %v", err)
		}
		if _, first := h.snapshots(); first > cursor+1 {
			t.Errorf("the journal begins at %d, the history has come to %d", first, cursor)
		}
		rec.on.Store(false)
		h.Until("2027-01-19T12:02:30Z")
		if n, _ := h.listed("beat"); n != 200 || backend.Ready(t.Context()) != nil { // what a history holds by default
			t.Errorf("%d runs once it works again, ready: %v", n, backend.Ready(t.Context()))
		}
		if n := h.logs.FilterMessageSnippet("run history").Len(); n != 2 {
			t.Errorf("%d lines about it: %v", n, h.logs.All())
		}
		h.Until("2027-01-19T14:00:30Z")
		if _, first := h.snapshots(); first <= cursor+1 {
			t.Errorf("the journal still begins at %d", first)
		}
		n, oldest := h.listed("beat")
		last := h.Runtime.Log().Last()
		h.Stop()
		rec = h.remember()
		h.start()
		if m, id := h.listed("beat"); m != n || id != oldest || h.logs.Len() != 0 {
			t.Errorf("%d runs from %s on after a restart, %d from %s before; log %v", m, id, n, oldest, h.logs.All())
		}
		if low := rec.oldest.Load(); low <= last {
			t.Errorf("the recorder reads from record %d on; %d were taken in", low, last)
		}
		h.Stop()
	})
}

// TestListsSayWhatIsSoNow: a gate that closes holds a run without a record of it, so a list of runs asks the machine: of
// those that it shows, or of all, if it is to find those that are held.
func TestListsSayWhatIsSoNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(_ context.Context, _ actors.Attempt) error { return nil }
		s.Start(reloadHead + `
jobs:
  - {name: plain, actor: shell, schedule: "0 1 * * *", timezone: UTC, with: {}}
  - {name: one, actor: agent, schedule: "5 1 * * *", timezone: UTC, with: {}}
  - {name: two, actor: agent, schedule: "6 1 * * *", timezone: UTC, with: {}}
`)
		s.Until("2027-01-15T01:10:00Z")
		for _, tt := range []struct {
			q    contract.RunQuery
			want string
		}{
			{contract.RunQuery{}, "two held [session], one held [session], plain succeeded []"},
			{contract.RunQuery{Job: "one"}, "one held [session]"},
			{contract.RunQuery{Status: messages.StatusHeld}, "two held [session], one held [session]"},
			{contract.RunQuery{Status: messages.StatusQueued}, ""},
			{contract.RunQuery{Status: messages.StatusSucceeded}, "plain succeeded []"},
		} {
			tt.q.Limit = contract.MaxLimit
			list, err := backend.New(s.Runtime).Runs(t.Context(), tt.q)
			var got []string
			for _, r := range list.Items {
				got = append(got, fmt.Sprint(r.Job, " ", r.Status, " ", r.Holds))
			}
			if strings.Join(got, ", ") != tt.want || err != nil {
				t.Errorf("%+v: %v, %v; want %s", tt.q, got, err, tt.want)
			}
		}
		s.Stop()
	})
}

// TestListsHaveNoTraces: what an agent did is told of one run, and of no run of a list, also not of one that goes on.
func TestListsHaveNoTraces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var ref messages.AttemptRef
		s.Act = func(ctx context.Context, a actors.Attempt) error {
			ref = messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Number}
			<-ctx.Done()
			return ctx.Err()
		}
		s.Start("jobs:\n  - {name: plain, actor: shell, schedule: \"0 1 * * *\", retry: {attempts: 2, initial: 10m, max: 10m}, with: {}}\n")
		s.Until("2027-01-15T01:00:10Z")
		if _, err := s.Runtime.Commit(t.Context(), "", messages.AttemptFailed{
			AttemptRef: ref, Class: messages.ClassTransient, Trace: []messages.Step{{Kind: messages.StepMessage, Text: "hm"}},
		}); err != nil {
			t.Fatal(err)
		}
		b := backend.New(s.Runtime)
		list, err := b.Runs(t.Context(), contract.RunQuery{Page: contract.Page{Limit: 9}})
		if err != nil || len(list.Items) != 1 || list.Items[0].Status != messages.StatusBackingOff || list.Items[0].Attempts[0].Trace != nil {
			t.Errorf("the list: %+v, %v", list.Items, err)
		}
		if run, err := b.Run(t.Context(), ref.Run); err != nil || len(run.Attempts[0].Trace) != 1 {
			t.Errorf("the run: %+v, %v", run, err)
		}
		s.Stop()
	})
}
