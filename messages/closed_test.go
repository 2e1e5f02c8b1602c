package messages_test

import (
	"testing"

	"curfew/messages"
)

// TestClosed: whether a person signed out, nobody ever signed in, or a backend refused is told apart.
func TestClosed(t *testing.T) {
	for _, tt := range []struct{ reason, source, want string }{
		{messages.ReasonSignedOut, messages.SourceConfig, "nobody has signed in yet"},
		{messages.ReasonSignedOut, "ada", "signed out by ada"},
		{messages.ReasonSignedOut, "", "signed out"},
		{"401", "attempt:brief", "the sign-in was refused when job brief used it"},
		{"401", "", "its sign-in has expired"},
	} {
		if got := messages.Closed(tt.reason, tt.source); got != tt.want {
			t.Errorf("%q by %q: %q, want %q", tt.reason, tt.source, got, tt.want)
		}
	}
}
