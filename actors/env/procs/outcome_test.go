//go:build unix

package procs

import (
	"strings"
	"testing"

	"curfew/actors"
)

func TestExited(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	for _, tt := range []struct {
		name           string
		output, stderr string
		want           string
	}{
		{"nothing", "", "", "exit status 2"},
		{"output alone", "one\ntwo\n\n", "", "exit status 2: two"},
		{"standard error, though output came later", "ERROR: disk\ncleanup done\n", "ERROR: disk\n", "exit status 2: ERROR: disk"},
		{"blank standard error", "said\n\n", "\n \n", "exit status 2: said"},
		{"progress", "\r0%\r50%\rlost at 99%", "", "exit status 2: lost at 99%"},
		{"lines of Windows", "one\r\ntwo\r\n", "", "exit status 2: two"},
		{"a long line", "", long + "the end\n", "exit status 2: …" + long[len(long)+len("the end")-actors.MaxLine+len("…"):] + "the end"},
		{"a long line, cut in a letter", "", "x" + strings.Repeat("é", actors.MaxLine) + "\n", "exit status 2: …" + strings.Repeat("é", (actors.MaxLine-len("…"))/2)},
		{"colours", "", "\x1b[1m\x1b[31mno room\x1b[0m\n", "exit status 2: no room"},
		{"a colour behind the last line", "", "no room\n\x1b[0m\n", "exit status 2: no room"},
		{"a title", "", "\x1b]0;mine\x07gone\x1b]0;yours\x1b\\\n", "exit status 2: gone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := Exited(actors.Result{ExitCode: 2, Output: tt.output, Stderr: tt.stderr})
			if got := err.Error(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
