//go:build unix

package procs

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
)

// inherited names the variables that every process gets from the daemon: its user and place, its language, and the
// certificates that it trusts. Every other variable has to be passed on by name.
var inherited = []string{
	"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER",
}

// inheritedPrefix names the rest of them: LC_TIME and its like.
const inheritedPrefix = "LC_"

// defaultPath is the PATH of a process if the daemon has none: what systemd gives its services.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// ofUser names the variables among the usual ones that are about the daemon's user. A process that is given a user has
// those of its own, and no TMPDIR, which may be a folder of the daemon's user alone.
var ofUser = []string{"HOME", "LOGNAME", "SHELL", "USER", "TMPDIR"}

// environment is the environment of the command's process: the usual variables of the daemon and those that the job and
// the command pass on; its user from the password file, if the daemon's environment lacks it, or if the command names
// one (as); then the variables that the job file sets, those that the command sets, and those of the attempt. The later
// one wins. Denied variables of the daemon or the job file are left out.
func (r *runner) environment(daemon []string, c actors.Command, as *identity) []string {
	env := []string{} // not nil: that would mean everything
	add := func(name, value string) {
		if !slices.Contains(r.deny, name) {
			env = append(env, name+"="+value)
		}
	}
	for _, entry := range daemon {
		name, value, _ := strings.Cut(entry, "=")
		usual := slices.Contains(inherited, name) || strings.HasPrefix(name, inheritedPrefix)
		if as != nil && slices.Contains(ofUser, name) {
			usual = false
		}
		if usual || slices.Contains(c.Pass, name) || slices.Contains(r.attempt.PassEnv, name) {
			add(name, value)
		}
	}
	for _, v := range append(as.variables(), [2]string{"PATH", defaultPath}) {
		if valueOf(env, v[0]) == "" {
			add(v[0], v[1])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.attempt.EnvValues)) {
		add(name, r.attempt.EnvValues[name])
	}
	env = append(env, c.Env...)
	if r.attempt.Run != "" {
		env = append(env, vars(r.attempt)...)
		env = append(env, r.ledger.vars()...)
	}
	return env
}

// Variables by which a process is recognised. Two daemons of one machine have equal runs if their jobs and slots have
// the same names, so the daemon is named, too.
const (
	runVariable    = "CURFEW_RUN="
	daemonVariable = "CURFEW_DAEMON="
)

// vars are the variables of the attempt: CURFEW_JOB, CURFEW_RUN, CURFEW_ATTEMPT and CURFEW_SLOT, which is RFC 3339 in
// UTC with milliseconds, and empty for a run that was started by hand.
func vars(a actors.Attempt) []string {
	slot := ""
	if !a.Slot.IsZero() {
		slot = messages.At(a.Slot).String()
	}
	return []string{
		"CURFEW_JOB=" + a.Job,
		runVariable + string(a.Run),
		"CURFEW_ATTEMPT=" + strconv.Itoa(a.Number),
		"CURFEW_SLOT=" + slot,
	}
}

// runOf is the run that an environment names; empty: none.
func runOf(env []string) string { return valueOf(env, strings.TrimSuffix(runVariable, "=")) }

// valueOf is the last value of a variable; empty if there is none.
func valueOf(env []string, name string) (value string) {
	for _, entry := range env {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			value = v
		}
	}
	return value
}

// maxPath bounds how much of a PATH an error quotes, in bytes.
const maxPath = 240

// find returns the program of that name in the PATH of the process, which need not be the daemon's. Relative folders of
// PATH are skipped: they would differ with the working directory. A name with a slash is a path already.
func find(name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, dir := range filepath.SplitList(valueOf(env, "PATH")) {
		path := filepath.Join(dir, name)
		var is unix.Stat_t
		if filepath.IsAbs(dir) && unix.Stat(path, &is) == nil && is.Mode&unix.S_IFMT == unix.S_IFREG &&
			unix.Access(path, unix.X_OK) == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: %s; `curfew doctor` names the programs that the daemon does not find", exec.ErrNotFound,
		text.Head(valueOf(env, "PATH"), maxPath))
}
