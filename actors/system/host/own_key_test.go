package host

import (
	"errors"
	"testing"

	"curfew/actors"
	"curfew/messages"
	"curfew/supervisor"
)

// TestOwnKeyFailures pins that what is answered to a key of the job's own is a failure of the job, and says nothing
// about its session.
func TestOwnKeyFailures(t *testing.T) {
	o := &supervisor.Start{
		Attempt:    messages.AttemptStarted{Run: "r", Job: "mine", Attempt: 1, Session: "default", Generation: 3},
		Definition: messages.Keep(messages.Definition{Job: "mine", Gated: true, Session: "default", OwnKey: true}),
	}
	boom := errors.New("boom")
	for _, c := range []struct {
		name   string
		r      result
		class  messages.Class
		detail messages.Detail
	}{
		{"expired", result{called: true, err: actors.SessionExpired(boom)}, messages.ClassTransient, ""},
		{"expired by text", result{called: true, err: boom, text: "SESSION_EXPIRED: sign in"}, messages.ClassTransient, ""},
		{"quota", result{called: true, err: actors.QuotaExhausted(boom, 0)}, messages.ClassRateLimited, ""},
		{"unreachable", result{called: true, err: actors.Unreachable(boom)}, messages.ClassTransient, ""},
		{"unanswered", result{called: true, err: actors.Unanswered(boom)}, messages.ClassTransient, messages.DetailUnanswered},
		{"permanent", result{called: true, err: actors.Permanent(boom)}, messages.ClassPermanent, ""},
		{"turned away at the door", result{err: actors.SessionExpired(boom)}, messages.ClassSessionExpired, ""},
	} {
		f, ok := judge(o, actors.Traits{Gated: true, ExpiryByText: true}, nil, c.r).(messages.AttemptFailed)
		if !ok || f.Class != c.class || f.Detail != c.detail {
			t.Errorf("%s: %+v, want %s %q", c.name, f, c.class, c.detail)
		}
	}
}
