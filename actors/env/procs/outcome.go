package procs

import (
	"errors"
	"io/fs"
	"os/exec"
	"syscall"

	"curfew/actors"
	"curfew/actors/env/users"
)

// Hopeless reports whether a process could not be started for a reason that no retry mends: the folder, program or user
// does not exist, or must not be used. A person has to correct the machine or the job.
func Hopeless(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) ||
		errors.Is(err, syscall.ENOTDIR) || errors.Is(err, users.ErrUnknown) || errors.Is(err, users.ErrDenied)
}

// Exited is the error of a process that failed: how it ended, and the last line of its standard error, or of its output
// if it wrote no error.
func Exited(r actors.Result) error {
	how := How(r)
	for _, text := range []string{r.Stderr, r.Output} {
		if line := actors.LastLine(text); line != "" {
			return errors.New(how + ": " + line)
		}
	}
	return errors.New(how)
}
