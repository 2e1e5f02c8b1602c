//go:build unix

package procs

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// howEnded is the exit code of a process and the name of the signal that ended it; -1 and none if it has not
// ended.
func howEnded(s *os.ProcessState) (code int, signal string) {
	if s == nil {
		return -1, ""
	}
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		signal = unix.SignalName(w.Signal())
	}
	return s.ExitCode(), signal
}

// nameOf is the name of a signal; empty: there is none of that number.
func nameOf(signal int) string { return unix.SignalName(syscall.Signal(signal)) }
