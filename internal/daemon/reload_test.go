package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/actors/shell"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

// slow is a journal of which one append takes longer than a reload waits.
type slow struct {
	*memory.Journal
	next atomic.Bool
}

func (s *slow) Append(rs []messages.Record) error {
	if s.next.CompareAndSwap(true, false) {
		time.Sleep(25 * time.Second)
	}
	return s.Journal.Append(rs)
}

// begun is a runtime of what load reads, whose job file is looked after until the test ends.
func begun(t *testing.T, journal bus.Journal, load func() (config.Config, error), o Options) *engine.Runtime {
	t.Helper()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	rt, err := engine.Start(t.Context(), engine.Options{
		Kinds: kinds(), Config: c, Load: load, Journal: journal, History: &history.Store{}, Logger: o.Log,
		Tokens: filepath.Join(t.TempDir(), "tokens.json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go reloads(ctx, rt, o)
	t.Cleanup(func() {
		stop()
		if err := rt.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // longer than the actor system's watch on dead letters
	})
	return rt
}

func kinds() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	return kinds
}

// lanes reads a file in which so many shell jobs may run at once.
func lanes(t *testing.T, places *atomic.Int64) func() (config.Config, error) {
	return func() (config.Config, error) {
		return config.Values(map[string]any{
			"lanes": map[string]any{"shell": places.Load()},
			"jobs":  []any{map[string]any{"name": "some", "actor": "shell", "schedule": "@yearly", "with": map[string]any{"command": "true"}}},
		}, t.TempDir(), kinds())
	}
}

// recorded is how often a reload has recorded settings.
func recorded(t *testing.T, journal bus.Journal) (n int) {
	t.Helper()
	err := bus.Scan(journal, 1, func(r messages.Record) error {
		if f, ok := r.Body.(messages.RuntimeConfigured); ok && f.Reloaded {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWatchCompletesAReload: a reload that the journal did not answer in time is made again without another change of the
// file, and is not made a third time.
func TestWatchCompletesAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var places atomic.Int64
		places.Store(1)
		journal, asked := &slow{Journal: memory.New()}, make(chan struct{}, 1)
		begun(t, journal, lanes(t, &places), Options{Reload: asked, Watch: true, Log: zap.NewNop()})
		places.Store(2)
		journal.next.Store(true)
		asked <- struct{}{}
		time.Sleep(time.Hour)
		if n := recorded(t, journal); n != 2 {
			t.Errorf("settings were recorded %d times; want once by each of two reloads", n)
		}
	})
}

// unreadable is what the program makes of a file that cannot be read.
var unreadable = &config.Invalid{Problems: []config.Problem{{File: "jobs.yaml", Line: 1, Col: 1, Message: "the folder does not answer"}}}

// TestWatchPauses: a reload that has failed halfway fails again for an hour, at once each time. It is made again after ever
// longer pauses, and completed soon after it can be.
func TestWatchPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var places, reads atomic.Int64
		var away atomic.Bool
		places.Store(1)
		read := lanes(t, &places)
		load := func() (config.Config, error) {
			reads.Add(1)
			if away.Load() {
				return config.Config{}, unreadable
			}
			return read()
		}
		journal, asked := &slow{Journal: memory.New()}, make(chan struct{}, 1)
		begun(t, journal, load, Options{Reload: asked, Watch: true, Log: zap.NewNop()})
		places.Store(2)
		journal.next.Store(true)
		asked <- struct{}{}
		time.Sleep(time.Second)
		reads.Store(0)
		away.Store(true)
		time.Sleep(time.Hour)
		if n, most := reads.Load(), int64(time.Hour/maxPause)+5; n < most-10 || n > most {
			t.Errorf("in an hour it was tried again %d times, want at most %d", n, most)
		}
		away.Store(false)
		time.Sleep(maxPause + time.Second)
		if n := recorded(t, journal); n != 2 {
			t.Errorf("settings were recorded %d times; want once by the first reload, and once by the last", n)
		}
	})
}

// TestFileIsLookedAt: nobody has asked for a reload, and the file would be refused now. That is logged once and can be
// asked for, nothing is taken in, and it is over when the file is mended.
func TestFileIsLookedAt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "jobs.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const jobs = "jobs: [{name: some, actor: shell, schedule: \"@yearly\", with: {command: \"true\"}}]\n"
	write(jobs)
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.WarnLevel)
		journal := memory.New()
		load := func() (config.Config, error) { return config.Load(file, kinds()) }
		rt := begun(t, journal, load, Options{Log: zap.New(core)})
		looked := func() string {
			time.Sleep(3 * lookEvery) // it is seen, it stays, it is read
			return rt.Refused()
		}
		if text := looked(); text != "" {
			t.Errorf("a valid file is refused: %s", text)
		}
		write(jobs + "lane: {shell: 1}\n")
		if text := looked(); !strings.Contains(text, "jobs.yaml:2:1: ") {
			t.Errorf("of a file that is not valid it says %q", text)
		}
		time.Sleep(time.Hour)
		if n := logs.FilterMessageSnippet("would be refused").Len(); n != 1 {
			t.Errorf("it was logged %d times: %v", n, logs.All())
		}
		write(jobs + "lanes: {shell: 1}\n")
		if text := looked(); text != "" {
			t.Errorf("a mended file is refused: %s", text)
		}
		if n := recorded(t, journal); n != 0 {
			t.Errorf("a look has taken settings in, %d times", n)
		}
	})
}

// TestRefusalOutsideTheFile: what a file is refused for is over, and the file is as it was. That is seen, and with a watch
// the file is taken in.
func TestRefusalOutsideTheFile(t *testing.T) {
	for _, watch := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var places atomic.Int64
			var away atomic.Bool
			places.Store(1)
			read := lanes(t, &places)
			journal, asked := memory.New(), make(chan struct{}, 1)
			rt := begun(t, journal, func() (config.Config, error) {
				if away.Load() {
					return config.Config{}, unreadable
				}
				return read()
			}, Options{Reload: asked, Watch: watch, Log: zap.NewNop()})
			places.Store(2)
			away.Store(true)
			asked <- struct{}{}
			time.Sleep(time.Hour)
			if rt.Refused() == "" {
				t.Error("the file is not refused")
			}
			away.Store(false)
			time.Sleep(2 * lookEvery)
			want := 0
			if watch {
				want = 1
			}
			if n := recorded(t, journal); rt.Refused() != "" || n != want {
				t.Errorf("watch %v: refused %q, settings recorded %d times, want %d", watch, rt.Refused(), n, want)
			}
		})
	}
}
