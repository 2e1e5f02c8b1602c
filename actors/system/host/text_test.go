package host

import (
	"context"
	"errors"
	"strings"
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

// TestDoubt: a failure that looks like a lost sign-in, and that no rule names, says where such words belong. One that
// somebody has named, or that cannot close the session, does not.
func TestDoubt(t *testing.T) {
	fails := func(text string) result { return result{called: true, err: errors.New(text), text: text} }
	named := fails("401 please sign in")
	named.err = actors.Transient(named.err)
	final := fails("401 please sign in")
	final.err = actors.Permanent(final.err)
	long := fails(strings.Repeat("x", messages.MaxError) + " not logged in")
	for name, c := range map[string]struct {
		session string
		byText  bool
		r       result
		doubt   bool
	}{
		"a 401":                          {"default", true, fails("cli-agent: exit status 1: 401 please sign in"), true},
		"not logged in":                  {"default", true, fails("cli-agent: exit status 1: Not logged in · run /login"), true},
		"a key":                          {"default", true, fails("exit status 1: Incorrect API key provided"), true},
		"a token":                        {"default", true, fails("exit status 1: your token has expired"), true},
		"a code":                         {"default", true, fails(`exit status 1: {"errorCode":"TOKEN_EXPIRED"}`), true},
		"longer than an error may be":    {"default", true, long, true},
		"no disk":                        {"default", true, fails("cli-agent: exit status 1: no space left on device"), false},
		"tokens of a model":              {"default", true, fails("exit status 1: the answer has more than 4010 tokens"), false},
		"without a session":              {"", true, fails("401 please sign in"), false},
		"a type that knows its expiries": {"default", false, fails("401 please sign in"), false},
		"named by the type":              {"default", true, named, false},
		"no retry can help":              {"default", true, final, false},
	} {
		o := &supervisor.Start{
			Definition: messages.Keep(messages.Definition{Gated: true}),
			Attempt:    messages.AttemptStarted{Session: c.session, Generation: 1},
		}
		f, ok := judge(o, actors.Traits{Gated: true, ExpiryByText: c.byText}, nil, c.r).(messages.AttemptFailed)
		if got := strings.HasSuffix(f.Error, doubt); !ok || got != c.doubt || f.Class == messages.ClassSessionExpired || len(f.Error) > messages.MaxError {
			t.Errorf("%s: %s, %d bytes: %.300s", name, f.Class, len(f.Error), f.Error)
		}
	}
}
