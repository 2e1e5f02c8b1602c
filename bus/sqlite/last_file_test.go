package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus/sqlite"
)

// TestLastFileIsNoLink: the newest seq is not written through a link to another file.
func TestLastFileIsNoLink(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "curfew.db"), filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, path+"-last"); err != nil {
		t.Fatal(err)
	}
	if j, err := sqlite.Open(path); err == nil || !strings.Contains(err.Error(), "curfew.db-last is a link or not a regular file: remove it") {
		t.Errorf("got %v, %v", j, err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "mine" {
		t.Errorf("the other file has %q, %v", text, err)
	}
}
