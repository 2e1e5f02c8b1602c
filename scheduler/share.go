package scheduler

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// MayVary reports whether the slots of a timetable may depend on the job's name, from its text alone: false is certain.
func MayVary(t messages.Timetable) bool {
	text := strings.ToLower(t.Schedule)
	return t.Splay > 0 || strings.Contains(text, "h") || strings.Contains(text, "every")
}

// Variant is what of the schedule depends on the job's name; empty if nothing does. Schedules of one
// timetable that have the same variant name the same slots, and may share one Schedule.
func (s Schedule) Variant() string {
	if s.plan == nil {
		return ""
	}
	var parts []string
	varies := s.splayed
	for i := range s.rules {
		parts = append(parts, s.rules[i].varies)
		varies = varies || s.rules[i].varies != ""
	}
	if !varies {
		return ""
	}
	return fmt.Sprint(strings.Join(parts, " "), "+", s.delay)
}

// MayCount reports whether a schedule may be [Schedule.Relative], from its text alone: false is certain.
func MayCount(t messages.Timetable) bool { return strings.Contains(strings.ToLower(t.Schedule), "in") }
