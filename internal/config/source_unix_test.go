//go:build unix

package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/internal/config"
)

// TestNoRegularFile: a pipe that lies about as a job file or a definition is refused at once; nobody may ever write to it.
func TestNoRegularFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	if err := os.MkdirAll(filepath.Join(dir, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, filepath.Join(dir, "agents", "x.md")} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Skipf("this file system has no pipes: %v", err)
		}
	}
	if _, err := config.Load(pipe, kinds()); err == nil || !strings.Contains(err.Error(), "pipe.yaml is a named pipe (FIFO), not a file; ") {
		t.Errorf("a pipe: %v", err)
	}
	if _, err := config.Load(dir, kinds()); err == nil || !strings.Contains(err.Error(), "is a folder, not a file") {
		t.Errorf("a folder: %v", err)
	}
}

// TestPipeOnPurpose: standard input is read, and a pipe that the program was started with.
func TestPipeOnPurpose(t *testing.T) {
	const file = "jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x}}\n"
	for _, path := range []string{config.Stdin, "/dev/stdin"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteString(file); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		if path == "/dev/stdin" {
			path = fmt.Sprintf("/dev/fd/%d", r.Fd())
		} else {
			stdin := os.Stdin
			os.Stdin = r
			defer func() { os.Stdin = stdin }()
		}
		c, err := config.Load(path, kinds())
		if err != nil || len(c.Jobs) != 1 {
			t.Errorf("%s: %d jobs, %v", path, len(c.Jobs), err)
		}
		_ = r.Close()
	}
}
