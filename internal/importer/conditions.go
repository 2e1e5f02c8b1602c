package importer

import (
	"slices"
	"strings"
)

// need notes a condition of the section Unit. An empty one takes back those before it.
func (u *unit) need(s unitSetting) {
	for _, kind := range []string{"Condition", "Assert"} {
		switch {
		case !strings.HasPrefix(s.name, kind):
		case s.value == "":
			u.needs = slices.DeleteFunc(u.needs, func(n string) bool { return strings.HasPrefix(n, kind) })
		default:
			u.needs = append(u.needs, s.name+"="+s.value)
		}
	}
}

// conditions lets the command ask for the conditions of the timer itself, without which systemd does not start it. Those
// of the unit that it starts stay with that unit.
func (b *batch) conditions(e *Entry, u unit, ofUser bool) {
	if len(u.needs) == 0 {
		return
	}
	needs := strings.Join(u.needs, " and ")
	if ofUser {
		e.pause("its timer has %s, which is not asked for the timers of users; set enabled to true if it holds", needs)
		return
	}
	ask := "systemd-analyze condition"
	for _, n := range u.needs {
		ask += " '" + strings.ReplaceAll(n, "'", `'\''`) + "'"
	}
	e.job.with.command = ask + " >/dev/null || exit 0\n" + e.job.with.command
	e.note("its timer has %s: the command asks systemd-analyze for it at each slot, and does nothing where it does not hold", needs)
}
