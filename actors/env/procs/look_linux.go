package procs

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// canLook is whether this system shows the processes of the machine.
const canLook = true

const (
	tickHertz  = 100     // of what /proc counts in, on every system that Go runs on
	maxEnviron = 4 << 20 // bytes of an environment that are looked at; the kernel allows no more
)

// bootID is a text that changes at every boot.
func bootID() (string, error) {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(raw)), err
}

// ticks is now, in clock ticks since the boot; 0 if that cannot be known.
func ticks() uint64 {
	raw, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	up, _, _ := strings.Cut(string(raw), " ")
	seconds, err := strconv.ParseFloat(up, 64)
	if err != nil {
		return 0
	}
	return uint64(seconds * tickHertz)
}

// processes lists all processes, also those that have ended and are not reaped.
func processes() ([]running, error) {
	places, err := places()
	if err != nil {
		return nil, err
	}
	var out []running
	for _, at := range places {
		if p, err := stat(at.pid); err == nil {
			out = append(out, p)
		}
	}
	return out, nil
}

// startOf is when a process started, in clock ticks since the boot.
func startOf(pid int) (uint64, error) {
	p, err := stat(pid)
	return p.start, err
}

var errStat = errors.New("procs: /proc/PID/stat is not as it should be")

// Fields of /proc/PID/stat, as proc(5) counts them.
const (
	fieldState   = 3
	fieldParent  = 4
	fieldGroup   = 5
	fieldSession = 6
	fieldThreads = 20
	fieldStart   = 22
)

// stat reads /proc/PID/stat. The name in it may have any characters, so the fields are counted from the last bracket.
func stat(pid int) (running, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return running{}, err
	}
	open, end := bytes.IndexByte(raw, '('), bytes.LastIndexByte(raw, ')')
	if open < 0 || end < open {
		return running{}, errStat
	}
	rest := strings.Fields(string(raw[end+1:]))
	if len(rest) <= fieldStart-fieldState {
		return running{}, errStat
	}
	p := running{pid: pid, name: strings.Map(printable, string(raw[open+1:end]))}
	threads := 0
	for _, f := range []struct {
		field int
		into  *int
	}{{fieldParent, &p.parent}, {fieldGroup, &p.group}, {fieldSession, &p.session}, {fieldThreads, &threads}} {
		if *f.into, err = strconv.Atoi(rest[f.field-fieldState]); err != nil {
			return running{}, errStat
		}
	}
	if p.start, err = strconv.ParseUint(rest[fieldStart-fieldState], 10, 64); err != nil {
		return running{}, errStat
	}
	state := rest[0]
	p.ended = (state == "Z" || state == "X") && threads <= 1 // a first thread may end before the others
	return p, nil
}

// printable replaces characters that could move a cursor in the name of a process.
func printable(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

// hasRun reports whether the program started a process for the run. A process that names no program, or one of an
// unknown program, is judged by the run alone: an earlier build named none. An environment that cannot be read means
// no.
func hasRun(pid int, run string, by writer) bool {
	is, program := startedFor(pid)
	return run != "" && is == run && (program == "" || by == (writer{}) || program == by.String())
}

// runBy returns the run for which a process was started, by its environment; empty: none, or it cannot be read.
func runBy(pid int) string {
	run, _ := startedFor(pid)
	return run
}

// startedFor returns the run for which a process was started, and the program that started it, by its environment;
// empty: it has none, or cannot be read.
func startedFor(pid int) (run, program string) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return "", ""
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxEnviron))
	if err != nil {
		return "", ""
	}
	entries := strings.Split(string(raw), "\x00")
	return runOf(entries), valueOf(entries, strings.TrimSuffix(daemonVariable, "="))
}
