package daemon

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

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

// TestWatchCompletesAReload: a reload that the journal did not answer in time is made again without another change of the
// file, and is not made a third time.
func TestWatchCompletesAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kinds := &actors.Registry{}
		actors.Register(kinds, shell.New)
		var places atomic.Int64
		load := func() (config.Config, error) {
			return config.Values(map[string]any{
				"lanes": map[string]any{"shell": places.Load()},
				"jobs":  []any{map[string]any{"name": "some", "actor": "shell", "schedule": "@yearly", "with": map[string]any{"command": "true"}}},
			}, t.TempDir(), kinds)
		}
		places.Store(1)
		c, err := load()
		if err != nil {
			t.Fatal(err)
		}
		journal := &slow{Journal: memory.New()}
		rt, err := engine.Start(t.Context(), engine.Options{
			Kinds: kinds, Config: c, Load: load, Journal: journal, History: &history.Store{}, Tokens: filepath.Join(t.TempDir(), "tokens.json"),
		})
		if err != nil {
			t.Fatal(err)
		}
		asked := make(chan struct{}, 1)
		ctx, stop := context.WithCancel(t.Context())
		go reloads(ctx, rt, Options{Reload: asked, Watch: true, Log: zap.NewNop()})
		places.Store(2)
		journal.next.Store(true)
		asked <- struct{}{}
		time.Sleep(time.Hour)
		stop()
		recorded := 0
		err = bus.Scan(journal, 1, func(r messages.Record) error {
			if f, ok := r.Body.(messages.RuntimeConfigured); ok && f.Reloaded {
				recorded++
			}
			return nil
		})
		if err != nil || recorded != 2 {
			t.Errorf("settings were recorded %d times, %v; want once by each of two reloads", recorded, err)
		}
		if err := rt.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // longer than the actor system's watch on dead letters
	})
}
