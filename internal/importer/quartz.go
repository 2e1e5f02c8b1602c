package importer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// javaWork stands in a written job for a class of a Java program, which nobody but that program can start.
const javaWork = `echo 'write here the command that does what %s does' >&2
exit 1`

// quartz reads quartz_jobs.xml, or a file of expressions: properties whose values are some, or one on a line.
func (b *batch) quartz(s Source) {
	before := len(b.Entries)
	if strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(string(s.Data), "\ufeff")), "<") {
		b.quartzXML(s)
	} else {
		b.quartzLines(s)
	}
	if len(b.Entries) == before {
		return
	}
	b.remark("when: as CronExpression of Quartz 2.3.2 does, which was run for this; what a job does is a class of a Java program: write a command that does the same, and set enabled to true")
	b.remark("a job that is still running: Quartz starts it beside itself, and so does Curfew (overlap: allow, up to 16 copies), unless its class says @DisallowConcurrentExecution; then set overlap: skip")
	b.remark("missed slots: catch_up is what the misfire instruction says of a store that outlives the program; with one in memory nothing is made up for after a restart, as with {policy: none}")
	b.remark("now: read the file, write the commands, run curfew check, and take the triggers out of the program before the daemon starts, or both run them")
}

var propertyForm = text.Pattern(`^([A-Za-z_][\w.$-]*)\s*[=:]\s*(.*)$`)

// quartzLines reads expressions, one on a line. The name of a property is that of its job; values that are no expression
// belong to something else.
func (b *batch) quartzLines(s Source) {
	number := 0
	for line := range strings.Lines(string(s.Data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		name, text, isProperty := strings.TrimSuffix(base(s.Name), ".txt"), line, false
		if m := propertyForm().FindStringSubmatch(line); m != nil {
			name, text, isProperty = m[1], strings.Trim(strings.TrimSpace(m[2]), `"'`), true
		}
		if isProperty && !likeQuartz(text) {
			continue
		}
		e := b.add(s, number, line)
		if j := b.quartzCron(e, name, text, ""); j != nil {
			j.catchUp = misfire("")
			e.pause("what it starts is not in this file; write the command, and set enabled to true")
			j.with.command = fmt.Sprintf(javaWork, name)
		}
	}
}

// likeQuartz reports whether a text has six or seven fields that may be those of Quartz.
func likeQuartz(text string) bool {
	words := strings.Fields(text)
	return (len(words) == 6 || len(words) == 7) && !slices.ContainsFunc(words, func(w string) bool {
		return strings.Trim(w, "0123456789*?,-/#LWlwABCDEFGHIJKMNOPQRSTUVXYZabcdefghijkmnopqrstuvxyz") != ""
	}) && strings.ContainsAny(text, "*?")
}

// quartzCron makes a job that runs when an expression says. Nil: it is not moved.
func (b *batch) quartzCron(e *Entry, name, text, zone string) *job {
	p, err := quartz.read(text)
	if err != nil {
		e.refuse("it is not an expression of Quartz, or it is not read here: %v", err)
		return nil
	}
	if zone == "" {
		zone = b.Zone
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		e.refuse("the time zone %q is not known here", zone)
		return nil
	}
	e.job = &job{
		name: b.named(name), schedule: []string{p.expression(true)}, zone: zone, dst: "skip", retry: "{attempts: 1}", overlap: "allow", parallel: mostParallel,
		rules: []oracle.Rule{p.rule(at, oracle.SecondPass)},
	}
	return e.job
}

// misfire is catch_up for an instruction of a trigger; empty: it has none.
func misfire(instruction string) string {
	switch strings.TrimPrefix(instruction, "MISFIRE_INSTRUCTION_") {
	case "DO_NOTHING", "RESCHEDULE_NEXT_WITH_EXISTING_COUNT", "RESCHEDULE_NEXT_WITH_REMAINING_COUNT":
		return "{policy: none}"
	case "IGNORE_MISFIRE_POLICY":
		return "{policy: all, window: " + neverEnds + "}"
	default:
		return "{policy: one, window: " + neverEnds + "}"
	}
}
