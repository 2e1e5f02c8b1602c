package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Debian starts anacron at half past seven, and then every hour of the day: what is due waits for its delay, one job after
// the other.
const (
	anacronStart = 7*60 + 30 // minutes of the day
	anacronMost  = 300       // minutes of delay with which a job still begins before noon
)

// anacronNames are names that people write. Anacron 2.3 knows @monthly alone, and runs a job with another name at every
// start.
var anacronNames = map[string]int{"@daily": 1, "@weekly": 7, "@monthly": 30, "@yearly": 365, "@annually": 365}

// anacron reads an anacrontab. It counts days between dates and has no time of day, so that one is chosen here.
func (b *batch) anacron(s Source) {
	if tooManySettings(string(s.Data)) {
		b.add(s, 0, base(s.Name)).refuse("it has more than %d lines that set a variable, which is not read here; split it", maxSettings)
		return
	}
	var env []setting
	number, before := 0, len(b.Entries)
	for line := range strings.Lines(string(s.Data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if set, ok := readSetting(line); ok {
			env = with(env, set)
			continue
		}
		b.anacronJob(b.add(s, number, line), line, env)
	}
	if len(b.Entries) == before {
		return
	}
	b.remark("when: anacron has no time of day; here jobs begin at half past seven, after their delay, and missed days are made up for once, within the period. Anacron starts them one after the other, and on mains power only")
	b.remark("run-parts in /etc/crontab does nothing while anacron is there: leave those lines out, or take anacron away, and not both")
	b.remark("now: read the file, run curfew check, and take the lines out of /etc/anacrontab before the daemon starts, or both run them")
}

// anacronJob makes a job of a line: period, delay in minutes, name, command.
func (b *batch) anacronJob(e *Entry, line string, env []setting) {
	period, rest := cutBlank(line)
	delay, rest := cutBlank(rest)
	id, command := cutBlank(rest)
	days, err := strconv.Atoi(period)
	name, isName := anacronNames[strings.ToLower(period)]
	wait, errWait := strconv.Atoi(delay)
	switch {
	case command == "" || err != nil && !isName || errWait != nil || wait < 0:
		e.refuse("it is not a line of an anacrontab: a period in days, a delay in minutes, a name, and a command")
		return
	case isName:
		days = name
	}
	const longest = 366
	if days < 1 || days > longest || wait > anacronMost {
		e.refuse("a period is 1 to %d days here, and a delay at most %d minutes", longest, anacronMost)
		return
	}
	window := time.Duration(days) * 24 * time.Hour
	j := &job{
		name: b.named(id), zone: b.Zone, dst: "vixie", retry: "{attempts: 1}", overlap: "skip", catchUp: fmt.Sprintf("{policy: one, window: %s}", span(window)),
		with: work{command: command, dir: "/", keep: true}, apart: "anacron has no time of day, so that one was chosen",
	}
	e.job = j
	at := anacronStart + wait
	hand := fmt.Sprintf("%d %d", at%60, at/60)
	switch {
	case days == 1:
		j.schedule = []string{hand + " * * *"}
	case days == 7:
		j.schedule = []string{hand + " * * MON"}
	case isName && days == 30:
		j.schedule = []string{hand + " 1 * *"}
	default:
		j.schedule, j.zone, j.dst = []string{"every " + span(window)}, "", ""
	}
	if shell := valueOf(env, "SHELL", cronShell); shell != cronShell {
		j.with.shell = shell
	} else if line, ok := guarded(command); ok {
		j.with.command = line
	}
	b.cronVariables(e, env, "root", cronPath)
	e.warn("anacron goes by the date of the last start, and starts it on the %s day after it; the day and the time of day are Curfew's", ordinal(days))
	if isName && !strings.EqualFold(period, "@monthly") {
		e.pause("anacron 2.3 does not know %s (\"Unknown named period\"), and runs it at each of its starts, every hour in Debian: write what is meant, and set enabled to true", period)
	}
	b.otherUser(e, "root")
}

// ordinal is a number as people count days: 1st, 7th, 30th.
func ordinal(n int) string {
	suffix := "th"
	if tens := n / 10 % 10; tens != 1 && n%10 > 0 && n%10 < 4 {
		suffix = []string{"st", "nd", "rd"}[n%10-1]
	}
	return strconv.Itoa(n) + suffix
}
