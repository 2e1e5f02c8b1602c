//go:build unix

package cli_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipes: a named pipe in the place of a file is refused; nobody may ever write to it.
func TestPipes(t *testing.T) {
	_, data := daemon(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{
		"session login default --token-file PIPE --data DATA",
		"job show brief --url http://127.0.0.1:1 --token-file PIPE",
		"job set brief -f PIPE --data DATA",
		"journal import PIPE --data DATA",
		"replay PIPE",
	} {
		code, _, stderr := call("", strings.Fields(strings.NewReplacer("PIPE", pipe, "DATA", data).Replace(args))...)
		if code != 2 || !strings.Contains(stderr, pipe+" is a named pipe (FIFO), not a file") {
			t.Errorf("%s: exit %d, %s", args, code, stderr)
		}
	}
}
