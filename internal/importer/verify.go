package importer

import (
	"fmt"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

const (
	// MaxCompared is how many slots of a job are compared one after the other. What is behind them is compared only in
	// the two days around each change of a clock.
	MaxCompared = 600_000 // a job of every minute has fewer in 400 days

	chunk    = 10     // days that are compared at once
	manySlot = 10_000 // in a chunk: then the next one is a day
)

// A Comparison is what a source does beside what the written job does.
type Comparison struct {
	Job        string `json:"job"`
	Slots      int    `json:"slots"`      // that are the same
	Difference string `json:"difference"` // the first one; empty: there is none
	Left       string `json:"left"`       // why the job is not compared; empty: it is
	// Until is up to when slots were compared one after the other, if there are more than [MaxCompared]; nil: all were.
	Until *time.Time `json:"until"`
}

// Compare compares every job of an import with its source, slot by slot, after from and up to to. Defs are the jobs of
// the written file. A job that is not enabled is compared as if it were, unless its source never runs it.
func Compare(r Result, defs []messages.Definition, from, to time.Time) []Comparison {
	out, defs := []Comparison{}, slices.Clone(defs)
	for _, e := range r.Entries {
		i := slices.IndexFunc(defs, func(d messages.Definition) bool { return d.Job == e.Job })
		switch {
		case e.Job == "":
		case i < 0:
			out = append(out, Comparison{Job: e.Job, Difference: "the job is not in the file"})
		case e.job.apart != "":
			out = append(out, Comparison{Job: e.Job, Left: e.job.apart})
		case defs[i].Disabled && !e.job.never:
			if defs[i].Disabled = false; compare(e.job, defs[i], from, to).Difference != "" {
				out = append(out, Comparison{Job: e.Job, Left: "it is not enabled, since it would not run when it does today"})
				continue
			}
			fallthrough // enabled, it would be the same
		default:
			out = append(out, compare(e.job, defs[i], from, to))
		}
	}
	return out
}

// compare finds the first slot that one side has and the other has not. A splay is left out: its source draws it anew
// each time.
func compare(j *job, def messages.Definition, from, to time.Time) Comparison {
	c := Comparison{Job: j.name}
	table := def.Timetable
	table.Splay = 0
	s, err := scheduler.Parse(table, j.name)
	if err != nil {
		c.Difference = err.Error()
		return c
	}
	days := 1
	for at := from; at.Before(to); {
		if c.Slots >= MaxCompared {
			if c.Until == nil {
				until := at.UTC()
				c.Until = &until
			}
			change, ok := j.nextChange(at, s.Location())
			if !ok || change.After(to) {
				break
			}
			at, days = later(at, change.AddDate(0, 0, -1)), 2
		}
		end := at.AddDate(0, 0, days)
		if end.After(to) {
			end = to
		}
		var want, got []time.Time
		if !j.never {
			want = j.slots(at, end)
		}
		for t := at; !def.Disabled; {
			next, ok := s.Next(t)
			if !ok || next.After(end) {
				break
			}
			got, t = append(got, next), next
		}
		n, difference := first(want, got, s.Location())
		c.Slots += n
		if difference != "" {
			c.Difference = difference
			return c
		}
		if at, days = end, chunk; n > manySlot {
			days = 1
		}
	}
	return c
}

// nextChange is the next change of a clock by which a job runs, here or in its source. False: there is none.
func (j *job) nextChange(after time.Time, here *time.Location) (next time.Time, ok bool) {
	zones := []*time.Location{here}
	for _, r := range j.rules {
		if r.Zone != nil {
			zones = append(zones, r.Zone)
		}
	}
	for _, zone := range zones {
		if _, end := after.In(zone).ZoneBounds(); !end.IsZero() && (!ok || end.Before(next)) {
			next, ok = end, true
		}
	}
	return next, ok
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// slots are what the source does.
func (j *job) slots(from, to time.Time) (out []time.Time) {
	for _, r := range j.rules {
		out = append(out, r.Slots(from, to)...)
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool {
		return t.Before(j.start) || !j.end.IsZero() && t.After(j.end)
	})
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// first counts the slots that are the same, up to the first that differs.
func first(want, got []time.Time, zone *time.Location) (same int, difference string) {
	n := 0
	for n < len(want) && n < len(got) && want[n].Equal(got[n]) {
		n++
	}
	clock := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05 -07:00 MST") }
	switch {
	case n < len(want) && (n >= len(got) || want[n].Before(got[n])):
		return n, fmt.Sprintf("at %s the source starts it, and the written job does not", clock(want[n]))
	case n < len(got):
		return n, fmt.Sprintf("at %s the written job starts, and the source does not", clock(got[n]))
	}
	return n, ""
}
