package web

import (
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
)

// zoneOf is the zone of what belongs to no job: the chosen one; if every job has its own, that of all jobs that are shown
// if it is one, and UTC otherwise.
func (v *visit) zoneOf(t contract.Timeline) *time.Location {
	common := ""
	for i, r := range t.Rows {
		if i > 0 && r.Timezone != common {
			return v.clock.zone("")
		}
		common = r.Timezone
	}
	return v.clock.zone(common)
}

// zoneNamed is the zone of a job, if the timeline has it; empty: it has not.
func zoneNamed(t contract.Timeline, job string) string {
	for _, r := range t.Rows {
		if r.Job == job {
			return r.Timezone
		}
	}
	return ""
}

// span is how long something took; it is never below zero, whatever the clock did.
func span(d time.Duration) string { return words.Span(max(d, 0)) }

// at is an instant in a text: the time of day, with the date unless it is today, and the zone.
func at(t, now time.Time, zone *time.Location) string {
	return words.Near(t, now, zone) + " " + t.In(zone).Format("MST")
}
