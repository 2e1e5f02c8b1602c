package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus/bustest"
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

// TestDamagedLastFile: a note that is not what was written is no seq, and not the same as none. It stays as it is until
// something is appended: a start that is refused is refused again.
func TestDamagedLastFile(t *testing.T) {
	all := bustest.Chain(4)
	for name, damage := range map[string]func(string) string{
		"a digit":  func(s string) string { return strings.Replace(s, "3", "1", 1) },
		"cut off":  func(s string) string { return s[:20] },
		"longer":   func(s string) string { return s + s },
		"no digit": func(string) string { return "0123456789 0123456789 01234567\n" },
		"zeros":    func(s string) string { return strings.Repeat("\x00", len(s)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "curfew.db")
			j := open(t, path)
			bustest.Fill(t, j, all[:3], 3)
			_ = j.Close()
			text, err := os.ReadFile(path + "-last")
			if err != nil {
				t.Fatal(err)
			}
			bad := []byte(damage(string(text)))
			if err := os.WriteFile(path+"-last", bad, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				j = open(t, path)
				if seq, err := j.Appended(); seq != 0 || err == nil || !strings.Contains(err.Error(), "curfew.db-last is damaged") {
					t.Errorf("the note says %d, %v", seq, err)
				}
				_ = j.Close()
				if now, err := os.ReadFile(path + "-last"); err != nil || !bytes.Equal(now, bad) {
					t.Errorf("to open the journal made it %q, %v", now, err)
				}
			}
			j = open(t, path)
			bustest.Fill(t, j, all[3:], 1)
			_ = j.Close()
			j = open(t, path)
			if seq, err := j.Appended(); seq != 4 || err != nil {
				t.Errorf("after an append the note says %d, %v", seq, err)
			}
			_ = j.Close()
		})
	}
}
