package cliagent_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/cliagent"
)

// TestTimeToEnd pins that a CLI and its children get TERM, and time to end, whatever ends them: one that is killed while
// it renews its sign-in loses it.
func TestTimeToEnd(t *testing.T) {
	const renews = `trap 'sleep 0.1; touch parent; exit 1' TERM
(trap 'touch child; exit' TERM; touch begun; echo child begun; while :; do sleep 0.02; done) &
until [ -e begun ]; do echo beginning; sleep 0.02; done
wait`
	silence := actors.Duration(3 * time.Second) // which is not there before the child has begun, however long that takes
	for _, tt := range []struct {
		name string
		end  func(context.CancelCauseFunc)
		idle *actors.Duration
	}{
		{"cancel", func(cancel context.CancelCauseFunc) { cancel(context.Canceled) }, nil},
		{"timeout", func(cancel context.CancelCauseFunc) { cancel(context.DeadlineExceeded) }, nil},
		{"silence", func(context.CancelCauseFunc) {}, &silence},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			begun := writer(func(p string) {
				if strings.Contains(p, "child begun") {
					tt.end(cancel)
				}
			})
			_, err := actorstest.Run(t, cliagent.New, cliagent.Spec{Command: renews, Dir: dir, IdleTimeout: tt.idle},
				actorstest.WithContext(ctx), actorstest.WithEnv(func(e *actors.Env) { e.Exec = watched{e.Exec, begun} }))
			if err == nil {
				t.Error("it was not ended")
			}
			for _, name := range []string{"parent", "child"} {
				if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
					t.Errorf("the %s had no time to end: %v", name, err)
				}
			}
		})
	}
}

// writer calls a function with what is written.
type writer func(string)

func (w writer) Write(p []byte) (int, error) { w(string(p)); return len(p), nil }

// watched lets somebody else see, too, what processes print.
type watched struct {
	actors.Exec
	also io.Writer
}

func (w watched) Run(ctx context.Context, c actors.Command) (actors.Result, error) {
	c.Watch = io.MultiWriter(c.Watch, w.also)
	return w.Exec.Run(ctx, c)
}
