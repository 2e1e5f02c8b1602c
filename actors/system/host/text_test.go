package host

import (
	"context"
	"errors"
	"testing"

	"curfew/actors"
	"curfew/messages"
	"curfew/supervisor"
)

// TestTextOfWhatIsToldToStop: a text means an expired session where an attempt failed by itself or ran out of time, not
// where it was ended in the middle of what it had to say. What a type knows for sure counts always.
func TestTextOfWhatIsToldToStop(t *testing.T) {
	o := &supervisor.Start{
		Definition: messages.Keep(messages.Definition{Gated: true}),
		Attempt:    messages.AttemptStarted{Session: messages.DefaultSession, Generation: 1},
	}
	says := result{called: true, err: errors.New("exit status 1"), text: "exit status 1", output: "an answer\nSESSION_EXPIRED: sign in\n"}
	ended := says
	ended.err = context.Canceled
	knows := says
	knows.err = actors.SessionExpired(errors.New("the backend answers 401"))
	for _, c := range []struct {
		name    string
		cause   error
		r       result
		expired bool
	}{
		{"fails by itself", nil, says, true},
		{"runs out of time", errTimeout, says, true},
		{"is told to stop with the runtime", errStopped, ended, false},
		{"is cancelled", errCancelled, ended, false},
		{"is cancelled, and knows", errCancelled, knows, true},
	} {
		f, failed := judge(o, actors.Traits{Gated: true, ExpiryByText: true}, c.cause, c.r).(messages.AttemptFailed)
		if expired := failed && f.Class == messages.ClassSessionExpired; expired != c.expired {
			t.Errorf("%s: expired is %v", c.name, expired)
		}
	}
}
