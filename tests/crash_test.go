package tests

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"syscall"
	"testing"

	"curfew/messages"
)

// TestKilledWhileClosed kills the real program while its gate is closed. Started again it is as it was, and
// what was held runs once, when somebody has signed in.
func TestKilledWhileClosed(t *testing.T) {
	t.Parallel()
	backend := newChatServer(t)
	file := fmt.Sprintf(crashFile, backend.url)
	d := newDaemon(t)
	d.start(file)
	backend.accept("token-1")
	d.run([]byte("token-1\n"), "session", "login", messages.DefaultSession)
	if err := d.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	file += crashAgents
	d.start(file)
	d.beats("inbox", 1)
	d.beats("briefing", 1)

	backend.accept("")
	eventually(t, "two held runs", func() bool { return len(d.held()) == 2 && backend.count(unanswered) == 0 })
	before, held, calls := d.session(), d.held(), backend.count(anyCall)
	_ = d.end(syscall.SIGKILL) // it says that it was killed

	d.start(file)
	after := d.session()
	if after.State != "closed" || after.Generation != before.Generation || after.Since != before.Since || *after.Reason != *before.Reason {
		t.Errorf("after the crash the session is %+v; it was %+v", after, before)
	}
	d.beats("heartbeat", 2)
	if now := d.held(); !maps.Equal(now, held) {
		t.Errorf("after the crash %v are held; before it were %v", now, held)
	}
	if n := backend.count(anyCall); n != calls {
		t.Errorf("%d calls came while the gate was closed; want none", n-calls)
	}

	backend.accept("token-2")
	d.run([]byte("token-2\n"), "session", "login", messages.DefaultSession)
	for job, id := range held {
		eventually(t, "the held run of "+job, func() bool {
			run, err := d.client.Run(t.Context(), id)
			return err == nil && run.Body.Status == messages.StatusSucceeded
		})
	}
	for _, job := range []string{"inbox", "briefing"} {
		d.run(nil, "job", "pause", job)
	}
	eventually(t, "the last call to be answered", func() bool { return backend.count(unanswered) == 0 })
	alone(t, backend, "token-2")

	eventually(t, "the summary", func() bool {
		return bytes.Contains(d.run(nil, "journal", "export"), []byte(`"notice":"session_summary"`))
	})

	// The daemon's journal can be exported while it runs, and when it is stopped.
	if report := d.run(d.run(nil, "journal", "export"), "replay", "-"); !strings.HasSuffix(string(report), " 0 differences\n") {
		t.Errorf("replay, running: %s", report)
	}
	if err := d.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	recs := checkJournal(t, d.run(nil, "journal", "export"))
	reconcile(t, backend, recs, 1)
	once(t, recs, held)
}

// once checks that each held run was started once, and no more, after the last sign-in.
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
