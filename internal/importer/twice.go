package importer

import (
	"slices"
	"strings"

	"curfew/messages/text"
)

// generalTools are programs that say nothing about whose work it is.
var generalTools = map[string]bool{
	"awk": true, "cat": true, "cp": true, "curl": true, "date": true, "docker": true, "echo": true, "false": true, "find": true, "git": true,
	"java": true, "kill": true, "ls": true, "logger": true, "make": true, "mkdir": true, "mv": true, "node": true, "perl": true, "php": true,
	"podman": true, "printf": true, "python": true, "python3": true, "rm": true, "rsync": true, "ruby": true, "run-parts": true, "sed": true,
	"ssh": true, "systemctl": true, "tar": true, "tee": true, "touch": true, "true": true, "wget": true, "xargs": true,
}

// execLine matches what a unit starts.
var execLine = text.Pattern(`(?m)^\s*ExecStart\s*=\s*[-@:+!]*(.+)$`)

// programsOf are the names of the programs that a service starts.
func programsOf(service []byte) (out []string) {
	for _, m := range execLine().FindAllSubmatch(service, -1) {
		out = append(out, programsIn(string(m[1]))...)
	}
	return out
}

// programsIn are the names of programs in a command line, without those that say nothing.
func programsIn(command string) (out []string) {
	words, _ := shellWords(command)
	for _, w := range words {
		inner := strings.Trim(w.text, `"'`)
		if strings.ContainsAny(inner, " \t") {
			if inner != w.text { // what is in quotes is shorter, so that this ends
				out = append(out, programsIn(inner)...)
			}
			continue
		}
		name := base(inner)
		if w.operator || name == "" || strings.HasPrefix(name, "-") || generalTools[name] || wraps[name] || tests[name] || opens[name] ||
			closes[name] || goesOn[name] || digits().MatchString(name) || !unitName().MatchString(name) {
			continue
		}
		out = append(out, name)
	}
	return out
}

// twice finds lines of cron and timers that do the same work: of one package, by their names, or with one program. Where
// systemd runs the machine the timer is taken, else the line.
func (b *batch) twice() {
	for _, line := range b.Entries {
		if line.job == nil || line.cron == nil {
			continue
		}
		for _, timer := range b.Entries {
			if timer.job == nil || timer.timer == "" || !sameWork(line, timer) {
				continue
			}
			switch {
			case b.Systemd && !timer.job.never:
				line.pause("%s does the same: both would do the work twice, and the timer is taken, for systemd runs this machine; set enabled to true if both are meant", timer.Source)
			case !b.Systemd && !line.job.never:
				timer.pause("%s:%d does the same: both would do the work twice, and the line is taken, for systemd does not run this machine; set enabled to true if both are meant", line.Source, line.Line)
			}
			break
		}
	}
}

// sameWork reports whether a line and a timer are of one package, or start one program.
func sameWork(line, timer *Entry) bool {
	if file := base(line.Source); line.packaged && (timer.timer == file || strings.HasPrefix(timer.timer, file+"-")) {
		return true
	}
	return slices.ContainsFunc(line.cron, func(p string) bool { return slices.Contains(timer.programs, p) })
}
