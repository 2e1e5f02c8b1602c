package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"curfew/actors"
	"curfew/actors/system/recorder"
	history "curfew/actors/system/recorder/memory"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestRush: when hundreds of jobs fall due at once, whoever can do without cores learns of it once, and of the end; then
// the history has all runs. A few jobs are no rush.
func TestRush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many, few = 300, 200
		file := strings.Builder{}
		file.WriteString("lanes: {shell: 1000}\njobs:\n")
		for i := range many + few {
			hour := 7
			if i >= many {
				hour = 8
			}
			fmt.Fprintf(&file, "  - {name: j%d, actor: shell, schedule: '0 %d * * *', with: {}}\n", i, hour)
		}
		h := world.NewVirtual(t)
		var ran atomic.Int64
		h.Act = func(context.Context, actors.Attempt) error { ran.Add(1); return nil }
		var mu sync.Mutex // a rush tells from a goroutine of its own, and sleep alone puts nothing before that
		var told []bool
		tell := func(on bool) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, on)
		}
		var err error
		h.Runtime, err = engine.Start(t.Context(), engine.Options{
			Kinds: h.Kinds(), Config: h.Parsed(file.String()), Journal: h.Open(), History: &history.Store{},
			Tokens: filepath.Join(h.Data, "tokens.json"), Rush: tell,
		})
		if err != nil {
			t.Fatal(err)
		}
		expect := func(at string, runs int64, want ...bool) {
			t.Helper()
			h.Until(at)
			mu.Lock()
			defer mu.Unlock()
			if ran.Load() != runs || !slices.Equal(told, want) {
				t.Errorf("%s: %d attempts, and told %v; want %d, %v", at, ran.Load(), told, runs, want)
			}
			over, _, err := h.Runtime.History().Query(t.Context(), recorder.Query{Limit: 2 * (many + few)})
			if err != nil || int64(len(over)) != runs || slices.ContainsFunc(over, func(r recorder.Run) bool { return r.Status != messages.StatusSucceeded }) {
				t.Errorf("%s: the history has %d runs, %v", at, len(over), err)
			}
		}
		expect("2027-01-15T06:59:59Z", 0)
		expect("2027-01-15T07:00:01Z", many, true, false)
		expect("2027-01-15T08:00:01Z", many+few, true, false)
		h.Stop()
	})
}
