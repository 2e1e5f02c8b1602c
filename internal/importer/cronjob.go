package importer

import (
	"cmp"
	"strings"
	"time"

	"curfew/messages/text"
)

// What a job of cron gets without a line that says otherwise.
const (
	cronPath  = "/usr/bin:/bin"
	cronShell = "/bin/sh"
)

var (
	envForm   = text.Pattern(`^[A-Za-z_]\w*$`)
	posixName = text.Pattern(`^(ba|da|k|z|a|mk)?sh$`)
	alone     = text.Pattern(`\bflock\s+(-\S+\s+)*(-[a-z]*n|--nonblock|--nb)\b`)
)

// cronJob makes a job of a line, or says why it is not moved.
func (b *batch) cronJob(e *Entry, l cronLine, s Source, system bool) {
	if strings.TrimSpace(l.command) == "" {
		e.refuse("it has no command: cron takes the line and runs nothing")
		return
	}
	if l.spec.impossible() {
		e.refuse("cron takes the line and never runs it, for no month that it names has that day")
		return
	}
	owner := b.ownerOf(s, l.user, system)
	j := &job{schedule: []string{l.spec.text()}, zone: b.Zone, retry: "{attempts: 1}", overlap: "allow", parallel: mostParallel}
	e.job = j
	b.cronCommand(e, l)
	command, _, _ := input(l.command)
	title := program(command)
	if system && base(e.Source) != "crontab" {
		title = base(e.Source)
	}
	j.name = b.named(title)
	e.cron, e.packaged = append([]string{}, programsIn(command)...), system && base(e.Source) != "crontab"
	b.cronEnv(e, l, owner)
	b.cronWhen(e, l)
	b.otherUser(e, owner)
	b.besideSystemd(e, l.command)
	b.agents(e, command)
}

// agents says of a line that runs an agent CLI what it would gain as a job of cli-agent.
func (b *batch) agents(e *Entry, command string) {
	name := program(command)
	if preset := b.Presets[name]; preset != "" {
		e.note("it runs %s, and its sign-in is not watched: with actor: cli-agent and preset: %s it is held while that has lapsed; see docs/agent-clis.md", name, preset)
	}
}

// ownerOf is whom a line runs as: what the table says, or whose table it is.
func (b *batch) ownerOf(s Source, column string, system bool) string {
	if system {
		return column
	}
	return cmp.Or(s.Owner, b.User)
}

// otherUser lets a job run as another user than the daemon, which only that of root may.
func (b *batch) otherUser(e *Entry, owner string) {
	_, known := b.Home(owner)
	switch {
	case owner == b.User:
	case b.User != "root":
		e.pause("it runs as %s, and the daemon of %s may not run jobs of others: import it with --user for a daemon %s, or set enabled to true to run it as %[2]s",
			owner, b.User, daemonsFor(owner))
	case !known:
		e.pause("it runs as %s, whom this machine does not know; import it where it is to run", owner)
	default:
		e.job.with.user = owner
		e.note("it runs as %s (with.user), which only a daemon of root may", owner)
	}
}

// daemonsFor names the daemons that may run a job of a user.
func daemonsFor(user string) string {
	if user == "root" {
		return "of root"
	}
	return "of " + user + " or of root"
}

// besideSystemd says that a line does nothing where systemd runs the machine.
func (b *batch) besideSystemd(e *Entry, command string) {
	switch {
	case !withoutSystemd().MatchString(command):
	case b.Systemd:
		e.pause("it does nothing on a machine that systemd runs, such as this one: a timer of the same package does the work; import that, with curfew import systemd")
		e.job.never = true
	default:
		e.note("on a machine that systemd runs it does nothing: there a timer of the same package does the work")
	}
}

func cutLast(text, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(text, sep); i >= 0 {
		return text[:i], text[i+len(sep):], true
	}
	return text, "", false
}

// cronCommand takes in what a line runs.
func (b *batch) cronCommand(e *Entry, l cronLine) {
	j := e.job
	command, stdin, has := input(l.command)
	shell := valueOf(l.env, "SHELL", cronShell)
	if shell != cronShell {
		j.with.shell = shell
	}
	j.with.keep = true // cron ends nothing
	posix := posixName().MatchString(base(shell))
	if _, closed := shellWords(command); has && posix && !closed {
		e.pause(`it is broken today: the first %% ends the command, within quotes, too, so that no shell can run it; write the command as it is meant and set enabled to true`)
	} else if line, ok := guarded(command); ok && posix {
		command = line
		e.note("the test before && is a condition now, so that its no is not a failure")
	}
	if has && stdin != "" {
		j.with.stdin = stdin
		e.note("what follows the first %% is its standard input")
	}
	j.with.command = command
	if alone().MatchString(command) {
		j.overlap = "skip"
		e.note("with flock -n it runs alone, so a slot during a run is skipped, as before")
	}
	if l.carried {
		e.warn("the line ends with CR LF: cron takes the CR for a part of the command, here it is left out")
	}
}

// cronEnv takes in the variables of a job, and its folder.
func (b *batch) cronEnv(e *Entry, l cronLine, owner string) {
	j := e.job
	home, known := b.Home(owner)
	j.with.dir = valueOf(l.env, "HOME", home)
	if !known && j.with.dir == "" {
		e.warn("the home folder of %s is not known here, so the job begins in the folder of the job file; give it a dir", owner)
	}
	b.cronVariables(e, l.env, owner, cronPath)
	j.env = with(j.env, setting{"SHELL", valueOf(l.env, "SHELL", cronShell)})
	if to := valueOf(l.env, "MAILTO", ""); to != "" {
		b.remark("MAILTO=%s: nobody gets mail from Curfew without deliver; see docs/deliveries.md", to)
	}
	if path := valueOf(l.env, "PATH", ""); strings.ContainsAny(path, "~$") {
		e.warn("PATH is %q: cron expands neither ~ nor $, and neither does Curfew", path)
	}
	if tz := cmp.Or(valueOf(l.env, "CRON_TZ", ""), valueOf(l.env, "TZ", "")); tz != "" && tz != b.Zone && b.Cron != Cronie {
		e.warn("TZ and CRON_TZ (%s) are only variables of the job for Debian's cron, so it runs by the clock of %s; under cronie CRON_TZ is the zone: then import with --cron cronie",
			tz, b.Zone)
	}
}

// cronVariables takes in what a job gets: what a table sets, and a path if it sets none.
func (b *batch) cronVariables(e *Entry, env []setting, owner, path string) {
	j := e.job
	if home, _ := b.Home(owner); home != "" {
		j.env = append(j.env, setting{"HOME", home})
	}
	j.env = append(j.env, setting{"LOGNAME", owner}, setting{"PATH", path})
	for _, s := range env {
		switch {
		case s.name == "LOGNAME":
			e.note("LOGNAME cannot be set in a crontab, and is not")
		case !envForm().MatchString(s.name) || strings.HasPrefix(s.name, "CURFEW_"):
			e.warn("the variable %q cannot be set in a job file; set it in the command if it is needed", s.name)
		default:
			j.env = with(j.env, s)
		}
	}
}

// cronWhen takes in when a line runs.
func (b *batch) cronWhen(e *Entry, l cronLine) {
	j, spec := e.job, l.spec
	if spec.reboot {
		b.onceABoot(e, 0)
		return
	}
	for _, word := range spec.dropped {
		if b.Cron == Cronie && strings.Contains(word, "~") {
			continue // which cronie reads
		}
		e.warn("of %q cron reads only the beginning, and skips the rest without a word: %s is what it does", word, spec.text())
	}
	if len(spec.reversed) > 0 {
		e.pause("cron takes %s, which ends before it begins, for nothing and has never run it so, while Curfew counts over the end: write what is meant, and set enabled to true",
			strings.Join(spec.reversed, " and "))
		j.never = spec.empty()
	}
	if b.Cron == Cronie {
		b.cronie(e, l)
	}
	zone, err := time.LoadLocation(j.zone)
	if err != nil {
		e.refuse("the time zone %q is not known here", j.zone)
		return
	}
	j.dst = "vixie"
	j.catchUp = "{policy: all, window: 3h}"
	if !spec.fixed() {
		j.catchUp = "{policy: none}"
	}
	rule := spec.rule(zone)
	j.rules = append(j.rules, rule)
}

// empty reports whether a field stands for nothing, so that cron never runs the line.
func (s *cronSpec) empty() bool {
	either := !s.stars[cronDay] && !s.stars[cronWeekday]
	for i, set := range s.sets {
		if set == 0 && !(either && (i == cronDay || i == cronWeekday)) {
			return true
		}
	}
	return s.sets[cronDay] == 0 && s.sets[cronWeekday] == 0
}
