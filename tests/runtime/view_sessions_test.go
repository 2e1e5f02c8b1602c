package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// TestShutSessions: however many sessions there are, one that is not open is among the first that people see, and not
// behind a limit because of its name.
func TestShutSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file strings.Builder
		file.WriteString("sessions:\n")
		for i := range contract.MaxStatus + 5 {
			fmt.Fprintf(&file, "  s%02d: {}\n", i)
		}
		file.WriteString("  z1: {backend: \"https://api.example.com/v1\"}\n  z2: {backend: \"https://api.example.com/v1\"}\n")
		file.WriteString("jobs:\n  - {name: asks, actor: agent, schedule: \"40 0 * * *\", session: z1, with: {}}\n")
		s := world.NewVirtual(t)
		s.Start(file.String())
		defer s.Stop()
		synctest.Wait()
		b := backend.New(s.Runtime)
		all, _, err := b.Sessions(t.Context(), contract.Page{Limit: contract.MaxLimit})
		if err != nil {
			t.Fatal(err)
		}
		shut := 0
		for _, one := range all {
			if one.State != "open" {
				shut++
			}
		}
		got, n, err := b.ShutSessions(t.Context(), 1)
		if err != nil || n != shut || len(got) != 1 || got[0].State != "closed" {
			t.Errorf("%d of %d: %v, %v", n, shut, got, err)
		}
		st, err := b.Status(t.Context())
		if err != nil || st.Counts.Sessions != len(all) || len(st.Sessions) != contract.MaxStatus {
			t.Fatalf("%d of %d sessions, %v", len(st.Sessions), st.Counts.Sessions, err)
		}
		var names []string
		for _, one := range st.Sessions {
			names = append(names, one.Name)
		}
		if said := strings.Join(names, " "); !strings.HasSuffix(said, " z1 z2") || !strings.HasPrefix(said, "s") && !strings.HasPrefix(said, "default") {
			t.Errorf("the status has %s", said)
		}
	})
}

// TestStatusSaysWhatHolds: a job that failed before its session closed, or before it was paused, is said to be held now, and
// so is a slot ahead that would not run as things are.
func TestStatusSaysWhatHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return errors.New("no paper") }
		s.Start(`
sessions: {default: {backend: "https://api.example.com/v1"}}
jobs:
  - {name: asks, actor: agent, schedule: "35 * * * *", with: {}, retry: {attempts: 1}}
  - {name: bad, actor: shell, schedule: "36 * * * *", with: {}, retry: {attempts: 1}}
  - {name: free, actor: shell, schedule: "37 0 * * *", with: {}, retry: {attempts: 1}}
`)
		defer s.Stop()
		s.SignIn(true)
		s.Until("2027-01-15T00:40:00Z")
		b := backend.New(s.Runtime)
		if _, err := b.Expire(t.Context(), "default", contract.Expire{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Pause(t.Context(), "bad"); err != nil {
			t.Fatal(err)
		}
		st, err := b.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range st.Failing {
			got = append(got, f.Job+" failed, "+words.HeldBy(f.Holds, f.Session))
		}
		for _, d := range st.Next {
			got = append(got, d.Job+" next, "+words.HeldBy(d.Holds, d.Session))
		}
		if want := []string{"asks failed, session default", "bad failed, a pause", "free failed, ", "asks next, session default", "free next, "}; !slices.Equal(got, want) {
			t.Errorf("the status says %q, want %q", got, want)
		}
	})
}

// TestSessionsAreOneLook: a list of many sessions does not look at the machine once for each: while the log's writer is
// busy, each look waits for it.
func TestSessionsAreOneLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file strings.Builder
		file.WriteString("sessions:\n")
		for i := range 50 {
			fmt.Fprintf(&file, "  s%02d: {}\n", i)
		}
		s := world.NewVirtual(t)
		s.Start(file.String() + "jobs:\n  - {name: asks, actor: shell, schedule: \"@yearly\", with: {}}\n")
		defer s.Stop()
		synctest.Wait()
		stop := make(chan struct{})
		var busy sync.WaitGroup
		for range 2 { // one of them is always there before the next look
			busy.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						_ = s.Runtime.View(t.Context(), func(*policy.Machine) { time.Sleep(time.Second) })
					}
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		items, _, err := backend.New(s.Runtime).Sessions(t.Context(), contract.Page{Limit: contract.MaxLimit})
		took := time.Since(began)
		close(stop)
		busy.Wait()
		if err != nil || len(items) < 50 || took > 5*time.Second {
			t.Errorf("%d sessions after %v: %v", len(items), took, err)
		}
		for _, one := range items {
			if !strings.Contains(one.SignIn, "with the tool") {
				t.Errorf("session %s: %q", one.Name, one.SignIn)
			}
		}
	})
}

// TestTooManyJobsSelected: an order cannot be about more jobs than its bound, and the refusal says both numbers.
func TestTooManyJobsSelected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file strings.Builder
		file.WriteString("jobs:\n")
		for i := range contract.MaxJobsOrder + 1 {
			tag := "some"
			if i == 0 {
				tag = "one"
			}
			fmt.Fprintf(&file, "  - {name: j%04d, actor: shell, schedule: \"@yearly\", with: {}, tags: [%s]}\n", i, tag)
		}
		s := world.NewVirtual(t)
		s.Start(file.String())
		defer s.Stop()
		synctest.Wait()
		b := backend.New(s.Runtime)
		got, err := b.JobsSelected(t.Context(), contract.JobFilter{})
		if want := fmt.Sprintf("%d jobs match, and an order can be about at most %d", contract.MaxJobsOrder+1, contract.MaxJobsOrder); got != nil ||
			err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d jobs, %v; want %s", len(got), err, want)
		}
		if got, err := b.JobsSelected(t.Context(), contract.JobFilter{Tag: "some"}); err != nil || len(got) != contract.MaxJobsOrder || got[0].Name != "j0001" {
			t.Errorf("%d jobs, %v", len(got), err)
		}
	})
}
