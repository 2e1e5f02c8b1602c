package cli

import (
	"strings"
	"testing"
)

// TestFitted: a page never scrolls the terminal, and leaves nothing of the page before.
func TestFitted(t *testing.T) {
	for _, tt := range []struct {
		page string
		rows int
		want string
	}{
		{"a\nb\n", 3, home + "a" + clearLine + "\r\nb" + clearLine + clearBelow},
		{"a\nb\nc\nd\n", 3, home + "a" + clearLine + "\r\nb" + clearLine + "\r\n… 2 lines more" + clearLine + clearBelow},
		{"", 3, home + clearLine + clearBelow},
	} {
		if got := string(fitted([]byte(tt.page), tt.rows)); got != tt.want {
			t.Errorf("%q in %d rows: %q, want %q", tt.page, tt.rows, got, tt.want)
		}
	}
}

// TestQuits: q and Ctrl-C end it, and so does a terminal that is gone; what is typed behind them is not read.
func TestQuits(t *testing.T) {
	for keys, want := range map[string]int{"q!": 1, "xQ!": 1, "ab\x03!": 1, "": 0, "abc": 0} {
		in := strings.NewReader(keys)
		if quits(in); in.Len() != want {
			t.Errorf("%q: %d keys are left, want %d", keys, in.Len(), want)
		}
	}
}
