package messages_test

import (
	"testing"

	"curfew/messages"
)

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text       string
		n          int
		head, tail string
	}{
		{"", 3, "", ""},
		{"abc", 3, "abc", "abc"},
		{"abcd", 3, "abc", "bcd"},
		{"ab€", 4, "ab", "b€"},
		{"€ab", 4, "€a", "ab"},
		{"a\xffb", 9, "ab", "ab"},
		{"abc", 0, "", ""},
	} {
		if head, tail := messages.Head(tt.text, tt.n), messages.Tail(tt.text, tt.n); head != tt.head || tail != tt.tail {
			t.Errorf("%q, %d: got %q and %q, want %q and %q", tt.text, tt.n, head, tail, tt.head, tt.tail)
		}
	}
}
