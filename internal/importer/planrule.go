package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
)

// restricted reports whether a field does not have every value.
func (p *plan) restricted(i int) bool { return p.sets[i] != nil }

// rule is what the program does with the plan, by its way with changes of the clock.
func (p *plan) rule(zone *time.Location, clock oracle.Clock) oracle.Rule {
	in := func(field, v int, w oracle.Wall) bool {
		return p.sets[field] == nil || p.sets[field][v] || slices.ContainsFunc(p.dates[field], func(m mark) bool { return m.match(w) })
	}
	all := p.dialect.days != either || !p.restricted(cronDay) || !p.restricted(cronWeekday)
	fixed := !p.pace()
	return oracle.Rule{
		Zone: zone, Clock: clock, Fixed: fixed, Seconds: values(p.sets[cronSecond], 0, planForm[cronSecond].max),
		Match: func(w oracle.Wall) bool {
			day, week := in(cronDay, w.Day, w), in(cronWeekday, int(w.Weekday), w)
			return in(cronMinute, w.Minute, w) && in(cronHour, w.Hour, w) && in(cronMonth, w.Month, w) && in(cronYear, w.Year, w) &&
				(all && day && week || !all && (day || week))
		},
	}
}

// pace reports whether the plan is about a distance, and not about times of day: minute or hour begin with a star.
func (p *plan) pace() bool {
	return p.starred(cronMinute) || p.starred(cronHour)
}

func (p *plan) starred(i int) bool {
	return p.sets[i] == nil || strings.ContainsAny(p.text[i][:1], p.stars)
}

// and is the value of the key days: both must match.
func (p *plan) and() string {
	if p.dialect.days == both && p.restricted(cronDay) && p.restricted(cronWeekday) {
		return "and"
	}
	return ""
}

// expression writes the plan in the dialect of the job file. Minute and hour keep a star at their beginning only if
// asked to: it makes a pace, which follows the clock. Day fields lose theirs: in a job file it would mean both.
func (p *plan) expression(stars bool) string {
	fields := make([]string, 0, planFields)
	if !slices.Equal(values(p.sets[cronSecond], 0, planForm[cronSecond].max), []int{0}) || p.restricted(cronYear) {
		fields = append(fields, p.listed(cronSecond, false))
	}
	for i := range cronFields {
		fields = append(fields, p.listed(i, stars))
	}
	if p.restricted(cronYear) {
		fields = append(fields, p.listed(cronYear, false))
	}
	return strings.Join(fields, " ")
}

// listed is a field in the dialect of the job file.
func (p *plan) listed(i int, stars bool) string {
	f := planForm[i]
	name := strconv.Itoa
	if i == cronWeekday {
		f.max, name = 6, dayName
	}
	ofDay := i == cronMinute || i == cronHour
	switch {
	case ofDay && stars && p.starred(i) && p.sets[i] != nil:
		return strings.ReplaceAll(p.text[i], "?", "*")
	case p.sets[i] == nil && (!ofDay || stars):
		return "*"
	}
	var out []string
	if text := listed(values(p.sets[i], f.min, f.max), name); text != "" {
		out = append(out, text)
	}
	for _, m := range p.dates[i] {
		out = append(out, m.text)
	}
	return strings.Join(out, ",")
}
