package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Stdin is the path that means standard input.
const Stdin = "-"

// open opens a file for reading. A named pipe in a folder is refused, since reading it could wait for ever. A pipe that
// the program was started with is read, such as /dev/stdin or the path that a shell makes of <(…).
func open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return os.Open(path) // for its error, whose wording people know
	case info.Mode().IsRegular(), info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 && given(path):
		return os.Open(path)
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, not a file", path)
	default:
		return nil, fmt.Errorf("%s is %s, not a file; to read from it, make it the standard input: %s < %s",
			path, kindOf(info.Mode()), Stdin, path)
	}
}

// kindOf names what is neither a regular file nor a folder.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe (FIFO)"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return "something else"
	}
}

// given reports whether a path names what a program was started with.
func given(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

// ReadTwice reports whether a job file can be read again: it is not a pipe that the program was started with.
func ReadTwice(path string) bool { return path != Stdin && !given(path) }

// read reads a file up to one byte more than most, so that the caller can see that it is too long.
func read(path string, most int64) ([]byte, error) {
	if path == Stdin {
		return io.ReadAll(io.LimitReader(os.Stdin, most+1))
	}
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
