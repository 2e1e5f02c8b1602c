//go:build unix

package sqlite_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/bus/sqlite"
)

// TestVerifyNoFile: a named pipe in the place of a backup is refused; nobody may ever write to it.
func TestVerifyNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "backup.db is a named pipe (FIFO), not a file"
	if _, err := sqlite.Verify(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a pipe: %v", err)
	}
	if _, err := sqlite.Restore(t.Context(), path, path+".to"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("to restore a pipe: %v", err)
	}
}

// TestLastFileIsNoPipe: a pipe in the place of the note is refused, and not waited for.
func TestLastFileIsNoPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	if err := syscall.Mkfifo(path+"-last", 0o600); err != nil {
		t.Fatal(err)
	}
	if j, err := sqlite.Open(path); err == nil || !strings.Contains(err.Error(), "curfew.db-last is a link or not a regular file: remove it") {
		t.Errorf("got %v, %v", j, err)
	}
}
