package web

import (
	"net/url"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
)

// jobSlots are the slots that lie ahead.
type jobSlots struct {
	None string // why there are none; empty: there are some
	Idle string // why they do not run; empty: they do
	Zone string // that of the job, where the page shows another one
	Rows []jobSlot
}

// jobSlot is a slot.
type jobSlot struct {
	At      moment
	Own     string // in the job's zone; empty: At is
	Note    string
	Explain string
}

func (v *visit) jobSlots(d contract.JobDetails) jobSlots {
	s := slotsOf(v, d.Job, d.Next)
	switch {
	case d.Disabled:
		s.Idle = "The job is disabled: these slots will be skipped."
	case !d.Enabled:
		s.Idle = "The job is paused: these slots will be skipped unless it is resumed."
	}
	return s
}

// slotsOf shows slots of a job, each in the chosen zone and in that of the job.
func slotsOf(v *visit, j contract.Job, next []contract.Slot) jobSlots {
	var s jobSlots
	if len(next) == 0 {
		s.None = "No slot lies ahead."
		if a := j.Limits.After; a != nil {
			s.None = "It has no slots by the clock: it follows " + a.Job + "."
		}
		return s
	}
	own, err := time.LoadLocation(j.Timezone)
	other := err == nil && v.clock.zone(j.Timezone).String() != own.String()
	if other {
		s.Zone = j.Timezone
	}
	for _, n := range next {
		row := jobSlot{At: v.moment(n.At, j.Timezone), Note: n.Note, Explain: explainAt(j.Name, n.At)}
		if other {
			row.Own = n.At.Time().In(own).Format("Mon 2006-01-02 15:04:05 MST")
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// explainAt is the page that explains a slot of a job.
func explainAt(job string, at messages.Instant) string {
	if at.IsZero() {
		return ""
	}
	return pathWith("/jobs/"+job+"/explain", url.Values{"at": {at.String()}})
}

// explainRun is the page that explains a run of a job.
func explainRun(job string, run messages.RunID) string {
	return pathWith("/jobs/"+job+"/explain", url.Values{"run": {string(run)}})
}
