package config

import (
	"errors"
	"strings"

	"curfew/internal/zone"
	"curfew/messages"
	"curfew/scheduler"
)

// when reads the schedule and its limits. The expressions are checked even if one of the limits is not valid. Written is
// the job as it is in the file, without defaults.
func (b *builder) when(written *node, o object, def *messages.Definition) {
	if tz, n := o.text("timezone"); n == nil {
		def.Timezone = b.machineZone(o)
	} else {
		if !zone.Known(tz) {
			b.at(n, "unknown time zone %q%s", tz, zone.Meant(tz))
			tz = "UTC" // so that the rest can be checked
		}
		def.Timezone = tz
	}
	if m := o.n.find("schedule"); m != nil && m.value.shape == shapeMapping {
		b.after(written, m.value, def)
		return
	}
	b.limits(o, def)
	exprs, ok := b.expressions(o, *def)
	if !ok {
		return
	}
	def.Schedule = strings.Join(exprs, scheduler.Separator+" ")
	s, err := scheduler.Parse(def.Timetable, def.Job)
	if err != nil {
		b.badSchedule(o, o.n.find("schedule").value, err)
		def.Schedule = ""
		return
	}
	b.deleteAfterRun(o, s, def)
}

// machineZone is the zone of a job that names none: the machine's. A problem or a doubt about it is reported once, at
// the first such job.
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
			found.Name = "UTC" // so that the rest can be checked
		case found.Warning != "":
			b.warn(at, "%s; jobs without a timezone run by that clock", found.Warning)
		}
		b.zone = &found
	}
	return b.zone.Name
}

// expressions reads the schedule: one expression, or a list. Each expression of a list is checked at its own place.
func (b *builder) expressions(o object, def messages.Definition) ([]string, bool) {
	m := o.n.find("schedule")
	if m == nil || m.value.shape != shapeList {
		expr, n := o.required("schedule")
		return []string{expr}, n != nil && b.roomFor(n, strings.Count(expr, scheduler.Separator)+1)
	}
	if len(m.value.items) == 0 || len(m.value.items) > scheduler.MaxExprs {
		b.at(m.value, "schedule must list 1 to %d expressions, not %d", scheduler.MaxExprs, len(m.value.items))
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
			b.at(item, `each item of schedule must be one expression, such as "0 7 * * *"`)
			continue
		}
		def.Schedule = expr
		if _, err := scheduler.Parse(def.Timetable, def.Job); err != nil {
			b.badSchedule(o, item, err)
		}
		exprs = append(exprs, expr)
	}
	return exprs, len(b.problems) == before
}

// roomFor counts expressions; false: the file has too many of them to read in a reasonable time, which is reported
// once.
func (b *builder) roomFor(n *node, expressions int) bool {
	before := b.schedules
	b.schedules += expressions
	if before <= maxSchedules && b.schedules > maxSchedules {
		b.at(n, "the schedules of the file have more than %d expressions together", maxSchedules)
	}
	return b.schedules <= maxSchedules
}

// badSchedule reports an error of the scheduler at the key that it is about.
func (b *builder) badSchedule(o object, n *node, err error) {
	var wrong *scheduler.Error
	if errors.As(err, &wrong) && wrong.Key != scheduler.KeySchedule && wrong.Key != scheduler.KeyActiveHours {
		if m := o.n.find(string(wrong.Key)); m != nil {
			n = m.value
		}
	}
	b.at(n, "%s", strings.TrimPrefix(err.Error(), "scheduler: "))
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
