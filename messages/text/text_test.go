package text_test

import (
	"testing"

	"curfew/messages/text"
)

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in         string
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
		if head, tail := text.Head(tt.in, tt.n), text.Tail(tt.in, tt.n); head != tt.head || tail != tt.tail {
			t.Errorf("%q, %d: got %q and %q, want %q and %q", tt.in, tt.n, head, tail, tt.head, tt.tail)
		}
	}
}

func TestLines(t *testing.T) {
	for _, tt := range []struct{ in, first, one string }{
		{"", "", ""},
		{" \n\t a b\n c \n", "a b", "a b c"},
		{"a\r\nb", "a", "a b"},
		{"a\u00a0 b", "a\u00a0 b", "a b"},
	} {
		if first, one := text.FirstLine(tt.in), text.OneLine(tt.in); first != tt.first || one != tt.one {
			t.Errorf("%q: got %q and %q, want %q and %q", tt.in, first, one, tt.first, tt.one)
		}
	}
}

func TestNames(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a, b": {"a", "b"}, "a, b and 1 more": {"a", "b", "c"}, "a, b and 2 more": {"a", "b", "c", "d"},
	} {
		if got := text.Names(names, 2); got != want {
			t.Errorf("%v: got %q, want %q", names, got, want)
		}
	}
}
