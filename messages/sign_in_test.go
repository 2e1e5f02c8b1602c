package messages_test

import (
	"testing"

	"curfew/messages"
)

// TestSignIn: nobody is sent to `session login` alone if a tool keeps the sign-in.
func TestSignIn(t *testing.T) {
	const page = "https://app.example.com/login"
	for want, s := range map[string]messages.SignIn{
		"sign in with `curfew session login work`":                                                                         {},
		"sign in at " + page + ", then `curfew session login work`":                                                        {Page: page},
		"sign in with the tool that its jobs run, then say so with `curfew session login work`":                            {Tool: true},
		"sign in with the tool that its jobs run; if Curfew does not notice that, say so with `curfew session login work`": {Tool: true, Noticed: true},
		"sign in at " + page + ", then say so with `curfew session login work`":                                            {Tool: true, Page: page},
		"run `tool login`, then say so with `curfew session login work`":                                                   {Tool: true, Page: page, Hint: "run `tool login`"},
		"run `tool login`, and `curfew session login work`":                                                                {Tool: true, Noticed: true, Hint: "run `tool login`, and `curfew session login work`"},
	} {
		s.Session = "work"
		if got := s.Text(); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

// TestSignInHint: who runs as another user is signed in as that one.
func TestSignInHint(t *testing.T) {
	const hint = "sign in as the user that Curfew runs as; if Curfew does not notice that, `curfew session login {session}`"
	if got := messages.SignInHint(hint, "work", "ada"); got != "sign in as user ada; if Curfew does not notice that, `curfew session login work`" {
		t.Error(got)
	}
	if got := messages.SignInHint(hint, "work", ""); got != "sign in as the user that Curfew runs as; if Curfew does not notice that, `curfew session login work`" {
		t.Error(got)
	}
}
