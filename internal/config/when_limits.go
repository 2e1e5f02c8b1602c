package config

import (
	"cmp"
	"strings"

	"curfew/messages"
	"curfew/scheduler"
)

// limits reads the limits of the schedule. One that is not valid is reported and left out, so that the expressions can
// be checked with the others.
func (b *builder) limits(o object, def *messages.Definition) {
	before := len(b.problems)
	def.ActiveHours = b.activeHours(o)
	if len(b.problems) > before || !b.alone(o, "active_hours", messages.Timetable{ActiveHours: def.ActiveHours}) {
		def.ActiveHours = nil
	}
	if d := messages.Days(o.choice("days")); d != messages.DaysOr {
		def.Days = d // empty for the default, as in jobs defined before the key existed
	}
	def.DST = cmp.Or(messages.DST(o.choice("dst")), messages.DSTVixie)
	def.Start, def.End = b.bound(o, "start", def.Timezone), b.bound(o, "end", def.Timezone)
	if !b.alone(o, "end", messages.Timetable{Start: def.Start, End: def.End}) {
		def.Start, def.End = 0, 0
	}
	def.Exclude = b.exclude(o)
	if d, ok := o.duration("splay"); ok && b.alone(o, "splay", messages.Timetable{Splay: d}) {
		def.Splay = d
	}
}

// alone checks a limit by itself, with a schedule that fits every limit.
func (b *builder) alone(o object, key string, limit messages.Timetable) bool {
	limit.Schedule = "* * * * *"
	_, err := scheduler.Parse(limit, "")
	if err != nil {
		b.badSchedule(o, o.n.find(key).value, err)
	}
	return err == nil
}

func (b *builder) bound(o object, key, zone string) messages.Instant {
	text, n := o.text(key)
	if n == nil {
		return 0
	}
	at, err := scheduler.Bound(text, zone, key == "end")
	if err != nil {
		b.at(n, "%s %q: %v", key, text, err)
	}
	return at
}

func (b *builder) exclude(o object) []string {
	n := o.get("exclude", shapeList)
	if n == nil {
		return nil
	}
	var dates []string
	for _, item := range n.items {
		date, ok := item.scalar.(string)
		if !ok {
			b.at(item, "each item of exclude must be a date, such as 2027-12-25")
			continue
		}
		if _, err := scheduler.Parse(messages.Timetable{Schedule: "* * * * *", Exclude: []string{date}}, ""); err != nil {
			b.at(item, "%s", strings.TrimPrefix(err.Error(), "scheduler: "))
			continue
		}
		dates = append(dates, date)
	}
	if !b.alone(o, "exclude", messages.Timetable{Exclude: dates}) {
		return nil
	}
	return dates
}

func (b *builder) activeHours(o object) *messages.ActiveHours {
	n := o.get("active_hours")
	if n == nil {
		return nil
	}
	h, ok := b.object(n, describedHours)
	if !ok {
		return nil
	}
	var out messages.ActiveHours
	for key, to := range map[string]*string{"start": &out.Start, "end": &out.End} {
		s, at := h.required(key)
		if at != nil && !hourForm().MatchString(s) {
			b.at(at, `%s must be a time of day such as "08:00", not %q`, key, s)
		}
		*to = s
	}
	return &out
}
