//go:build unix

package procs

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"

	"curfew/actors"
)

// maxLine bounds what an error quotes of the output, in bytes.
const maxLine = 512

// Hopeless reports whether a process could not be started for a reason that no retry mends: that there is
// no such folder or program, or that it must not be used. Somebody has to mend the machine or the job.
func Hopeless(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR)
}

// Exited is the error of a process that did not end well: how it ended, and the last line of its output.
func Exited(r actors.Result) error {
	how := fmt.Sprintf("exit status %d", r.ExitCode)
	if r.ExitCode < 0 {
		how = "killed by a signal"
	}
	if line := lastLine(r.Output); line != "" {
		return errors.New(how + ": " + line)
	}
	return errors.New(how)
}

// lastLine is the last line that is not blank, as far as it is bounded.
func lastLine(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(s[strings.LastIndexByte(s, '\n')+1:])
	return strings.ToValidUTF8(s[:min(len(s), maxLine)], "")
}
