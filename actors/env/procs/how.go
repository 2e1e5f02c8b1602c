package procs

import (
	"fmt"

	"curfew/actors"
)

// shellSignal is what a shell adds to the number of the signal that ended a program of its own.
const shellSignal = 128

// shellNotFound is the exit code with which a shell says that there is no such program.
const shellNotFound = 127

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
	if r.ExitCode == shellNotFound {
		return how + " (as of a shell that does not find a program; `curfew doctor` shows the daemon's PATH)"
	}
	if name := nameOf(r.ExitCode - shellSignal); r.ExitCode > shellSignal && name != "" {
		how += " (as of a program killed by " + name
		if name == oomSignal {
			how += ": " + outOfMemory
		}
		how += ")"
	}
	return how
}
