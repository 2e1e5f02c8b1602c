package world

import (
	"maps"
	"net/http"
	"testing"

	"curfew/messages"
)

// Alone checks that the first call with a token was the canary: no other call came before it was answered.
func Alone(t *testing.T, backend *Backend, token string) {
	t.Helper()
	first := true
	canary := Call{}
	for _, c := range backend.Book() {
		switch {
		case c.token != token:
		case first:
			canary, first = c, false
			if c.status != http.StatusOK {
				t.Errorf("%s: the canary was answered %d", token, c.status)
			}
		case c.began < canary.order:
			t.Errorf("%s: a call of %s came before the canary, %s, was answered", token, c.Job, canary.Job)
		}
	}
	if first {
		t.Errorf("%s: there was no call", token)
	}
}

// Reconcile compares the calls that the backend recorded with the journal: every call was an attempt, only attempts in
// flight when the gate closed used a dead token, and each outage was notified once.
func Reconcile(t *testing.T, backend *Backend, recs []messages.Record, outages int) {
	t.Helper()
	attempts, calls := map[string]int{}, map[string]int{}
	flying, allowed, reports := map[messages.RunID]bool{}, 0, 0
	notices := map[messages.Notice]int{}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.AttemptStarted:
			if b.Session != "" {
				flying[b.Run] = true
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
	for _, c := range backend.Book() {
		if !c.again {
			calls[c.Job]++
		}
	}
	if !maps.Equal(calls, attempts) {
		t.Errorf("the backend counted the calls %v, the journal the attempts %v", calls, attempts)
	}
	if n := backend.Count(Refused); n == 0 || n > allowed {
		t.Errorf("%d calls were made with a dead token; want at least one and at most the %d in flight", n, allowed)
	}
	want := map[messages.Notice]int{messages.NoticeSessionClosed: outages, messages.NoticeSessionSummary: outages}
	if !maps.Equal(notices, want) || reports != 0 {
		t.Errorf("the notifications were %v, with %d error reports; want %v and none", notices, reports, want)
	}
}
