package crash

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"syscall"
	"testing"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestKilledWhileClosed kills the real program while its gate is closed. After the next start the gate is as it was,
// and the held runs run once after a sign-in.
func TestKilledWhileClosed(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	file := fmt.Sprintf(world.HeartbeatFile, backend.URL)
	d := world.NewDaemon(t)
	d.Start(file)
	backend.Accept("token-1")
	d.Run([]byte("token-1\n"), "session", "login", messages.DefaultSession)
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	file += world.AgentJobs
	d.Start(file)
	d.Beats("inbox", 1)
	d.Beats("briefing", 1)

	backend.Accept("")
	world.Eventually(t, "two held runs", func() bool { return len(d.Held()) == 2 && backend.Count(world.Unanswered) == 0 })
	before, held, calls := d.Session(), d.Held(), backend.Count(world.AnyCall)
	_ = d.End(syscall.SIGKILL) // it says that it was killed

	d.Start(file)
	after := d.Session()
	if after.State != "closed" || after.Generation != before.Generation || after.Since != before.Since ||
		*after.Reason != *before.Reason {
		t.Errorf("after the crash the session is %+v; it was %+v", after, before)
	}
	d.Beats("heartbeat", 2)
	if now := d.Held(); !maps.Equal(now, held) {
		t.Errorf("after the crash %v are held; before it were %v", now, held)
	}
	if n := backend.Count(world.AnyCall); n != calls {
		t.Errorf("%d calls came while the gate was closed; want none", n-calls)
	}

	backend.Accept("token-2")
	d.Run([]byte("token-2\n"), "session", "login", messages.DefaultSession)
	for job, id := range held {
		world.Eventually(t, "the held run of "+job, func() bool {
			run, err := d.Client.Run(t.Context(), id)
			return err == nil && run.Body.Status == messages.StatusSucceeded
		})
	}
	for _, job := range []string{"inbox", "briefing"} {
		d.Run(nil, "job", "pause", job)
	}
	world.Eventually(t, "the last call to be answered", func() bool { return backend.Count(world.Unanswered) == 0 })
	world.Alone(t, backend, "token-2")

	world.Eventually(t, "the summary", func() bool {
		return bytes.Contains(d.Run(nil, "journal", "export"), []byte(`"notice":"session_summary"`))
	})

	// The daemon's journal can be exported while it runs, and when it is stopped.
	if report := d.Run(d.Run(nil, "journal", "export"), "replay", "-"); !strings.HasSuffix(string(report), " 0 differences\n") {
		t.Errorf("replay, running: %s", report)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	recs := world.CheckJournal(t, d.Run(nil, "journal", "export"))
	world.Reconcile(t, backend, recs, 1)
	once(t, recs, held)
}

// once checks that each held run was started exactly once after the last sign-in.
func once(t *testing.T, recs []messages.Record, held map[string]messages.RunID) {
	t.Helper()
	starts := map[messages.RunID]int{}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.SessionRestored:
			clear(starts)
		case messages.AttemptStarted:
			starts[b.Run]++
		}
	}
	for job, id := range held {
		if starts[id] != 1 {
			t.Errorf("the held run of %s was started %d times after the sign-in; want once", job, starts[id])
		}
	}
}
