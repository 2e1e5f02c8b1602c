package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// slowDisk is a journal whose next append takes as long as it is told, once.
type slowDisk struct {
	bus.Journal
	next atomic.Int64 // nanoseconds
}

var _ bus.Stager = (*slowDisk)(nil)

// Stage leaves everything to Append.
func (d *slowDisk) Stage(rs []messages.Record) (write func() error, err error) {
	return func() error {
		time.Sleep(time.Duration(d.next.Swap(0)))
		return d.Append(rs)
	}, nil
}

// reloadTakes is longer than a reload waits for the log.
const reloadTakes = 25 * time.Second

// TestReloadAgain: a reload has no answer, for the disk was busy for longer than it waits. Some of it is recorded in the
// end, and some is not: more jobs than are handed to the log at once come before the settings, and before the job of a
// session that only those settings have. The same reload again completes it, as the next start would: also the parts that
// no record tells.
func TestReloadAgain(t *testing.T) {
	const first = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "0 5 * * *", with: {}}
`
	for name, fillers := range map[string]int{"all was recorded": 1, "some was recorded": 1 << 13} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			token, shown := filepath.Join(folder, "token"), filepath.Join(folder, "signed-in")
			if err := os.WriteFile(token, []byte("planted-token-1"), 0o600); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			fmt.Fprintf(&b, `
sessions:
  default: {backend: "https://api.example.com", sign_in: "https://app.example.com/login"}
  ada: {backend: "https://api.example.com", token_file: %q}
  cli: {signed_in_when: {file: %q}}
lanes: {shell: 1}
jobs:
  - {name: kept, actor: shell, schedule: "0 5 * * *", with: {}}
  - {name: hers, actor: agent, schedule: "0 5 * * *", session: ada, with: {}}
`, token, shown)
			for i := range fillers {
				fmt.Fprintf(&b, "  - {name: filler-%d, actor: shell, schedule: \"0 5 * * *\", with: {}}\n", i)
			}
			synctest.Test(t, func(t *testing.T) {
				s := world.NewVirtual(t)
				s.Act = func(context.Context, actors.Attempt) error { return nil }
				disk := &slowDisk{}
				s.Wrap = func(j bus.Journal) bus.Journal { disk.Journal = j; return disk }
				s.Start(first)
				s.Write(b.String())
				disk.next.Store(int64(reloadTakes))
				if _, err := s.Runtime.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "the next one that succeeds") {
					t.Errorf("a reload whose append has no answer: %v", err)
				}
				s.Until("2027-01-15T00:31:00Z")
				got, err := backend.New(s.Runtime).Reload(t.Context())
				if err != nil {
					t.Error(err)
				}
				if !strings.Contains(fmt.Sprint(got.Settings), "lanes") {
					t.Errorf("the settings that are others now: %v", got.Settings)
				}
				s.Until("2027-01-15T00:32:00Z")
				checkTaken(t, s, fillers+2, shown)
				if again, err := s.Runtime.Reload(t.Context()); err != nil || again.Changes() {
					t.Errorf("a third time: %v, %v", again, err)
				}
				s.Stop()
				records(s)
			})
		})
	}
}

// TestReloadBack: a reload has no answer, and the file is put back as it was: then that is what holds.
func TestReloadBack(t *testing.T) {
	const first = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "0 5 * * *", with: {}}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		disk := &slowDisk{}
		s.Wrap = func(j bus.Journal) bus.Journal { disk.Journal = j; return disk }
		s.Start(first)
		was := laneSize(t, s)
		s.Write(first + "lanes: {shell: 1}\n")
		disk.next.Store(int64(reloadTakes))
		if _, err := s.Runtime.Reload(t.Context()); err == nil {
			t.Error("a reload whose append has no answer succeeds")
		}
		s.Until("2027-01-15T00:31:00Z")
		if n := laneSize(t, s); n != 1 {
			t.Errorf("it was recorded in the end, and the lane has %d places", n)
		}
		reload(s, first)
		if n := laneSize(t, s); n != was {
			t.Errorf("the lane has %d places, and had %d", n, was)
		}
		s.Stop()
		records(s)
	})
}

// TestReloadFailsAgain: a reload has no answer, and neither has the next one, whose file is another. Each error says that some
// may hold already, and so does that of a file that is not valid, until a reload succeeds.
func TestReloadFailsAgain(t *testing.T) {
	const first = reloadHead + `
jobs:
  - {name: kept, actor: shell, schedule: "0 5 * * *", with: {}}
`
	const halfway = "some of a reload may hold already"
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		disk := &slowDisk{}
		s.Wrap = func(j bus.Journal) bus.Journal { disk.Journal = j; return disk }
		s.Start(first)
		asks := func(ctx context.Context, kind contract.Kind, texts ...string) {
			t.Helper()
			_, err := backend.New(s.Runtime).Reload(ctx)
			var e *contract.Error
			if !errors.As(err, &e) || e.Kind != kind {
				t.Fatalf("the answer is %v, want one of kind %v", err, kind)
			}
			for _, text := range texts {
				if !strings.Contains(e.Text, text) {
					t.Errorf("the answer is %q, without %q", e.Text, text)
				}
			}
		}
		s.Write(first + "lanes: {shell: 1}\n")
		disk.next.Store(int64(reloadTakes))
		asks(t.Context(), contract.KindUnavailable, halfway)
		soon, cancel := context.WithTimeout(t.Context(), time.Second) // the disk is busy for some seconds more
		defer cancel()
		s.Write(first + "lanes: {shell: 2}\n")
		asks(soon, contract.KindUnavailable, halfway, "deadline exceeded")
		s.Write(first + "lanes: {shell: none}\n")
		asks(t.Context(), contract.KindRefused, "of the reload before it some may hold already: ", "jobs.yaml:")
		reload(s, first+"lanes: {shell: 3}\n")
		if n := laneSize(t, s); n != 3 {
			t.Errorf("the lane has %d places", n)
		}
		s.Write(first + "lanes: {shell: none}\n")
		asks(t.Context(), contract.KindRefused, "nothing has changed: ")
		s.Stop()
		records(s)
	})
}

// laneSize is how many shell jobs run at once.
func laneSize(t *testing.T, s *world.Virtual) (n int) {
	t.Helper()
	err := s.Runtime.View(t.Context(), func(m *policy.Machine) {
		for _, l := range m.Load().Lanes {
			if l.Actor == "shell" {
				n = l.Size
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// checkTaken looks whether jobs, settings, and what no record tells are those of the second file.
func checkTaken(t *testing.T, s *world.Virtual, jobs int, shown string) {
	t.Helper()
	var ada, cli policy.SessionView
	err := s.Runtime.View(t.Context(), func(m *policy.Machine) {
		ada, _ = m.Session("ada")
		cli, _ = m.Session("cli")
		if n := m.JobCount(); n != jobs {
			t.Errorf("%d jobs, want %d", n, jobs)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := laneSize(t, s); n != 1 {
		t.Errorf("the lane has %d places", n)
	}
	if ada.State != messages.StateProbing {
		t.Errorf("the session whose token is in a file is %s", ada.State)
	}
	if got := s.Runtime.SignInsWatched(cli); len(got) != 1 || got[0] != shown {
		t.Errorf("of the session without a backend is watched: %v", got)
	}
}
