package explain

import (
	"strings"
	"testing"
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
