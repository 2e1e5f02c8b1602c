package lock_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"curfew/internal/lock"
)

func TestOneDaemonPerFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new", "data")
	first, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatal(err)
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
	second, err := lock.Acquire(t.Context(), data)
	if err != nil {
		t.Fatalf("the folder is free again: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}
