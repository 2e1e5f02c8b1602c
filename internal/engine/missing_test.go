package engine

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/internal/config"
)

// TestLookout: a look that does not end holds nobody up for long, and none begins beside it.
func TestLookout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lookout
		end := make(chan struct{})
		var looks atomic.Int32
		see := func(name string) (found string, took time.Duration) {
			began := time.Now()
			for _, p := range l.see(func() []config.Program {
				looks.Add(1)
				<-end
				return []config.Program{{Name: name}}
			}) {
				found += p.Name
			}
			return found, time.Since(began)
		}
		for _, name := range []string{"a", "b"} {
			if found, took := see(name); found != "" || took != programTime || looks.Load() != 1 {
				t.Errorf("look %s finds %q after %s, and %d have begun", name, found, took, looks.Load())
			}
		}
		close(end)
		synctest.Wait()
		if found, took := see("c"); found != "c" || took != 0 || looks.Load() != 2 {
			t.Errorf("the next one finds %q after %s, and %d have begun", found, took, looks.Load())
		}
	})
}
