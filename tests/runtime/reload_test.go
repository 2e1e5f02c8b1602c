package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/replay/invariant"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// reload writes a job file and lets the runtime read it.
func reload(s *world.Virtual, file string) contract.Reloaded {
	s.T.Helper()
	s.Write(file)
	got, err := backend.New(s.Runtime).Reload(s.T.Context())
	if err != nil {
		s.T.Fatal(err)
	}
	synctest.Wait()
	return got
}

// records returns the journal of a stopped runtime, and checks its invariants.
func records(s *world.Virtual) (all []messages.Record) {
	s.T.Helper()
	j := s.Open()
	err := bus.Scan(j, 1, func(r messages.Record) error { all = append(all, r); return nil })
	if err := errors.Join(err, j.Close()); err != nil {
		s.T.Fatal(err)
	}
	if found := invariant.Check(all); len(found) > 0 {
		s.T.Errorf("the journal: %v", found)
	}
	return all
}

const reloadHead = `
sessions:
  default: {backend: "https://api.example.com", sign_in: "https://app.example.com/login"}
`

// TestReload takes in a job file in the middle of things: what runs ends as it began, what is new has slots, what is
// gone is told to stop, and the answer says all of it.
func TestReload(t *testing.T) {
	const first = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "0 * * * *", with: {}}
  - {name: report, actor: shell, schedule: "0 1 * * *", timeout: 2h, with: {}}
  - {name: leaves, actor: shell, schedule: "0 1 * * *", with: {}}
lanes: {shell: 8}
`
	const second = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "0 * * * *", with: {}}
  - {name: report, actor: agent, schedule: "30 * * * *", timeout: 2h, with: {}}
  - {name: comes, actor: shell, schedule: "*/10 * * * *", with: {}}
lanes: {shell: 1}
notify: [desk]
targets: {desk: {file: ./desk.txt}}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var mu sync.Mutex
		ran := map[string]int{}
		s.Act = func(ctx context.Context, a actors.Attempt) error {
			mu.Lock()
			ran[a.Job]++
			mu.Unlock()
			if a.Job == "report" || a.Job == "leaves" {
				return world.Work(ctx, 20*time.Minute+time.Second) // not in the moment of a slot
			}
			return nil
		}
		s.Start(first)
		s.Until("2027-01-15T01:05:00Z")
		got := reload(s, second)
		want := contract.Reloaded{
			New: []string{"comes"}, Changed: []string{"report"}, Gone: []string{"leaves"}, Same: 1,
			Settings: []string{"lanes", "notify", "targets"},
		}
		if !slices.Equal(got.New, want.New) || !slices.Equal(got.Changed, want.Changed) || !slices.Equal(got.Gone, want.Gone) ||
			got.Same != 1 || !slices.Equal(got.Settings, want.Settings) || got.Seq == nil {
			t.Errorf("the reload: %+v", got)
		}
		if want := []contract.CancelledRuns{{Job: "leaves", Runs: 1}}; !slices.Equal(got.Cancelled, want) {
			t.Errorf("the reload cancelled %+v, want %+v", got.Cancelled, want)
		}
		again := reload(s, second)
		if again.Seq != nil || again.Same != 3 || len(again.Settings) > 0 {
			t.Errorf("the same file again: %+v", again)
		}
		s.Until("2027-01-15T01:26:00Z")
		if run := lastRun(s, "report"); run.Status != messages.StatusSucceeded {
			t.Errorf("the run that had begun as a shell job is %s", run.Status)
		}
		s.Until("2027-01-15T01:31:00Z")
		if run := lastRun(s, "report"); run.Status != messages.StatusHeld {
			t.Errorf("as an agent of a session that nobody has signed in to it is %s", run.Status)
		}
		mu.Lock()
		if ran["comes"] != 2 { // the only place in its lane was the report's until 01:20

			t.Errorf("the new job ran %d times", ran["comes"])
		}
		mu.Unlock()
		if names := fmt.Sprint(s.Runtime.Targets()); !strings.Contains(names, "desk") {
			t.Errorf("the targets are %v", names)
		}
		s.Stop()
		stopped := false
		for _, r := range records(s) {
			f, ok := r.Body.(messages.AttemptInterrupted)
			stopped = stopped || ok && f.Job == "leaves" && f.Why == messages.InterruptCancelled
		}
		if !stopped {
			t.Error("the attempt of the job that is gone was not told to stop")
		}
	})
}

// TestBrokenReload: a file that is not valid, or not there, changes nothing at all.
func TestBrokenReload(t *testing.T) {
	const good = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "*/5 * * * *", with: {}}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var ran atomic.Int32
		s.Act = func(context.Context, actors.Attempt) error { ran.Add(1); return nil }
		s.Start(good)
		s.Until("2027-01-15T01:02:00Z")
		last := s.Runtime.Log().Last()
		s.Write(reloadHead + `
jobs:
  - {name: other, actor: shell, schedule: "*/5 * * * *", with: {}}
  - {name: kept, actor: shell, schedule: "61 * * * *", with: {}}
lanes: {shell: 0}
`)
		_, err := backend.New(s.Runtime).Reload(t.Context())
		var refused *contract.Error
		if !errors.As(err, &refused) || refused.Kind != contract.KindRefused || len(refused.Faults) != 2 ||
			!strings.HasPrefix(refused.Faults[0].Location, "jobs.yaml:7:") {
			t.Fatalf("a broken file: %+v", err)
		}
		if now := s.Runtime.Log().Last(); now != last {
			t.Errorf("it made %d records", now-last)
		}
		s.Until("2027-01-15T01:06:00Z")
		if run := lastRun(s, "kept"); run.Status != messages.StatusSucceeded || ran.Load() != 7 {
			t.Errorf("the job is %s after %d runs", run.Status, ran.Load())
		}
		s.Stop()
		records(s)
	})
}

// TestReloadUnderLoad reloads good and broken files, from several places at once, while runs start and end each second.
// No slot is lost, no run is disturbed, and a drain ends it in order.
func TestReloadUnderLoad(t *testing.T) {
	file := func(lane, more int) string {
		text := reloadHead + "jobs:\n"
		for i := range 20 {
			text += fmt.Sprintf("  - {name: j%02d, actor: shell, schedule: every 5s, timeout: 1m, overlap: queue_all, with: {}}\n", i)
		}
		for i := range more {
			text += fmt.Sprintf("  - {name: m%02d, actor: shell, schedule: every 7s, with: {}}\n", i)
		}
		return text + fmt.Sprintf("lanes: {shell: %d}\n", lane)
	}
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(ctx context.Context, _ actors.Attempt) error { return world.Work(ctx, 700*time.Millisecond) }
		s.Start(file(30, 0))
		for round := range 60 {
			time.Sleep(500 * time.Millisecond)
			if round%3 == 0 {
				s.Write("jobs: [broken")
			} else {
				s.Write(file(10+round%21, round%7))
			}
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					_, err := s.Runtime.Reload(t.Context())
					var invalid *config.Invalid
					if (err != nil) != (round%3 == 0) || err != nil && !errors.As(err, &invalid) {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			both.Wait()
		}
		s.Write(file(30, 0))
		go s.Runtime.Reload(t.Context()) //nolint:errcheck // in the middle of a drain it may be refused
		drain(s, time.Minute)
		if _, err := s.Runtime.Reload(t.Context()); !errors.Is(err, engine.ErrStopping) {
			t.Errorf("a reload after the drain: %v", err)
		}
		all := records(s)
		lost := map[string]int{}
		for _, r := range all {
			switch b := r.Body.(type) {
			case messages.SlotsDue:
				for _, slot := range b.Slots {
					lost[slot.Job+slot.Slot.String()]++
				}
			case messages.RunQueued:
				delete(lost, b.Job+b.Slot.String())
			case messages.AttemptInterrupted:
				if strings.HasPrefix(b.Job, "j") {
					t.Errorf("an attempt of %s was interrupted: %s", b.Job, b.Why)
				}
			}
		}
		for slot := range lost {
			if strings.HasPrefix(slot, "j") {
				t.Errorf("the slot %s is lost", slot)
			}
		}
	})
}

// TestReloadThatCrashes kills the process in the middle of a reload: the next start reads the file, and ends where the
// reload would have ended.
func TestReloadThatCrashes(t *testing.T) {
	const first = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "*/10 * * * *", with: {}}
  - {name: leaves, actor: shell, schedule: "*/10 * * * *", with: {}}
`
	const second = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "*/10 * * * *", with: {}}
  - {name: comes, actor: shell, schedule: "*/10 * * * *", with: {}}
lanes: {shell: 1}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(first)
		s.Until("2027-01-15T00:41:00Z")
		s.Disk.Dead.Store(true)
		s.Write(second)
		if _, err := s.Runtime.Reload(t.Context()); err == nil {
			t.Error("a reload that cannot be recorded has succeeded")
		}
		s.Crash()
		s.Start(second)
		s.Until("2027-01-15T00:51:00Z")
		jobs, err := backend.New(s.Runtime).Jobs(t.Context(), contract.JobQuery{Page: contract.Page{Limit: 10}})
		if err != nil || len(jobs.Items) != 2 || jobs.Items[0].Name != "comes" || jobs.Items[1].Name != "kept" {
			t.Errorf("the jobs are %v, %v", jobs.Items, err)
		}
		if run := lastRun(s, "comes"); run.Status != messages.StatusSucceeded {
			t.Errorf("the new job is %s", run.Status)
		}
		s.Stop()
		records(s)
	})
}
