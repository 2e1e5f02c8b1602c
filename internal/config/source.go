package config

import (
	"errors"
	"fmt"
	"io"
	"os"

	"curfew/bus/regular"
)

// Stdin is the path that means standard input.
const Stdin = "-"

// open opens a file for reading, or a pipe that the program was started with.
func open(path string) (*os.File, error) {
	f, err := regular.OpenGiven(path)
	if other := (*regular.Other)(nil); errors.As(err, &other) && !other.Mode.IsDir() {
		return nil, fmt.Errorf("%w; to read from it, make it the standard input: %s < %s", err, Stdin, path)
	}
	return f, err
}

// ReadTwice reports whether a job file can be read again: it is not a pipe that the program was started with.
func ReadTwice(path string) bool { return path != Stdin && !regular.Given(path) }

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
