// Package regular opens files that people name. Nothing waits there: a named pipe in the place of a file would be waited
// for until somebody writes to it, for ever as a rule.
package regular

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Other is the error for a path at which there is no file but something else.
type Other struct {
	Path string
	Mode fs.FileMode
}

// Error names what is there.
func (o *Other) Error() string {
	what := "something else"
	switch {
	case o.Mode.IsDir():
		what = "a folder"
	case o.Mode&fs.ModeNamedPipe != 0:
		what = "a named pipe (FIFO)"
	case o.Mode&fs.ModeSocket != 0:
		what = "a socket"
	case o.Mode&fs.ModeDevice != 0:
		what = "a device"
	}
	return fmt.Sprintf("%s is %s, not a file", o.Path, what)
}

// Check returns why a path cannot be read as a file: an [*Other], or that nothing is there. It opens nothing.
func Check(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return check(path, info)
}

func check(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &Other{path, info.Mode()}
}

// Open opens a file for reading. The error is an [*Other] if the path leads to something else.
func Open(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil { // os.OpenFile has the better error
		if err := check(path, info); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a pipe meanwhile
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = check(path, info)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// OpenGiven is [Open], and opens also a pipe or terminal that the program was started with, such as /dev/stdin or the path
// that a shell makes of <(…).
func OpenGiven(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && Given(path) && info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 {
		return os.Open(path)
	}
	return Open(path)
}

// Given reports whether a path names what the program was started with.
func Given(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}
