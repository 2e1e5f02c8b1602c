package screen_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"curfew/messages/screen"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, text, line string }{
		{"plain ü 漢字 👩‍🚀", "plain ü 漢字 👩‍🚀", "plain ü 漢字 👩‍🚀"},
		{"a\tb\nc", "a\tb\nc", `a\tb\nc`},
		{"a\r\nb\rc\n\r", "a\nb\nc\n\n", `a\r\nb\rc\n\r`},
		{"\x1b]0;title\x07\x00\x7f", `\x1b]0;title\x07\x00\x7f`, `\x1b]0;title\x07\x00\x7f`},
		{"\u009b2J \x9b2J", `\u009b2J \x9b2J`, `\u009b2J \x9b2J`},
		{"abc\u202ecba\u2066", `abc\u202ecba\u2066`, `abc\u202ecba\u2066`},
		{"two\u2028lines", `two\u2028lines`, `two\u2028lines`},
		{"\ufffd is a character, \xff is none", "\ufffd is a character, \\xff is none", "\ufffd is a character, \\xff is none"},
	} {
		if got := screen.Text(tt.in); got != tt.text {
			t.Errorf("text of %q: %q, want %q", tt.in, got, tt.text)
		}
		if got := screen.Line(tt.in); got != tt.line {
			t.Errorf("line of %q: %q, want %q", tt.in, got, tt.line)
		}
	}
}

// TestNothingHarmfulPasses pins over random bytes, in random parts, that no control character is left, and that
// it does not matter where the parts end.
func TestNothingHarmfulPasses(t *testing.T) {
	pieces := rapid.OneOf(rapid.SampledFrom([]string{"\x1b[2J", "\r", "\n", "\t", "\u009b", "\xc2", "\x9b", "é", "漢", "\u202e", "\xe2\x80"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(pieces).Draw(t, "parts")
		whole := strings.Join(parts, "")
		var out bytes.Buffer
		w := screen.NewWriter(&out)
		for _, p := range parts {
			fmt.Fprint(w, p)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		text, line := screen.Text(whole), screen.Line(whole)
		if out.String() != text {
			t.Fatalf("in parts %q, at once %q", out.String(), text)
		}
		if !utf8.ValidString(text) || !utf8.ValidString(line) {
			t.Fatalf("%q, %q", text, line)
		}
		for _, r := range text + line {
			if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q is left of %q", r, whole)
			}
		}
		if strings.ContainsAny(line, "\n\t") {
			t.Fatalf("%q is no line", line)
		}
	})
}
