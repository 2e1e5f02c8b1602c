//go:build unix

package procs

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"curfew/actors"
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

// shellSignal is what a shell adds to the number of the signal that ended a program of its own.
const shellSignal = 128

// What a signal often means that Curfew has not sent.
const (
	oomSignal   = "SIGKILL"
	outOfMemory = "often because memory ran out"
)

// How says how a process ended, such as "exit status 1".
func How(r actors.Result) string {
	if r.Signal != "" {
		if r.Signal == oomSignal {
			return "killed by " + r.Signal + " (" + outOfMemory + ")"
		}
		return "killed by " + r.Signal
	}
	if r.ExitCode < 0 {
		return "killed by a signal"
	}
	how := fmt.Sprintf("exit status %d", r.ExitCode)
	if name := unix.SignalName(syscall.Signal(r.ExitCode - shellSignal)); r.ExitCode > shellSignal && name != "" {
		how += " (as of a program killed by " + name
		if name == oomSignal {
			how += ": " + outOfMemory
		}
		how += ")"
	}
	return how
}
