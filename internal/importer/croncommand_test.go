package importer

import (
	"os/exec"
	"strings"
	"testing"
)

// TestGuardedDoesTheSame runs lines before and after: the same output, and no failure where only the test says no.
func TestGuardedDoesTheSame(t *testing.T) {
	for _, tt := range []struct {
		line, output string
		status       int // of the line as it comes over
	}{
		{"[ -d / ] && echo yes", "yes\n", 0},
		{"[ -d /nowhere ] && echo yes", "", 0},
		{"[ -d / ] && (echo yes; exit 3)", "yes\n", 3},
		{"test -d / -a \\! -d /nowhere && true && echo 'a && b'", "a && b\n", 0},
		{"command -v no-such-program > /dev/null && no-such-program 1", "", 0},
		{"! test -e /nowhere && echo one | tr o O", "One\n", 0},
		{"[ -d / ] && if [ ! -d /nowhere ]; then echo in; fi", "in\n", 0},
		{"[ -d /nowhere ] && echo a || echo b", "b\n", 0},
		{"[ -d /nowhere ] && echo a; echo b", "b\n", 0},
		{"echo a; [ -d /nowhere ] && echo b", "a\n", 0},
		{"echo a; [ -d / ] && (echo b; exit 3) # why", "a\nb\n", 3},
		{"[ -d /nowhere ] && echo a;", "", 0},
		{"true & [ -d /nowhere ] && echo a # b", "", 0},
		{`[ "$(echo '\%w')" = '\%w' ] && echo percent`, "percent\n", 0},
		{`[ "$(echo "a && b")" = "a && b" ] && echo nested`, "nested\n", 0},
		{`[ -d / ] && echo end\\ \`, "end\\ \\\n", 0},
		{"cat%one%two", "one\ntwo\n", 0},
		{"[ -d / ] && cat%$HOME `x` \\%", "$HOME `x` %\n", 0},
		{"read a; cat; echo $a # says it%one%two%", "two\none\n", 0},
	} {
		command, stdin, has := input(tt.line)
		if line, ok := guarded(command); ok {
			command = line
		}
		cmd := exec.Command("/bin/sh", "-c", command)
		if has {
			cmd.Stdin = strings.NewReader(stdin)
		}
		out, err := cmd.Output()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.ExitCode(); string(out) != tt.output || status != tt.status {
			t.Errorf("%s: got %q, exit status %d", command, out, status)
		}
	}
}
