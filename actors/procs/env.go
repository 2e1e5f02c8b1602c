//go:build unix

package procs

import (
	"slices"
	"strconv"
	"strings"

	"curfew/actors"
	"curfew/messages"
)

// inherited names the variables that every process gets from the daemon: who and where it is, how it
// speaks, and whose certificates it trusts. Everything else has to be passed on by name.
var inherited = []string{
	"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER",
}

// inheritedPrefix names the rest of them: LC_TIME and its like.
const inheritedPrefix = "LC_"

// environment is what the command's process gets: the usual variables and those that the command passes
// on, without the denied ones; then its own, which win.
func environment(daemon []string, c actors.Command, deny []string) []string {
	env := []string{} // not nil: that would mean everything
	for _, entry := range daemon {
		name, _, _ := strings.Cut(entry, "=")
		usual := slices.Contains(inherited, name) || strings.HasPrefix(name, inheritedPrefix)
		if (usual || slices.Contains(c.Pass, name)) && !slices.Contains(deny, name) {
			env = append(env, entry)
		}
	}
	return append(env, c.Env...)
}

// runVariable tells a process, and whoever looks at it, whose run it belongs to.
const runVariable = "CURFEW_RUN="

// Vars are the variables that tell a process whose attempt it is: CURFEW_JOB, CURFEW_RUN, CURFEW_ATTEMPT
// and CURFEW_SLOT, which is RFC 3339 in UTC with milliseconds, and empty for a run by hand.
func Vars(a actors.Attempt) []string {
	slot := ""
	if !a.Slot.IsZero() {
		slot = messages.At(a.Slot).String()
	}
	return []string{
		"CURFEW_JOB=" + a.Job,
		runVariable + string(a.ID),
		"CURFEW_ATTEMPT=" + strconv.Itoa(a.Number),
		"CURFEW_SLOT=" + slot,
	}
}

// runOf is the run that an environment names; empty: none.
func runOf(env []string) (run string) {
	for _, entry := range env {
		if value, ok := strings.CutPrefix(entry, runVariable); ok {
			run = value // the last one wins
		}
	}
	return run
}
