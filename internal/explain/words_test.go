package explain

import (
	"strings"
	"testing"

	"curfew/messages"
)

// TestFailed: a long error keeps its beginning and its end.
func TestFailed(t *testing.T) {
	const hint = " (a lapsed sign-in? `curfew help transient`)"
	long := "cli-agent: exit status 1: " + strings.Repeat("ä", 4*maxQuote) + hint
	got := failed(long)
	if n := len([]rune(got)); n != maxQuote || !strings.HasPrefix(got, "cli-agent: exit status 1: ä") || !strings.HasSuffix(got, hint) {
		t.Errorf("%d characters: %s", n, got)
	}
	if got := failed("no\ndisk\x00"); got != "no disk·" {
		t.Errorf("%q", got)
	}
}

// TestHintIsSaidOnce: how to sign in, which the tool of a job adds to what it says, is left out of the chain when whoever asks
// says it, and stays where nobody does.
func TestHintIsSaidOnce(t *testing.T) {
	const hint = "sign in with `claude auth login`; if Curfew does not notice that, `curfew session login claude`"
	said := "cli-agent: exit status 1: Invalid API key; " + hint
	chain := func(signIn string) string {
		tell := &teller{Explainer: &Explainer{q: Question{Job: "j", SignIn: signIn}}, started: map[messages.RunID]messages.Record{}}
		return tell.session(messages.Record{Body: messages.SessionExpired{Session: "claude", Generation: 1, Reason: said}}) + "\n" +
			tell.attempt(messages.Record{Body: messages.AttemptFailed{
				AttemptRef: messages.AttemptRef{Job: "j", Run: "r", Attempt: 1}, Class: messages.ClassSessionExpired, Session: "claude", Called: true, Error: said,
			}})
	}
	if got := chain(hint); strings.Contains(got, "sign in") || strings.Count(got, "Invalid API key") != 2 {
		t.Errorf("with a hint of its own the chain says\n%s", got)
	}
	for _, other := range []string{"", "sign in with another tool"} {
		if got := chain(other); strings.Count(got, "`curfew session login claude`")+strings.Count(got, "sign in with") < 2 {
			t.Errorf("with %q the chain lacks the only hint\n%s", other, got)
		}
	}
}
