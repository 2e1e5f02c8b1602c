package web

import (
	"net/url"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/internal/web/draw"
	"curfew/internal/words"
	"curfew/messages"
)

// jobRow is a job of the list.
type jobRow struct {
	Name, Link, Title string
	Tags              []tagLink
	State             badge
	Note              string // what else belongs to its state
	Failing           *failingCell
	Strip             *draw.RunStrip // nil: it has not run yet
	StripText         string
	Last              *lastCell // nil: it has not run yet
	Skipped           string    // slots were skipped since then, and why
	Schedule          string    // in words
	Next              moment
	NoNext            string // why there is no next slot
	HeldBy            string // what would hold that; empty: nothing
	Actor, Session    string
	Orders            []rowOrder
}

type tagLink struct{ Text, Link string }

// failingCell says that a job fails.
type failingCell struct{ Text, Link, Error string }

// lastCell is the newest run of a job.
type lastCell struct {
	Status badge
	Link   string
	At     moment // when it ended; of a running one, when it began
	Took   string
}

// rowOrder is a button for one job.
type rowOrder struct{ Value, Text, Icon, Label string }

func (v *visit) jobRow(j contract.JobRow) jobRow {
	row := jobRow{
		Name: j.Name, Link: jobLink(j.Name), State: badgeOf(j.State), Schedule: j.ScheduleText, Next: v.moment(j.NextSlot, j.Timezone),
		Actor: j.Actor, NoNext: words.NoSlot(j.Job),
	}
	if row.NoNext == "" {
		row.HeldBy = words.HeldBy(j.Holds, j.Session)
	}
	if j.Title != nil {
		row.Title = *j.Title
	}
	if j.Session != nil {
		row.Session = *j.Session
	}
	for _, t := range j.Tags {
		row.Tags = append(row.Tags, tagLink{t, pathWith("/jobs", url.Values{"tag": {t}})})
	}
	switch {
	case j.Disabled:
		row.Note = "disabled in the job file"
	case j.Running > 1:
		row.Note = number(j.Running) + " at once"
	}
	if f := j.Failing; f != nil {
		row.Failing = &failingCell{Text: words.Failures(f), Link: jobLink(j.Name) + "?status=failed"}
		if f.Error != nil {
			row.Failing.Error = *f.Error
		}
	}
	if len(j.Runs) > 0 {
		row.Strip, row.StripText = v.runStrip(j.Runs, j.Timezone)
		row.Last = v.lastCell(j.Runs[0], j.Timezone)
	}
	if s := j.LastSkipped; s != nil && (len(j.Runs) == 0 || !j.Runs[0].FinishedAt.IsZero() && j.Runs[0].FinishedAt < s.At) {
		row.Skipped = words.State(s.Reason)
	}
	if v.mayWrite() {
		row.Orders = rowOrders(j.Job)
	}
	return row
}

func jobLink(name string) string { return "/jobs/" + url.PathEscape(name) }

func runLink(id messages.RunID) string { return "/runs/" + url.PathEscape(string(id)) }

// took is how long a run has taken, or takes already; empty: it has not begun.
func (v *visit) took(r contract.RunMark) string {
	switch {
	case r.StartedAt.IsZero():
		return ""
	case r.FinishedAt.IsZero():
		return "for " + words.Span(max(0, v.clock.now.Sub(r.StartedAt.Time()).Truncate(time.Second)))
	default:
		return "in " + words.Span(max(0, r.FinishedAt.Sub(r.StartedAt)))
	}
}

func (v *visit) lastCell(r contract.RunMark, zone string) *lastCell {
	at := r.FinishedAt
	if at.IsZero() {
		at = r.StartedAt
	}
	return &lastCell{Status: badgeOf(r.Status), Link: runLink(r.ID), At: v.moment(at, zone), Took: v.took(r)}
}

// runStrip draws runs, the newest first, and says in words what they came to.
func (v *visit) runStrip(runs []contract.RunMark, zone string) (*draw.RunStrip, string) {
	var marks []draw.Run
	counts := make(map[messages.Status]int)
	for _, r := range runs {
		counts[r.Status]++
		marks = append(marks, draw.Run{Status: r.Status, Title: v.markTitle(r, zone)})
	}
	s := draw.NewRunStrip(marks, contract.MaxStrip)
	var parts []string
	for _, status := range contract.Statuses {
		if n := counts[status]; n > 0 {
			parts = append(parts, number(n)+" "+words.State(status))
		}
	}
	return &s, words.Count(len(runs), "run") + ": " + strings.Join(parts, ", ") + "; the newest: " + words.State(runs[0].Status)
}

func (v *visit) markTitle(r contract.RunMark, zone string) string {
	text := words.State(r.Status)
	if r.Reason != "" && string(r.Reason) != string(r.Status) {
		text += " (" + words.State(r.Reason) + ")"
	}
	at := r.FinishedAt
	if at.IsZero() {
		at = r.StartedAt
	}
	if !at.IsZero() {
		m := v.moment(at, zone)
		text += ", " + m.Text + " " + m.Zone
	}
	if took := v.took(r); took != "" {
		text += ", " + took
	}
	return text
}

// rowOrders are the orders to one job that its state allows.
func rowOrders(j contract.Job) (out []rowOrder) {
	offer := func(do contract.JobAction, label string) {
		d := deeds[do]
		out = append(out, rowOrder{string(do) + " " + j.Name, d.Button, d.Icon, label + " " + j.Name})
	}
	offer(contract.ActionRun, "Run now:")
	switch {
	case j.Disabled:
	case j.Enabled:
		offer(contract.ActionPause, "Pause")
	default:
		offer(contract.ActionResume, "Resume")
	}
	if j.Running > 0 || j.Held != nil || j.State == contract.JobQueued || j.State == contract.JobBackingOff {
		offer(contract.ActionCancel, "Cancel runs of")
	}
	return out
}
