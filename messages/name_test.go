package messages_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"curfew/messages"
)

func TestIsNameIsName(t *testing.T) {
	form := regexp.MustCompile(messages.Name)
	for _, s := range []string{"", "a", "-a", "_a", "a-_9", "A", "a\n", "ä", strings.Repeat("a", 63), strings.Repeat("a", 64)} {
		if got, want := messages.IsName(s), form.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[a-z0-9_-]{0,70}`), rapid.String()).Draw(t, "name")
		if got, want := messages.IsName(s), form.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	})
}
