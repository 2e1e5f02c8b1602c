package config

import (
	"errors"
	"strings"

	"curfew/internal/zone"
	"curfew/messages"
	"curfew/scheduler"
)

// when reads the schedule and what limits it. Whatever else is wrong, the expressions themselves are
// checked, too.
func (b *builder) when(o object, def *messages.Definition) {
	if tz, n := o.text("timezone"); n == nil {
		def.Timezone = b.machineZone(o)
	} else {
		if !zone.Known(tz) {
			b.at(n, "unknown time zone %q%s", tz, zone.Meant(tz))
			tz = "UTC" // for the rest of the check
		}
		def.Timezone = tz
	}
	b.limits(o, def)
	exprs, ok := b.expressions(o, *def)
	if !ok {
		return
	}
	def.Schedule = strings.Join(exprs, scheduler.Separator+" ")
	s, err := scheduler.Parse(scheduler.SpecOf(*def))
	if err != nil {
		b.badSchedule(o, o.n.find("schedule").value, err)
		def.Schedule = ""
		return
	}
	b.deleteAfterRun(o, s, def)
}

// machineZone is the zone of a job that names none. What is wrong with it, or uncertain, is said once, at the first such
// job.
func (b *builder) machineZone(o object) string {
	if b.zone == nil {
		found, err := zone.Here()
		at := o.n
		if m := o.n.find("schedule"); m != nil {
			at = m.value
		}
		switch {
		case err != nil:
			b.at(at, "%v; or give the job a timezone", err)
			found.Name = "UTC" // for the rest of the check
		case found.Warning != "":
			b.warn(at, "%s; jobs without timezone run by that clock", found.Warning)
		}
		b.zone = &found
	}
	return b.zone.Name
}

// limits reads what limits the schedule. A limit that is wrong by itself is said and left out, so that the expressions
// are judged by the others.
func (b *builder) limits(o object, def *messages.Definition) {
	before := len(b.problems)
	def.ActiveHours = b.activeHours(o)
	if len(b.problems) > before || !b.alone(o, "active_hours", scheduler.Spec{ActiveHours: def.ActiveHours}) {
		def.ActiveHours = nil
	}
	def.DST = messages.DSTVixie
	if s := o.choice("dst", []string{string(messages.DSTVixie), string(messages.DSTSkip), string(messages.DSTRunBoth)}); s != "" {
		def.DST = messages.DST(s)
	}
	def.Start, def.End = b.bound(o, "start", def.Timezone), b.bound(o, "end", def.Timezone)
	if !b.alone(o, "end", scheduler.Spec{Start: def.Start, End: def.End}) {
		def.Start, def.End = 0, 0
	}
	def.Exclude = b.exclude(o)
	if d, ok := o.duration("splay", scheduler.MaxSplay); ok && b.alone(o, "splay", scheduler.Spec{Splay: d}) {
		def.Splay = d
	}
}

// alone judges a limit by itself, on a schedule that takes any.
func (b *builder) alone(o object, key string, limit scheduler.Spec) bool {
	limit.Expr = "* * * * *"
	_, err := scheduler.Parse(limit)
	if err != nil {
		b.badSchedule(o, o.n.find(key).value, err)
	}
	return err == nil
}

// expressions reads the schedule: one expression, or a list of which each is checked at its own place.
func (b *builder) expressions(o object, def messages.Definition) ([]string, bool) {
	m := o.n.find("schedule")
	if m == nil || m.value.shape != shapeList {
		expr, n := o.required("schedule")
		return []string{expr}, n != nil && b.roomFor(n, strings.Count(expr, scheduler.Separator)+1)
	}
	if len(m.value.items) == 0 || len(m.value.items) > scheduler.MaxExprs {
		b.at(m.value, "schedule lists %d expressions; 1 to %d", len(m.value.items), scheduler.MaxExprs)
		return nil, false
	}
	if !b.roomFor(m.value, len(m.value.items)) {
		return nil, false
	}
	var exprs []string
	before := len(b.problems)
	for _, item := range m.value.items {
		expr, ok := item.scalar.(string)
		if !ok || strings.Contains(expr, scheduler.Separator) {
			b.at(item, `schedule lists expressions, such as "0 7 * * *", each of its own`)
			continue
		}
		def.Schedule = expr
		if _, err := scheduler.Parse(scheduler.SpecOf(def)); err != nil {
			b.badSchedule(o, item, err)
		}
		exprs = append(exprs, expr)
	}
	return exprs, len(b.problems) == before
}

// roomFor counts expressions; false: there are too many in the file, and to read them would take long. It is said once.
func (b *builder) roomFor(n *node, expressions int) bool {
	before := b.schedules
	b.schedules += expressions
	if before <= MaxSchedules && b.schedules > MaxSchedules {
		b.at(n, "the schedules of the file have more than %d expressions together", MaxSchedules)
	}
	return b.schedules <= MaxSchedules
}

// badSchedule says what the scheduler does not take, at the key that it is about.
func (b *builder) badSchedule(o object, n *node, err error) {
	var wrong *scheduler.Error
	if errors.As(err, &wrong) && wrong.Key != scheduler.KeySchedule && wrong.Key != scheduler.KeyActiveHours {
		if m := o.n.find(string(wrong.Key)); m != nil {
			n = m.value
		}
	}
	b.at(n, "%s", strings.TrimPrefix(err.Error(), "scheduler: "))
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
			b.at(item, "exclude lists dates, such as 2027-12-25")
			continue
		}
		if _, err := scheduler.Parse(scheduler.Spec{Expr: "* * * * *", Exclude: []string{date}}); err != nil {
			b.at(item, "%s", strings.TrimPrefix(err.Error(), "scheduler: "))
			continue
		}
		dates = append(dates, date)
	}
	if !b.alone(o, "exclude", scheduler.Spec{Exclude: dates}) {
		return nil
	}
	return dates
}

func (b *builder) deleteAfterRun(o object, s scheduler.Schedule, def *messages.Definition) {
	n := o.get("delete_after_run", shapeBool)
	if n == nil {
		return
	}
	def.DeleteAfterRun = n.scalar.(bool)
	if def.DeleteAfterRun && !s.OneShot() {
		b.at(n, `delete_after_run is for a schedule with one slot ("at …" or "in …"), not %q`, def.Schedule)
	}
}

func (b *builder) activeHours(o object) *messages.ActiveHours {
	n := o.get("active_hours")
	if n == nil {
		return nil
	}
	h, ok := b.object(n, "active_hours", []string{"start", "end"})
	if !ok {
		return nil
	}
	var out messages.ActiveHours
	for key, to := range map[string]*string{"start": &out.Start, "end": &out.End} {
		s, at := h.required(key)
		if at != nil && !hourForm.MatchString(s) {
			b.at(at, `%s must be a time of day such as "08:00", not %q`, key, s)
		}
		*to = s
	}
	return &out
}
