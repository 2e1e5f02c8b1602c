//go:build unix

package refresher_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestKeptPipe: a token is not read from a named pipe. Nobody writes to it, so that a stop would wait for ever.
func TestKeptPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "token")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := file(pipe).Read(); got != "" || err == nil || !strings.Contains(err.Error(), pipe+" is a named pipe (FIFO), not a file") {
		t.Errorf("%q, %v", got, err)
	}
}
