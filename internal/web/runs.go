package web

import (
	"cmp"
	"slices"
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
	"curfew/messages/text"
)

// runsModel is what the list of runs shows.
type runsModel struct {
	Job          string
	Statuses     []choice
	Since, Until string // as the fields have them
	Zone         string // in which the fields are
	Filtered     bool
	Behind       string // that the newest runs are missing
	Rows         []runRow
	Pager        pager
}

// runRow is a run of the list.
type runRow struct {
	ID, Job  string
	Path     string
	Status   badge
	Holds    string
	Trigger  string
	Slot     moment
	Missed   int
	Started  moment
	Attempts int
	Took     string
	Because  string
}

// maxBecause bounds the reason of a run in the list, in bytes.
const maxBecause = 300

func askRuns(v *visit) (answer, error) {
	m := runsModel{}
	var q contract.RunQuery
	var err error
	if q.Page, err = v.list(contract.DefaultLimit); err != nil {
		return answer{}, err
	}
	if q.Job, err = v.filter("job"); err != nil {
		return answer{}, err
	}
	if q.Status, err = v.status(); err != nil {
		return answer{}, err
	}
	of, err := v.zoneOfFilter(q.Job)
	if err != nil {
		return answer{}, err
	}
	zone := v.clock.zone(of)
	if q.Since, m.Since, err = v.time("since", zone); err != nil {
		return answer{}, err
	}
	if q.Until, m.Until, err = v.time("until", zone); err != nil {
		return answer{}, err
	}
	list, err := v.Backend.Runs(v.ctx, q)
	if err != nil {
		return answer{}, err
	}
	m.Job, m.Zone, m.Pager, m.Behind = q.Job, zone.String(), v.pager(deref(list.Next)), behind(list.HistoryBehind)
	m.Filtered = q.Job != "" || q.Status != "" || m.Since != "" || m.Until != ""
	for _, s := range contract.Statuses {
		m.Statuses = append(m.Statuses, choice{Value: string(s), Text: words.State(s), Chosen: s == q.Status})
	}
	for _, run := range list.Items {
		m.Rows = append(m.Rows, v.runRow(run, of))
	}
	return answer{title: "Runs", model: m}, nil
}

// behind says that a page lacks what is newest of runs; empty: it does not.
func behind(records *uint64) string {
	if records == nil {
		return ""
	}
	return words.HistoryBehind(*records)
}

func (v *visit) runRow(run contract.Run, zone string) runRow {
	row := runRow{
		ID: string(run.ID), Job: run.Job, Path: runLink(run.ID), Status: badgeOf(run.Status), Trigger: words.State(run.Trigger),
		Slot: v.moment(run.Slot, zone), Missed: run.Missed, Started: v.moment(run.StartedAt, zone), Took: tookOf(run),
		Because: screen.Line(text.Head(words.Because(run), maxBecause)),
	}
	for i, h := range run.Holds {
		if row.Holds += words.State(h); i < len(run.Holds)-1 {
			row.Holds += ", "
		}
	}
	if n := len(run.Attempts); n > 0 {
		row.Attempts = run.Attempts[n-1].Number
	}
	return row
}

// status is the filter by status; empty: any.
func (v *visit) status() (messages.Status, error) {
	word, err := v.filter("status")
	if s := messages.Status(word); err != nil || s == "" || slices.Contains(contract.Statuses, s) {
		return s, err
	}
	return "", contract.Malformed("%q is not a status of a run; choose one of the list", contract.Cut(word))
}

// zoneOfFilter is the zone of the job that is chosen; empty: none is.
func (v *visit) zoneOfFilter(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	job, err := v.jobOf(name)
	return zoneOf(job), err
}

// fieldTime is how a browser writes a time into a field.
const fieldTime = "2006-01-02T15:04"

// time reads a time of the filter, as a browser's field or a program writes it; text is what the field shows.
func (v *visit) time(name string, zone *time.Location) (at messages.Instant, text string, err error) {
	told, err := v.filter(name)
	if told == "" || err != nil {
		return 0, "", err
	}
	parsed, bad := time.Parse(time.RFC3339Nano, told)
	for _, layout := range []string{fieldTime, fieldTime + ":05"} {
		if bad != nil {
			parsed, bad = time.ParseInLocation(layout, told, zone)
		}
	}
	if bad != nil {
		return 0, "", contract.Malformed("%s is not a valid time: %q; write it as 2027-01-15T07:00, or as RFC 3339", name, cmp.Or(contract.Cut(told), "-"))
	}
	return messages.At(parsed), parsed.In(zone).Format(fieldTime), nil
}
