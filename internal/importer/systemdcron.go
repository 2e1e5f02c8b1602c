package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/messages/text"
)

// A Cron is which cron reads the tables.
type Cron string

// The crons. Debian's is what an import goes by if nothing is said.
const (
	Debian      Cron = "debian"
	Cronie      Cron = "cronie"
	SystemdCron Cron = "systemd-cron"
)

// Crons are those that an import knows.
func Crons() []Cron { return []Cron{Debian, Cronie, SystemdCron} }

// A generatedLine is a line of a table as the generator of systemd-cron 1.15 reads it: one that is not valid is left out
// alone, and what stands in it is separated by single blanks.
type generatedLine struct {
	number        int
	text          string
	env           []setting
	fields        []string // five, or one name
	user, command string
	delay         string // RANDOM_DELAY, in minutes
	persistent    string // PERSISTENT
	shifted       bool   // DELAY or START_HOURS_RANGE, which move the names
}

var generatedSetting = text.Pattern(`^([A-Za-z_0-9]+)\s*=\s*(.*)$`)

// readGenerated reads the lines of a table; short ones have no command.
func readGenerated(text string, system bool) (lines []generatedLine) {
	now := generatedLine{}
	number := 0
	for raw := range strings.Lines(text) {
		number++
		line := strings.TrimSpace(raw)
		if line == "" || line[0] == '#' {
			continue
		}
		if m := generatedSetting().FindStringSubmatch(line); m != nil {
			now.set(m[1], strings.Trim(strings.Trim(m[2], "'"), `"`))
			continue
		}
		l, words := now, strings.Fields(line)
		l.number, l.text = number, line
		fields := cronFields
		if line[0] == '@' {
			fields = 1
		}
		l.fields = words[:min(fields, len(words))]
		rest := words[len(l.fields):]
		if system && len(rest) > 0 {
			l.user, rest = rest[0], rest[1:]
		}
		l.command = strings.Join(rest, " ")
		lines = append(lines, l)
	}
	return lines
}

func (l *generatedLine) set(name, value string) {
	switch name {
	case "RANDOM_DELAY":
		l.delay = value
	case "PERSISTENT":
		l.persistent = value
	case "DELAY", "START_HOURS_RANGE":
		l.shifted = true
	case "BATCH", "RUN_PARTS":
	default:
		l.env = with(l.env, setting{name, value})
	}
}

// generatedWords are names, as systemd's; all but @minutely are made up for after a stop.
var generatedWords = map[string]string{
	"@minutely": "minutely", "@hourly": "hourly", "@daily": "daily", "@midnight": "daily", "@weekly": "weekly", "@monthly": "monthly",
	"@quarterly": "quarterly", "@semi-annually": "semi-annually", "@semiannually": "semi-annually", "@biannually": "semi-annually",
	"@bi-annually": "semi-annually", "@yearly": "yearly", "@annually": "yearly", "@anually": "yearly",
}

// calendar is the timer that the generator makes of a line. The error: it makes none.
func (l generatedLine) calendar() (c calendar, err error) {
	if len(l.fields) == 1 {
		word, ok := generatedWords[strings.ToLower(l.fields[0])]
		if !ok {
			return c, fmt.Errorf("%s is not a name that it knows", l.fields[0])
		}
		return readCalendar(word)
	}
	sets := [cronFields]map[int]bool{}
	for i, text := range l.fields {
		if text == "*" {
			continue
		}
		set, ok := generatedField(i, text)
		if !ok && i != cronWeekday { // a garbled weekday is every day
			return c, fmt.Errorf("%s %q is nothing that it can read", cronForm[i].title, text)
		}
		sets[i] = set
	}
	c = calendar{
		minutes: sets[cronMinute], hours: sets[cronHour], days: sets[cronDay], months: sets[cronMonth], weekdays: sets[cronWeekday],
		seconds: map[int]bool{0: true},
	}
	return c, nil
}

// generatedMonths are its names of months: without October, so that the two behind it are one too early.
var generatedMonths = strings.Fields("jan feb mar apr may jun jul aug sep nov dec")

// generatedField reads a field as it does, by slices of the list of its values. False: nothing is left.
func generatedField(i int, text string) (set map[int]bool, ok bool) {
	f := cronForm[i]
	size := f.max - f.min + 1
	if i == cronWeekday {
		size = len(shortDays)
	}
	set = map[int]bool{}
	for item := range strings.SplitSeq(text, ",") {
		body, step, stepped := strings.Cut(item, "/")
		from, to, ranged := strings.Cut(body, "-")
		if !ranged {
			to = from
		}
		by, first, last := 1, 0, size
		var err, errTo error
		if stepped {
			by, err = strconv.Atoi(step)
		}
		if err != nil || by < 1 {
			return nil, false
		}
		if body != "*" {
			first, err = generatedValue(i, from)
			last, errTo = generatedValue(i, to)
			if err != nil || errTo != nil {
				return nil, false
			}
			first, last = first-f.min, last-f.min+1
		}
		if first < 0 {
			first += size // as a slice counts from its end
		}
		for v := first; v < min(last, size); v += by {
			set[v+f.min] = true
		}
	}
	if len(set) == 0 {
		return nil, false
	}
	return set, true
}

func generatedValue(i int, text string) (int, error) {
	short := strings.ToLower(text[:min(len(text), 3)])
	for n, name := range cronForm[cronWeekday].names {
		if i == cronWeekday && name == short {
			return n, nil
		}
	}
	for n, name := range generatedMonths {
		if i == cronMonth && name == short {
			return n + 1, nil
		}
	}
	v, err := strconv.Atoi(text)
	if i == cronWeekday {
		v %= len(shortDays)
	}
	return v, err
}

// generatedTable reads a table as systemd-cron does.
func (b *batch) generatedTable(s Source, system bool) {
	lines := readGenerated(string(s.Data), system)
	if len(lines) > MaxJobs || tooManySettings(string(s.Data)) {
		b.add(s, 0, base(s.Name)).refuse("it has more lines or variables than are read here; split it")
		return
	}
	for _, l := range lines {
		e := b.add(s, l.number, l.text)
		b.generatedJob(e, l, s, system)
		if s.Ignored != "" && e.job != nil {
			e.pause("today it does not run: %s; if it is to run, set enabled to true", s.Ignored)
			e.job.never = true
		}
	}
	if len(lines) > 0 {
		b.remark("tables as systemd-cron 1.15 reads them, whose generator was run for this; what its services get besides was read in its source and in systemd.exec(5)")
		b.remark("mail: systemd-cron mails what a job says when it fails; add deliver to a job to have it sent")
		b.remark("now: read the file, run curfew check, and take the lines out of the crontab before the daemon starts, or both run them")
	}
}

// generatedJob makes a job of a line.
func (b *batch) generatedJob(e *Entry, l generatedLine, s Source, system bool) {
	if l.command == "" {
		e.refuse("the line is not complete: systemd-cron makes nothing of it")
		return
	}
	owner := b.ownerOf(s, l.user, system)
	title := program(l.command)
	if system && base(e.Source) != "crontab" {
		title = base(e.Source)
	}
	j := &job{
		name: b.named(title), zone: b.Zone, dst: "first_pass", retry: "{attempts: 1}", overlap: "skip", catchUp: "{policy: none}",
		with: work{command: l.command, dir: "/", keep: true},
	}
	e.job, e.cron, e.packaged = j, append([]string{}, programsIn(l.command)...), system && base(e.Source) != "crontab"
	if shell := valueOf(l.env, "SHELL", cronShell); shell != cronShell {
		j.with.shell = shell
	} else if line, ok := guarded(l.command); ok {
		j.with.command = line
		e.note("the test before && is a condition now, so that its no is not a failure")
	}
	b.cronVariables(e, l.env, owner, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin")
	if len(l.fields) == 1 && strings.EqualFold(l.fields[0], "@reboot") {
		b.onceABoot(e, 60)
	} else {
		b.generatedWhen(e, l)
	}
	if e.job != nil {
		b.otherUser(e, owner)
		b.besideSystemd(e, l.command)
	}
}

// generatedWhen is when the timer of a line starts.
func (b *batch) generatedWhen(e *Entry, l generatedLine) {
	c, err := l.calendar()
	if err != nil {
		e.refuse("systemd-cron makes no timer of it: %v", err)
		return
	}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		e.refuse("the time zone %q is not known here", b.Zone)
		return
	}
	j, word := e.job, len(l.fields) == 1
	j.schedule, j.rules = []string{c.expression()}, append(j.rules, c.rule(zone))
	if c.both() {
		j.days = "and"
		e.note("both days must match for systemd-cron")
	}
	if c.weekdays == nil && !word && l.fields[cronWeekday] != "*" {
		e.warn("systemd-cron cannot read the weekday %q, and runs it every day", l.fields[cronWeekday])
	}
	if !word && generatedLate().MatchString(l.fields[cronMonth]) {
		e.warn("systemd-cron 1.15 knows no October: NOV is October to it, and DEC is November; write the month that is meant")
	}
	if yes := isYes(l.persistent); yes || word && l.persistent == "" && !strings.EqualFold(l.fields[0], "@minutely") {
		j.catchUp = "{policy: one, window: " + neverEnds + "}"
	}
	if l.shifted {
		e.pause("DELAY or START_HOURS_RANGE above it moves its time, which is not read here; write the time that is meant, and set enabled to true")
	}
	if minutes, err := strconv.Atoi(l.delay); err == nil && minutes > 0 && minutes != 1 {
		b.randomDelay(e, "RANDOM_DELAY", time.Duration(minutes)*time.Minute)
	}
}

var generatedLate = text.Pattern(`(?i)nov|dec`)
