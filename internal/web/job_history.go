package web

import (
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// historyRuns is how many runs a part of a history has.
const historyRuns = 25

// jobHistory is a part of a job's history.
type jobHistory struct {
	Rows     []historyRow
	Pager    pager
	Behind   string // that the newest runs are missing
	Statuses []choice
	From, To string // days, as they were chosen
	Zone     string // in which days begin
	Chosen   bool   // not all runs are shown
	Clear    string
}

// historyRow is a run.
type historyRow struct {
	ID, Link string
	State    badge
	Holds    string
	Slot     moment
	SlotLink string // explains it
	Missed   string
	Started  moment
	Took     string
	Reason   string
	Attempts string
	Tokens   string
	Trigger  string
	After    *predecessor
	Explain  string
}

// predecessor leads to a run of another job.
type predecessor struct{ Job, Run string }

// jobHistory asks for the runs that the filter of the page selects.
func (v *visit) jobHistory(j contract.Job) (h jobHistory, err error) {
	q := contract.RunQuery{Job: j.Name}
	if q.Page, err = v.list(historyRuns); err != nil {
		return h, err
	}
	status, err := v.filter("status")
	if err != nil {
		return h, err
	}
	q.Status = messages.Status(status)
	h.Statuses = []choice{{Value: "", Text: "any status", Chosen: status == ""}}
	known := status == ""
	for _, s := range contract.Statuses {
		h.Statuses = append(h.Statuses, choice{Value: string(s), Text: words.State(s), Chosen: s == q.Status})
		known = known || s == q.Status
	}
	if !known {
		return h, contract.Malformed("%q is not a valid status", contract.Cut(status))
	}
	zone := v.clock.zone(j.Timezone)
	h.Zone = zone.String()
	if h.From, q.Since, err = v.day("from", zone, 0); err != nil {
		return h, err
	}
	if h.To, q.Until, err = v.day("to", zone, 1); err != nil {
		return h, err
	}
	h.Chosen, h.Clear = status != "" || h.From != "" || h.To != "", "/jobs/"+j.Name+"#history"
	list, err := v.Backend.Runs(v.ctx, q)
	if err != nil {
		return h, err
	}
	h.Pager, h.Behind = v.pager(deref(list.Next)), behind(list.HistoryBehind)
	for _, r := range list.Items {
		h.Rows = append(h.Rows, v.historyRow(r, j.Timezone))
	}
	return h, nil
}

// day is a day of the query, and the instant at which it begins, or one so many days later does. Zero: there is none.
func (v *visit) day(name string, zone *time.Location, later int) (text string, at messages.Instant, err error) {
	text, err = v.filter(name)
	if err != nil || text == "" {
		return "", 0, err
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil || day.Year() < 1970 {
		return text, 0, contract.Malformed("%s: %q is not a valid day, such as 2027-01-15", name, contract.Cut(text))
	}
	return text, messages.At(day.AddDate(0, 0, later)), nil
}

func (v *visit) historyRow(r contract.Run, zone string) historyRow {
	row := historyRow{
		ID: string(r.ID), Link: "/runs/" + string(r.ID), State: badgeOf(r.Status), Slot: v.moment(r.Slot, zone), SlotLink: explainAt(r.Job, r.Slot),
		Started: v.moment(r.StartedAt, zone), Reason: words.Because(r), Attempts: number(len(r.Attempts)), Trigger: words.State(r.Trigger),
		Explain: explainRun(r.Job, r.ID),
	}
	for i, h := range r.Holds {
		if i > 0 {
			row.Holds += ", "
		}
		row.Holds += words.State(h)
	}
	if r.Missed > 0 {
		row.Missed = count(r.Missed, "earlier slot")
	}
	if took, over := r.Took(); over {
		row.Took = words.Span(took)
	}
	if _, tokens := r.Spent(); tokens > 0 {
		row.Tokens = number(tokens)
	}
	if f := r.AfterRun; f != nil {
		row.After = &predecessor{Job: f.Job, Run: string(f.Run)}
	}
	return row
}
