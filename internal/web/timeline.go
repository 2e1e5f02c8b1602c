package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/internal/web/draw"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/text"
)

// timelineModel is what the timeline shows: as a drawing, and as a table with the same in words.
type timelineModel struct {
	Zone    string
	Now     string // its place
	Ticks   []draw.Tick
	Rows    []timelineRow
	More    string      // a text about jobs that are not shown; empty: there are none
	Notes   []string    // about the clock, and about what is not known
	Outages []outageRow // the newest first
	Legend  []legend
}

// timelineRow is a job of the timeline.
type timelineRow struct {
	Job, Link string
	State     *badge // failing or paused; nil: neither
	Strip     draw.Strip
	Now       string
	Ran       string // in words
	Last      *lastRun
	Ahead     string
	Next      moment
}

// lastRun is the newest run of a row.
type lastRun struct {
	State badge
	Link  string
	At    moment
}

// outageRow is a span in which a session was not open.
type outageRow struct {
	Session  string
	State    badge
	Reason   string
	From, To moment
	For      string
}

// legend explains how something is drawn.
type legend struct{ Class, Text string }

// legends are what a timeline may have; those that are drawn as nothing else are in each.
var legends = []legend{
	{"good", "succeeded"},
	{"many", "several runs"},
	{"bad", "failed"},
	{"busy", "running"},
	{"care", "waits"},
	{"quiet", "cancelled, skipped or stale"},
	{"slot", "slot ahead"},
	{"band", "many slots"},
	{"closed", "session closed"},
	{"quota", "out of quota"},
	{"probing", "session probing"},
	{"unknown", "not known"},
}

// maxOutageRows bounds the outages that the table lists.
const maxOutageRows = 20

func (v *visit) timeline(t contract.Timeline, zone *time.Location, jobs int) timelineModel {
	scale := draw.Scale{From: t.From.Time(), To: t.To.Time()}
	m := timelineModel{Zone: zone.String(), Now: scale.X(t.Now.Time()), Ticks: draw.Axis(scale, zone)}
	drawn := map[string]bool{}
	for _, r := range t.Rows {
		row := v.timelineRow(r, t, scale)
		row.Now = m.Now
		for _, boxes := range [][]draw.Box{row.Strip.Bars, row.Strip.Shades, row.Strip.Slots, row.Strip.Bands} {
			for _, b := range boxes {
				drawn[b.Class], drawn["many"] = true, drawn["many"] || b.Many
			}
		}
		m.Rows = append(m.Rows, row)
	}
	for _, l := range legends {
		if drawn[l.Class] {
			m.Legend = append(m.Legend, l)
		}
	}
	if !t.All {
		m.More = fmt.Sprintf("These are %d of %s: those that fail, that run, that are next, and that ran most lately.",
			len(t.Rows), count(jobs, "job"))
	}
	m.Notes = clockNotes(scale, zone)
	if t.Known > t.From {
		m.Notes = append(m.Notes, "What sessions did before "+at(t.Known.Time(), v.clock.now, zone)+" is not known.")
	}
	m.Outages = v.outageRows(t, zone)
	return m
}

// clockNotes say when the clock is set in the span.
func clockNotes(s draw.Scale, zone *time.Location) (notes []string) {
	for _, step := range draw.Steps(s, zone) {
		way := "forward"
		if step.By < 0 {
			way = "back"
		}
		notes = append(notes, fmt.Sprintf("The clock in %s is set %s by %s on %s.",
			zone, way, words.Span(step.By.Abs()), step.At.Add(-time.Second).In(zone).Add(time.Second).Format("Monday, 2 January, at 15:04")))
	}
	return notes
}

func (v *visit) timelineRow(r contract.TimelineRow, t contract.Timeline, scale draw.Scale) timelineRow {
	zone := v.clock.zone(r.Timezone)
	row := timelineRow{Job: r.Job, Link: jobLink(r.Job)}
	switch {
	case r.Failing:
		row.State = &failingBadge
	case r.Paused:
		b := badgeOf(contract.JobPaused)
		row.State = &b
	}
	picture := draw.Row{
		Unknown: r.Known.Time(), Shades: shades(r, t),
		Many: func(n int, class string, from, to time.Time) (string, string) {
			return fmt.Sprintf("%s: %s, %s to %s", r.Job, manyRuns(n, class), words.Near(from, v.clock.now, zone), at(to, v.clock.now, zone)), row.Link
		},
		Slot: func(slot time.Time) string { return r.Job + ": slot " + at(slot, v.clock.now, zone) },
	}
	if r.Known.IsZero() {
		picture.Unknown = time.Time{}
	}
	for _, run := range r.Runs {
		picture.Bars = append(picture.Bars, v.bar(r.Job, run, t.Now, zone))
	}
	for _, slot := range r.Slots {
		picture.Slots = append(picture.Slots, slot.Time())
	}
	for _, b := range r.Bands {
		picture.Bands = append(picture.Bands, draw.Stretch{
			From: b.From.Time(), To: b.To.Time(), Class: "band",
			Title: fmt.Sprintf("%s: many slots, %s to %s", r.Job, words.Near(b.From.Time(), v.clock.now, zone), at(b.To.Time(), v.clock.now, zone)),
		})
	}
	row.Strip = picture.Draw(scale)
	row.Ran, row.Ahead = ran(r), ahead(r)
	if n := len(r.Runs); n > 0 {
		last := r.Runs[n-1]
		row.Last = &lastRun{State: badgeOf(last.Status), Link: runLink(last.ID), At: v.moment(last.Start, r.Timezone)}
	}
	if len(r.Slots) > 0 {
		row.Next = v.moment(r.Slots[0], r.Timezone)
	}
	return row
}

// barClass is how a run is drawn: by shape and pattern, which a colour repeats.
func barClass(s messages.Status) string {
	switch s {
	case messages.StatusSucceeded:
		return "good"
	case messages.StatusFailed:
		return "bad"
	case messages.StatusRunning:
		return "busy"
	case messages.StatusQueued, messages.StatusBackingOff, messages.StatusHeld:
		return "care"
	default:
		return "quiet"
	}
}

// manyRuns are some runs that are drawn alike.
func manyRuns(n int, class string) string {
	for _, l := range legends {
		if l.Class == class {
			return count(n, "run") + " " + l.Text
		}
	}
	return count(n, "run")
}

func (v *visit) bar(job string, run contract.TimelineRun, now messages.Instant, zone *time.Location) draw.Bar {
	end := cmp.Or(run.End, now)
	b := draw.Bar{
		From: run.Start.Time(), To: max(end, run.Start).Time(), Class: barClass(run.Status), Link: runLink(run.ID),
		Title: fmt.Sprintf("%s: %s, %s, over after %s", job, words.State(run.Status), at(run.Start.Time(), v.clock.now, zone), span(end.Sub(run.Start))),
	}
	if run.End.IsZero() {
		b.Title = fmt.Sprintf("%s: %s, for %s", job, words.State(run.Status), span(now.Sub(run.Start)))
	}
	b.Alone = b.Class == "bad" || b.Class == "busy" || b.Class == "care"
	return b
}

// shades are the outages of the session of a job.
func shades(r contract.TimelineRow, t contract.Timeline) (out []draw.Stretch) {
	for _, o := range t.Outages {
		if r.Session == "" || o.Session != r.Session {
			continue
		}
		s := draw.Stretch{From: o.From.Time(), To: cmp.Or(o.To, t.Now).Time(), Class: string(o.State), Title: "session " + o.Session + ": " + words.State(o.State)}
		if o.Reason == messages.ReasonQuota {
			s.Class = "quota"
		}
		if o.Reason != "" {
			s.Title += " (" + messages.Closed(o.Reason, "") + ")"
		}
		out = append(out, s)
	}
	return out
}

// whyShut says why a session was not open, with what was reported then; empty: it is not known.
func whyShut(o contract.Outage) string {
	if o.Reason == "" {
		return ""
	}
	why := messages.Closed(o.Reason, "")
	if evidence := words.Evidence(o.Reason); evidence != "" {
		why += " (" + text.OneLine(evidence) + ")"
	}
	return why
}

// ran says in words which runs a row has.
func ran(r contract.TimelineRow) string {
	if len(r.Runs) == 0 {
		return "no run"
	}
	var parts []string
	by := map[messages.Status]int{}
	for _, run := range r.Runs {
		by[run.Status]++
	}
	for _, s := range contract.Statuses {
		if n := by[s]; n > 0 {
			parts = append(parts, number(n)+" "+words.State(s))
		}
	}
	known := ""
	if !r.Known.IsZero() {
		known = ", and older ones that are not remembered"
	}
	return count(len(r.Runs), "run") + ": " + strings.Join(parts, ", ") + known
}

// ahead says in words which slots a row has.
func ahead(r contract.TimelineRow) string {
	switch {
	case r.Paused:
		return "paused"
	case len(r.Bands) > 0:
		return "more than " + count(len(r.Slots), "slot")
	case len(r.Slots) == 0:
		return "no slot"
	default:
		return count(len(r.Slots), "slot")
	}
}

func (v *visit) outageRows(t contract.Timeline, zone *time.Location) (rows []outageRow) {
	all := slices.Clone(t.Outages)
	slices.SortStableFunc(all, func(a, b contract.Outage) int { return cmp.Compare(b.From, a.From) })
	for _, o := range all[:min(len(all), maxOutageRows)] {
		rows = append(rows, outageRow{
			Session: o.Session, State: badgeOf(o.State), Reason: whyShut(o), From: v.momentIn(o.From, zone), To: v.momentIn(o.To, zone),
			For: span(cmp.Or(o.To, t.Now).Sub(o.From)),
		})
	}
	return rows
}

// momentIn is an instant of the timeline, which is in one zone.
func (v *visit) momentIn(at messages.Instant, zone *time.Location) moment {
	return v.moment(at, zone.String())
}
