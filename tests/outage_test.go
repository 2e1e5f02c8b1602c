package tests

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"curfew/internal/api"
	"curfew/messages"
)

var long = flag.Bool("long", false, "let TestOutage take ten minutes")

// A phase of a long outage: there are six of them.
const (
	longPhase = 100 * time.Second
	longBeat  = 2 * time.Second
)

// outageJobs has agents and a shell job on one clock. The first %s is the backend, the others the clock.
const outageJobs = `
sessions:
  default: {backend: "%[1]s", sign_in: "https://app.example.com/login"}
jobs:
  - {name: heartbeat, actor: shell, schedule: "every %[2]s", with: {command: "echo alive"}}
  - {name: inbox, actor: agent, schedule: "every %[2]s", with: {prompt: inbox}}
  - {name: briefing, actor: agent, schedule: "every %[2]s", with: {prompt: briefing}}
  - {name: digest, actor: agent, schedule: "every %[2]s", with: {prompt: digest}, retry: {initial: 300ms}}
`

var outageAgents = []string{"inbox", "briefing", "digest"}

// TestOutage kills the token twice under a runtime with the real actor types, and lets the backend count.
// It takes some seconds; with -long ten minutes.
func TestOutage(t *testing.T) {
	beat, beats := time.Second, 2
	if *long {
		beat, beats = longBeat, int(longPhase/longBeat)
	}
	backend := newChatServer(t)
	s := newSite(t, nil, fmt.Sprintf(outageJobs, backend.url, beat))
	backend.accept("token-1")
	s.signIn("token-1")
	for _, token := range []string{"token-1", "token-2"} {
		next := "token-" + string(token[len(token)-1]+1)
		s.beats("heartbeat", beats)
		s.lapse(backend)
		calls, held := backend.count(anyCall), s.jobs()
		s.beats("heartbeat", beats) // shell jobs do not notice
		if n := backend.count(anyCall); n != calls {
			t.Errorf("%s: %d calls came while the gate was closed; want none", token, n-calls)
		}
		backend.accept(next)
		s.signIn(next)
		for _, job := range outageAgents {
			was := held[job].Held
			if was == nil {
				t.Errorf("%s: %s has no held run", token, job)
				continue
			}
			eventually(t, "the held run of "+job, func() bool { return s.run(*was).Status == messages.StatusSucceeded })
		}
		alone(t, backend, next)
	}
	s.beats("heartbeat", beats)
	reconcile(t, backend, readJournal(t, check(t, s.stop())), 2)
}

// check is checkJournal, for the bytes.
func check(t *testing.T, journal []byte) []byte {
	t.Helper()
	checkJournal(t, journal)
	return journal
}

// lapse kills the token and waits until the gate is closed, every agent has a held run, and the calls that
// were in flight have been answered.
func (s *site) lapse(backend *chatServer) {
	s.t.Helper()
	backend.stumble("digest") // so that it may be the middle of a retry
	backend.accept("")
	eventually(s.t, "the gate to close", func() bool { return s.session().State == "closed" })
	eventually(s.t, "a held run of every agent", func() bool {
		jobs := s.jobs()
		for _, job := range outageAgents {
			if jobs[job].State != api.JobHeld {
				return false
			}
		}
		return backend.count(unanswered) == 0
	})
}

func (s *site) run(id messages.RunID) api.Run {
	s.t.Helper()
	r, err := s.api.Run(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// alone checks that the first call with a token was the canary: no other came before it was answered.
func alone(t *testing.T, backend *chatServer, token string) {
	t.Helper()
	first := true
	canary := call{}
	for _, c := range backend.book() {
		switch {
		case c.token != token:
		case first:
			canary, first = c, false
			if c.status != http.StatusOK {
				t.Errorf("%s: the canary was answered %d", token, c.status)
			}
		case c.began < canary.order:
			t.Errorf("%s: a call of %s came before the canary, %s, was answered", token, c.job, canary.job)
		}
	}
	if first {
		t.Errorf("%s: there was no call", token)
	}
}

// reconcile compares the backend's book with the journal: every call was an attempt, dead tokens were
// offered at most by the attempts in flight at the close, and each outage was told of once.
func reconcile(t *testing.T, backend *chatServer, recs []messages.Record, outages int) {
	t.Helper()
	attempts, calls := map[string]int{}, map[string]int{}
	flying, allowed, reports := map[messages.RunID]bool{}, 0, 0
	notices, starts := map[messages.Notice]int{}, map[messages.RunID]int{}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.AttemptStarted:
			if b.Session != "" {
				flying[b.Run] = true
				starts[b.Run]++
			}
		case messages.AttemptSucceeded:
			delete(flying, b.Run)
			attempts[b.Job]++
		case messages.AttemptFailed:
			delete(flying, b.Run)
			if b.Called {
				attempts[b.Job]++
			}
		case messages.GateClosed:
			if b.Reason != messages.ReasonSignedOut {
				allowed += len(flying)
			}
		case messages.NotificationRequested:
			notices[b.Notice]++
		case messages.ErrorReported:
			reports++
		}
	}
	delete(attempts, "heartbeat")
	for _, c := range backend.book() {
		calls[c.job]++
	}
	if !maps.Equal(calls, attempts) {
		t.Errorf("the backend counted the calls %v, the journal the attempts %v", calls, attempts)
	}
	if n := backend.count(wasRefused); n == 0 || n > allowed {
		t.Errorf("%d calls were made with a dead token; want at least one and at most the %d in flight", n, allowed)
	}
	want := map[messages.Notice]int{messages.NoticeSessionClosed: outages, messages.NoticeSessionSummary: outages}
	if !maps.Equal(notices, want) || reports != 0 {
		t.Errorf("the notifications were %v, with %d error reports; want %v and none", notices, reports, want)
	}
}
