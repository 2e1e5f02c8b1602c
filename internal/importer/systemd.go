package importer

import (
	"slices"
	"strings"
	"time"

	"curfew/messages/text"
)

// A unit is the section Timer of a timer, and the conditions in its section Unit.
type unit struct {
	onces   []unitSetting // OnCalendar
	pace    []unitSetting // OnUnitActiveSec
	rest    []unitSetting // OnUnitInactiveSec
	begin   []unitSetting // OnBootSec, OnStartupSec, OnActiveSec
	changes []string      // triggers that are not about time
	values  map[string]string
	needs   []string // its conditions, as they are written
}

type unitSetting struct {
	line        int
	name, value string
}

var unitName = text.Pattern(`^[A-Za-z0-9:_.\\@-]+$`)

// readUnit reads a timer. An empty value takes back what was set before.
func readUnit(text string) unit {
	u := unit{values: map[string]string{}}
	section, number, begun, joined := "", 0, 0, ""
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if joined == "" {
			begun = number
			if line == "" || line[0] == '#' || line[0] == ';' {
				continue
			}
		}
		if body, goesOn := strings.CutSuffix(line, `\`); goesOn {
			joined += body + " "
			continue
		}
		line, joined = joined+line, ""
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		set := unitSetting{begun, strings.TrimSpace(name), strings.TrimSpace(value)}
		switch section {
		case "[Timer]":
			u.set(set)
		case "[Unit]":
			u.need(set)
		}
	}
	return u
}

func (u *unit) set(s unitSetting) {
	list := map[string]*[]unitSetting{
		"OnCalendar": &u.onces, "OnUnitActiveSec": &u.pace, "OnUnitInactiveSec": &u.rest,
		"OnBootSec": &u.begin, "OnStartupSec": &u.begin, "OnActiveSec": &u.begin,
	}[s.name]
	switch {
	case list == nil && (s.name == "OnClockChange" || s.name == "OnTimezoneChange") && isYes(s.value):
		u.changes = append(u.changes, s.name)
	case list == nil:
		u.values[s.name] = s.value
	case s.value == "": // one empty trigger resets them all
		u.onces, u.pace, u.rest, u.begin = nil, nil, nil, nil
	default:
		*list = append(*list, s)
	}
}

func isYes(value string) bool {
	switch strings.ToLower(value) {
	case "1", "yes", "true", "on", "y", "t":
		return true
	}
	return false
}

// ServiceOf is the name of the unit that a timer starts, by its file.
func ServiceOf(name string, data []byte) string {
	if service := readUnit(string(data)).values["Unit"]; service != "" {
		return service
	}
	return strings.TrimSuffix(name, ".timer") + ".service"
}

// systemd reads a timer. The job starts the unit that the timer starts, so that its user, environment, sandbox and
// conditions stay as they are.
func (b *batch) systemd(s Source) {
	u, name := readUnit(string(s.Data)), base(s.Name)
	service := ServiceOf(name, s.Data)
	entry := func(what string, settings []unitSetting, fill func(e *Entry, u unit, settings []unitSetting)) {
		if len(settings) == 0 {
			return
		}
		var texts []string
		for _, set := range settings {
			texts = append(texts, set.name+"="+set.value)
		}
		e := b.add(s, settings[0].line, strings.Join(texts, "; "))
		if strings.Contains(name, "@.") || !unitName().MatchString(service) || strings.Contains(service, "%") {
			e.refuse("it is a template, which has jobs only for the instances that are started; write a job for each of them")
			return
		}
		b.timer(e, s, service, what)
		b.conditions(e, u, ofUser(s.Name))
		fill(e, u, settings)
		for _, change := range u.changes {
			e.warn("%s is left out: a job file has no trigger of that kind", change)
		}
		if isYes(u.values["WakeSystem"]) {
			e.warn("WakeSystem is left out: Curfew wakes no machine; a slot that passes in a sleep is taken up by catch_up")
		}
	}
	entry("", u.onces, b.onCalendar)
	if len(u.pace)+len(u.rest) == 0 {
		entry("start", u.begin, b.onStart)
	} else { // the first start of the pace is no job of its own
		entry("pace", slices.Concat(u.pace, u.rest), b.onPace)
	}
	if len(u.onces)+len(u.begin)+len(u.pace)+len(u.rest) == 0 {
		b.add(s, 0, name).refuse("it has no trigger in [Timer] that is about time")
	}
}

// timer makes the job that starts a unit.
func (b *batch) timer(e *Entry, s Source, service, what string) {
	title := strings.TrimSuffix(base(s.Name), ".timer")
	e.timer, e.programs = title, programsOf(s.Service)
	if what != "" && len(b.names) > 0 && b.names[title] {
		title += "-" + what
	}
	command := "systemctl start --wait "
	if ofUser(s.Name) {
		command = `XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user start --wait `
	}
	e.job = &job{
		name: b.named(title), zone: b.Zone, retry: "{attempts: 1}", overlap: "skip",
		with: work{command: command + shellQuoted(service)},
	}
	if !ofUser(s.Name) && b.User != "root" {
		e.pause("only root may start a unit of the system, and the daemon runs as %s; import it with --user root for a daemon of root's", b.User)
	}
	if home, _, ok := strings.Cut(s.Name, "/.config/systemd/user/"); ok {
		if mine, _ := b.Home(b.User); mine != home {
			e.pause("it is a timer of the user whose home is %s, and the daemon runs as %s; import it with --user for a daemon of that user's", home, b.User)
		}
		b.remark("units of a user: their systemd has to run when nobody is signed in: loginctl enable-linger USER")
	}
	if s.Ignored != "" {
		e.pause("today it does not run: %s; if it is to run, set enabled to true", s.Ignored)
		e.job.never = true
	}
	b.remark("units: each job starts the unit that its timer starts, with systemctl, so that its user, environment, sandbox, conditions and time limit stay; its output is in journalctl")
	b.remark("whether a timer is enabled is not in its file: import those that systemctl list-timers shows")
	b.remark("now: read the file, run curfew check, and systemctl disable --now each timer before the daemon starts, or both start its unit")
}

// ofUser reports whether a timer is one of a user.
func ofUser(path string) bool { return strings.Contains(path, "/systemd/user/") }

// shellQuoted is the name of a unit for a shell: some have a backslash.
func shellQuoted(name string) string {
	if strings.Contains(name, `\`) {
		return "'" + name + "'"
	}
	return name
}

// onCalendar takes in the times of a timer. Each line counts.
func (b *batch) onCalendar(e *Entry, u unit, settings []unitSetting) {
	j := e.job
	j.dst, j.catchUp = "first_pass", "{policy: none}"
	if isYes(u.values["Persistent"]) {
		j.catchUp = "{policy: one, window: " + neverEnds + "}"
	}
	for _, set := range settings {
		c, err := readCalendar(set.value)
		if err != nil {
			e.refuse("systemd does not take OnCalendar=%s, or it is not read here: %v", set.value, err)
			return
		}
		expr := c.expression()
		if c.both() {
			j.days = "and"
		}
		if c.uneven {
			e.pause("systemd 252 leaves out the first slot after midnight (of seconds: of each hour) where a step is uneven, as in OnCalendar=%s; "+
				"leave that slot out here, or set enabled to true if it is to run", set.value)
			j.apart = "its source leaves out slots that are not reckoned here"
		}
		if b.half(c.zone) {
			e.pause("systemd 252 takes %s, which is what the clock of %s is called in half of the year, for that half only, and starts nothing "+
				"more from the next change of the clock on; name the zone, and set enabled to true", c.zone, b.Zone)
			j.apart = "its source ends with a half of the year"
		}
		name := b.Zone
		if c.zone != "" {
			name = c.zone
		}
		zone, err := time.LoadLocation(name)
		if err != nil {
			e.refuse("the time zone %q is not known here", name)
			return
		}
		if len(settings) == 1 {
			j.zone = name
		} else if name != b.Zone {
			expr = "TZ=" + name + " " + expr
		}
		j.schedule = append(j.schedule, expr)
		j.rules = append(j.rules, c.rule(zone))
	}
	b.delay(e, u)
}

// half reports whether a zone is an abbreviation of the machine's own one, which has another one in the other half of the
// year: CET in Berlin.
func (b *batch) half(zone string) bool {
	own, err := time.LoadLocation(b.Zone)
	if err != nil {
		return false
	}
	winter, _ := time.Date(b.From.Year(), time.January, 1, 0, 0, 0, 0, own).Zone()
	summer, _ := time.Date(b.From.Year(), time.July, 1, 0, 0, 0, 0, own).Zone()
	return winter != summer && (zone == winter || zone == summer)
}

// delay takes in the random delay.
func (b *batch) delay(e *Entry, u unit) {
	text := u.values["RandomizedDelaySec"]
	if text == "" || e.job == nil {
		return
	}
	d, err := readSpan(text)
	if err != nil {
		e.pause("RandomizedDelaySec: %v; set splay", err)
		return
	}
	b.randomDelay(e, "RandomizedDelaySec", d)
}

// randomDelay takes in a span by which a job is delayed, another part of it each time.
func (b *batch) randomDelay(e *Entry, what string, d time.Duration) {
	const most = 24 * time.Hour
	switch {
	case d > most:
		e.pause("%s is %v, and splay is at most 24h; set one that will do", what, d)
	case d > 0:
		e.job.splay = d
		e.note("%s is splay: one delay for good within the same span, where another is drawn from time to time (by systemd each time, unless FixedRandomDelay is set)", what)
	}
}

// onStart takes in what counts from the start of the machine, of systemd or of the timer.
func (b *batch) onStart(e *Entry, _ unit, settings []unitSetting) {
	d, err := readSpan(settings[0].value)
	if err != nil || len(settings) > 1 {
		e.refuse("several such triggers, or one that is not a plain span of time, cannot be said in a job file; write a job for each")
		return
	}
	if b.onceABoot(e, int(d.Seconds())); ofUser(e.Source) {
		e.pause("for a timer of a user it counts from the start of the user's systemd, which may be a sign-in; set enabled to true if once after a start of the machine will do")
	}
}

// onPace takes in what counts from the last start or end of the unit.
func (b *batch) onPace(e *Entry, u unit, settings []unitSetting) {
	j := e.job
	j.apart, j.zone, j.catchUp = fromStart, "", "{policy: none}"
	d, err := readSpan(settings[0].value)
	if err != nil || len(settings) > 1 || d < time.Second {
		e.refuse("several such triggers, or one that is not a plain span of whole seconds, cannot be said in a job file")
		return
	}
	j.schedule = []string{"every " + span(d)}
	switch {
	case len(u.onces) > 0:
		e.pause("it counts from the last start, also from those of OnCalendar, which a job file cannot say; set enabled to true if a pace of its own will do")
	case settings[0].name == "OnUnitInactiveSec":
		e.pause("it counts from the end of the unit, which a job file cannot say; set enabled to true if a pace from slot to slot will do")
	default:
		for _, first := range u.begin {
			e.Text = first.name + "=" + first.value + "; " + e.Text
		}
		e.warn("systemd counts from the last start of the unit, Curfew at an even pace: the distance is the same, the minute is another")
	}
	if isYes(u.values["Persistent"]) {
		e.note("Persistent does nothing for such a trigger, and is left out")
	}
	b.delay(e, u)
}
