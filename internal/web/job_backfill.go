package web

import (
	"strconv"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
)

// backfillForm asks for which slots of the past a job is to run.
type backfillForm struct {
	Job      string
	From, To string
	Fold     bool
	Zone     string
	Max      string // the latest time that may be asked for
	No       string // why there is no such form; empty: there is one
}

// backfillModel says what a backfill would do.
type backfillModel struct {
	Form      backfillForm
	Slots     string // how many; empty: it was not asked
	From, To  string // as instants
	First     moment
	Last      moment
	Runs      string // what becomes of them
	Refused   string
	FirstLink string
	LastLink  string
}

// backfillForm is the form with the last day chosen.
func (v *visit) backfillForm(j contract.Job) backfillForm {
	zone := v.clock.zone(j.Timezone)
	now := v.Now().In(zone)
	f := backfillForm{Job: j.Name, Zone: zone.String(), Max: now.Format(fieldTime), To: now.Format(fieldTime), From: now.AddDate(0, 0, -1).Format(fieldTime)}
	switch {
	case j.Limits.After != nil:
		f.No = "It has no slots by the clock: run it, or backfill the job that it follows."
	case !j.Enabled:
		f.No = "It is paused: its slots would be skipped."
	}
	return f
}

// askBackfill counts the slots before anything is done.
func askBackfill(v *visit) (answer, error) {
	d, err := v.Views.JobDetails(v.ctx, v.name("name"))
	if err != nil {
		return answer{}, err
	}
	j := d.Job
	m := backfillModel{Form: v.backfillForm(j)}
	a := answer{title: "Backfill job " + j.Name}
	from, err := v.filter("from")
	if err != nil {
		return answer{}, err
	}
	to, err := v.filter("to")
	if err != nil {
		return answer{}, err
	}
	if from == "" && to == "" {
		a.model = m
		return a, nil
	}
	m.Form.From, m.Form.To, m.Form.Fold = from, to, v.r.URL.Query().Get("fold") != ""
	zone := v.clock.zone(j.Timezone)
	var in contract.Backfill
	in.Fold = m.Form.Fold
	for _, t := range []struct {
		name, text string
		to         *messages.Instant
	}{{"from", from, &in.From}, {"to", to, &in.To}} {
		at, err := time.ParseInLocation(fieldTime, t.text, zone)
		if err != nil || at.Year() < 1970 {
			m.Refused = t.name + ": " + strconv.Quote(contract.Cut(t.text)) + " is not a valid time, such as 2027-01-15T07:00"
			a.model, a.status = m, 422
			return a, nil
		}
		*t.to = messages.At(at)
	}
	slots, err := v.Views.CountBackfill(v.ctx, j.Name, in)
	switch {
	case isKind(err, contract.KindRefused), isKind(err, contract.KindConflict), isKind(err, contract.KindMalformed):
		m.Refused, a.status = err.Error(), 422
		a.model = m
		return a, nil
	case err != nil:
		return answer{}, err
	}
	m.Slots = count(slots.Count, "slot")
	if slots.AtLeast {
		m.Slots = "at least " + m.Slots
	}
	m.Runs = "Each slot gets a run of its own; of more than " + number(messages.MaxSlotsMissed) + " the oldest are skipped."
	if in.Fold {
		m.Runs = "One run is made for all of them."
	}
	m.From, m.To = in.From.String(), in.To.String()
	m.First, m.Last = v.moment(slots.First, j.Timezone), v.moment(slots.Last, j.Timezone)
	m.FirstLink, m.LastLink = explainAt(j.Name, slots.First), explainAt(j.Name, slots.Last)
	a.model = m
	return a, nil
}

func orderBackfill(v *visit) (outcome, error) {
	name := v.name("name")
	in := contract.Backfill{Fold: v.field("fold") != ""}
	for field, to := range map[string]*messages.Instant{"from": &in.From, "to": &in.To} {
		at, err := time.Parse(time.RFC3339Nano, v.field(field))
		if err != nil {
			return outcome{}, contract.Malformed("%s: %q is not a valid time", field, contract.Cut(v.field(field)))
		}
		*to = messages.At(at)
	}
	made, err := v.Backend.Backfill(v.ordering(), name, in)
	if err != nil {
		return outcome{}, err
	}
	about := []string{name, strconv.Itoa(made.Slots), strconv.Itoa(len(made.Runs))}
	code := "job-backfilled"
	if made.Reason != nil {
		code, about = "job-backfilled-some", append(about, strconv.Itoa(made.Skipped))
	}
	return outcome{to: "/jobs/" + name, said: say(code, about...)}, nil
}
