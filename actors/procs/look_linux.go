package procs

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
)

// canLook says whether this system shows what processes there are.
const canLook = true

const (
	tickHertz  = 100     // of what /proc counts in, on every system that Go runs on
	maxEnviron = 4 << 20 // bytes of an environment that are looked at; the kernel allows no more
)

// bootID is a text that is another one after every boot.
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

// processes lists what is running. Nothing is looked at if nobody wants to know.
func processes(wanted bool) ([]running, error) {
	if !wanted {
		return nil, nil
	}
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var out []running
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		p, state, err := stat(pid)
		if err != nil || state == "Z" || state == "X" {
			continue // it has ended
		}
		out = append(out, p)
	}
	return out, nil
}

// startOf is when a process started, in clock ticks since the boot.
func startOf(pid int) (uint64, error) {
	p, _, err := stat(pid)
	return p.start, err
}

var errStat = errors.New("procs: /proc/PID/stat is not as it should be")

// stat reads /proc/PID/stat. The name in it may hold anything, so what follows counts from the last bracket.
func stat(pid int) (p running, state string, err error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return running{}, "", err
	}
	open, end := bytes.IndexByte(raw, '('), bytes.LastIndexByte(raw, ')')
	if open < 0 || end < open {
		return running{}, "", errStat
	}
	const first, group, start = 3, 5, 22 // fields, as proc(5) counts them
	rest := strings.Fields(string(raw[end+1:]))
	if len(rest) <= start-first {
		return running{}, "", errStat
	}
	p = running{pid: pid, name: strings.ToValidUTF8(string(raw[open+1:end]), "?")}
	p.group, err = strconv.Atoi(rest[group-first])
	if err != nil {
		return running{}, "", errStat
	}
	p.start, err = strconv.ParseUint(rest[start-first], 10, 64)
	if err != nil {
		return running{}, "", errStat
	}
	return p, rest[0], nil
}

// hasRun reports whether a process was started for the run. That its environment cannot be read means no.
func hasRun(pid int, run string) bool {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil || run == "" {
		return false
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxEnviron))
	if err != nil {
		return false
	}
	for entry := range bytes.SplitSeq(raw, []byte{0}) {
		if string(entry) == runVariable+run {
			return true
		}
	}
	return false
}
