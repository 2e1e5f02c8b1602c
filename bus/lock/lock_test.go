package lock_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus/lock"
)

// newFolder is a data folder that is ready.
func newFolder(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "new", "data")
	if err := lock.Prepare(data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOneDaemonPerFolder(t *testing.T) {
	data := newFolder(t)
	first, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if !lock.InUse(data) {
		t.Error("nobody has the folder")
	}
	var held *lock.Held
	if _, err := lock.Acquire(t.Context(), data); !errors.As(err, &held) || held.PID != os.Getpid() || held.Data != data {
		t.Errorf("the second daemon gets %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lock.Acquire(ctx, data); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait gives %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if lock.InUse(data) {
		t.Error("somebody has the folder")
	}
	second, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatalf("the folder is free again: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

// Whoever removes the lock file, or puts another in its place, does not get the folder; the holder is still named.
func TestLockFileRemoved(t *testing.T) {
	data := newFolder(t)
	first, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Release() //nolint:errcheck // it is not what is tested
	if err := os.WriteFile(filepath.Join(data, "daemon.json"), []byte(`{"pid": 4711}`), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(data, "daemon.lock")
	for _, another := range []bool{false, true} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if another {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var held *lock.Held
		if _, err := lock.Acquire(t.Context(), data); !errors.As(err, &held) || held.PID != 4711 {
			t.Errorf("another file %v: the second daemon gets %v", another, err)
		}
		if !another {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A link in the lock file's place is refused, and what it names is not touched.
func TestLockFileIsLink(t *testing.T) {
	for name, link := range map[string]func(old, name string) error{"symbolic": os.Symlink, "hard": os.Link} {
		data := newFolder(t)
		victim := filepath.Join(t.TempDir(), "victim")
		if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := link(victim, filepath.Join(data, "daemon.lock")); err != nil {
			t.Fatal(err)
		}
		if _, err := lock.Acquire(t.Context(), data); err == nil || !strings.Contains(err.Error(), "is a link") {
			t.Errorf("%s link: %v", name, err)
		}
		if text, err := os.ReadFile(victim); err != nil || string(text) != "precious" {
			t.Errorf("%s link: the file has %q, %v", name, text, err)
		}
		if lock.InUse(data) {
			t.Errorf("%s link: the folder stays taken", name)
		}
	}
}

// A folder that is removed, or replaced, is found lost.
func TestLost(t *testing.T) {
	data := newFolder(t)
	l, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release() //nolint:errcheck // it is not what is tested
	if err := l.Lost(); err != nil {
		t.Error(err)
	}
	if err := os.Rename(data, data+"-moved"); err != nil {
		t.Fatal(err)
	}
	if err := l.Lost(); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("moved: %v", err)
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.Lost(); err == nil || !strings.Contains(err.Error(), "was replaced by another") {
		t.Errorf("replaced: %v", err)
	}
}
