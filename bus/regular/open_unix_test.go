//go:build unix

package regular_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"curfew/bus/regular"
)

// What is no file is refused by name, at once. A link to a file is one.
func TestOpen(t *testing.T) {
	t.Chdir(t.TempDir())
	err := errors.Join(os.WriteFile("file", []byte("text"), 0o600), os.Mkdir("folder", 0o700), os.Symlink("file", "link"),
		syscall.Mkfifo("pipe", 0o600))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for path, want := range map[string]string{
		"file": "", "link": "",
		"folder":     "folder is a folder, not a file",
		"pipe":       "pipe is a named pipe (FIFO), not a file",
		"socket":     "socket is a socket, not a file",
		os.DevNull:   os.DevNull + " is a device, not a file",
		"none/there": "open none/there: no such file or directory",
	} {
		for name, open := range map[string]func(string) (*os.File, error){"Open": regular.Open, "OpenGiven": regular.OpenGiven} {
			f, err := open(path)
			if want == "" && err == nil {
				if text, err := io.ReadAll(f); string(text) != "text" || err != nil {
					t.Errorf("%s of %s reads %q, %v", name, path, text, err)
				}
				_ = f.Close()
				continue
			}
			if fmt.Sprint(err) != want {
				t.Errorf("%s of %s says %v, want %q", name, path, err, want)
			}
		}
		var other *regular.Other
		err := regular.Check(path)
		if is := errors.As(err, &other) || errors.Is(err, fs.ErrNotExist); is != (want != "") || is != (err != nil) {
			t.Errorf("a check of %s says %v", path, err)
		}
	}
}

// A pipe that the program was started with is read, and only by OpenGiven.
func TestOpenGiven(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := filepath.Join("/dev/fd", fmt.Sprint(r.Fd()))
	if _, err := regular.Open(path); err == nil {
		t.Error("Open takes it for a file")
	}
	_, err = w.WriteString("text")
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := regular.OpenGiven(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if text, err := io.ReadAll(f); string(text) != "text" || err != nil {
		t.Errorf("it reads %q, %v", text, err)
	}
}
