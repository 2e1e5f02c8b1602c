package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// open opens a file for reading. A pipe that lies about is refused: reading it would wait for ever. One that was given on
// purpose is read, such as /dev/stdin or what a shell makes of <(…).
func open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return os.Open(path) // it says the same, in the words that are known of it
	case info.Mode().IsRegular(), info.Mode()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0 && given(path):
		return os.Open(path)
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, not a file", path)
	default:
		return nil, fmt.Errorf("%s is %s, not a file; to read what it gives, make it the standard input: %s < %s", path, kindOf(info.Mode()), Stdin, path)
	}
}

// kindOf is what people call a thing in a folder that is neither a file nor a folder.
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

// read reads a file of at most that many bytes; one more tells that there are more.
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
