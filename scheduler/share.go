package scheduler

import (
	"fmt"
	"strings"
)

// MayVary reports whether the schedule may depend on the job's name, from its text alone: false is certain.
func (s Spec) MayVary() bool {
	text := strings.ToLower(s.Expr)
	return s.Splay > 0 || strings.Contains(text, "h") || strings.Contains(text, "every")
}

// Variant is what of the schedule depends on the job's name; empty if nothing does. Schedules of one
// [Spec] but for the job that have the same variant name the same slots, and may share one Schedule.
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
