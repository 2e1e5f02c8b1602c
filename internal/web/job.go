package web

import (
	"strings"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
)

// job is the page of one job, with its orders.
func job() section {
	const at = "/jobs/{name}"
	return section{
		pages: []page{
			{path: at, view: "job", place: "/jobs", ask: askJob},
			{path: at + "/explain", view: "job_explain", place: "/jobs", ask: askExplain},
			{path: at + "/backfill", view: "job_backfill", place: "/jobs", ask: askBackfill},
			{path: at + "/edit", view: "job_edit", place: "/jobs", ask: askEdit},
			{path: at + "/from-file", view: "job_file", place: "/jobs", ask: askFromFile},
			{path: at + "/remove", view: "job_remove", place: "/jobs", ask: askRemove},
		},
		orders: []order{
			{path: at + "/run", do: orderRun},
			{path: at + "/pause", do: orderPause},
			{path: at + "/resume", do: orderResume},
			{path: at + "/cancel", do: orderCancel},
			{path: at + "/backfill", do: orderBackfill},
			{path: at + "/edit", do: orderEdit},
			{path: "/jobs/new", do: orderEdit},
			{path: at + "/from-file", do: orderFromFile},
			{path: at + "/remove", do: orderRemove},
		},
		said: jobSaid,
	}
}

// newJob is the name in the path of the form for a job that is not there yet. A job may have that name, too.
const newJob = "new"

// jobModel is what the page shows.
type jobModel struct {
	Name        string
	Title       string
	Description string
	State       badge
	Failing     string // empty: it does not fail
	Why         []jobWait
	Waiting     string // how many further runs wait; empty: none
	CanRun      bool
	CanPause    bool
	CanResume   bool
	CanCancel   bool
	ByAPI       bool
	New         string // the form for another job, where its path is that of this job; empty: it is elsewhere
	Facts       []jobFact
	Doubts      []jobDoubt
	Follows     *neighbour
	Followers   []neighbour
	Definition  string
	Place       string
	Overrides   string // where the file has a job of that name; empty: it has none
	Slots       jobSlots
	Behind      string // what the run history lacks; empty: nothing
	History     jobHistory
	Charts      []jobChart
	ChartsOf    string
	Backfill    backfillForm
}

// jobFact is something about a job in a few words.
type jobFact struct {
	Name, Text string
	At         moment // instead of Text
	Link       string
}

// jobDoubt is a warning.
type jobDoubt struct{ Place, Text string }

// neighbour leads to another job.
type neighbour struct {
	Name, On string
	Known    bool
}

// jobWait is a run that waits, and what for.
type jobWait struct {
	Run     string
	State   badge
	Texts   []string
	SignIn  bool // a sign-in ends the wait
	Explain string
}

// askJob shows a job, or the form for one that is to be made.
func askJob(v *visit) (answer, error) {
	name := v.name("name")
	making, err := v.filter("create")
	if err != nil {
		return answer{}, err
	}
	d, err := v.Views.JobDetails(v.ctx, name)
	if name == newJob && (making != "" || isKind(err, contract.KindNotFound)) {
		return v.editing(editModel{New: true, Text: newJobText})
	}
	if err != nil {
		return answer{}, err
	}
	m := jobModel{
		Name: d.Name, State: badgeOf(d.State), ByAPI: d.ManagedBy == messages.ManagedByAPI, Definition: d.Definition, Place: d.Place,
		CanRun: true, CanPause: d.Enabled, CanResume: !d.Enabled && !d.Disabled, CanCancel: d.Running > 0 || d.Waiting > 0,
		Facts: v.jobFacts(d.Job), Slots: v.jobSlots(d), Backfill: v.backfillForm(d.Job),
	}
	if d.Title != nil {
		m.Title = *d.Title
	}
	if d.Description != nil {
		m.Description = *d.Description
	}
	if m.ByAPI {
		m.Place, m.Overrides = "", d.Place
	}
	if name == newJob {
		m.New = "/jobs/new?create=1"
	}
	m.Why, m.Waiting = v.jobWaits(d)
	if f := d.Failing; f != nil {
		m.Failing = v.failingText(*f, d.Timezone)
	}
	for _, w := range d.Doubts {
		m.Doubts = append(m.Doubts, jobDoubt{w.Location, w.Message})
	}
	if d.Chain != nil {
		m.Follows = &neighbour{Name: d.Chain.Job, On: string(d.Chain.On), Known: d.Chain.Known}
	}
	for _, f := range d.Followers {
		m.Followers = append(m.Followers, neighbour{Name: f.Job, On: string(f.On), Known: true})
	}
	if m.History, err = v.jobHistory(d.Job); err != nil {
		return answer{}, err
	}
	if m.Behind = behind(d.HistoryBehind); m.Behind != "" {
		m.History.Behind = "" // it is said already
	}
	if m.ChartsOf, m.Charts, err = v.jobCharts(d.Job); err != nil {
		return answer{}, err
	}
	return answer{title: "Job " + d.Name, model: m}, nil
}

// jobWaits are the runs of a job that wait.
func (v *visit) jobWaits(d contract.JobDetails) (all []jobWait, more string) {
	gate := ""
	if d.Gate != nil {
		gate = words.Gate(*d.Gate, v.slot)
	}
	for _, h := range d.Holds {
		w := jobWait{Run: string(h.Run), State: badgeOf(h.Status), Explain: explainRun(d.Name, h.Run)}
		for _, hold := range h.Holds {
			w.Texts = append(w.Texts, screen.Line(words.Held(hold, d.Job, gate)))
			w.SignIn = w.SignIn || hold == messages.HoldSession && d.Gate != nil && d.Gate.State == messages.StateClosed
		}
		switch {
		case len(w.Texts) > 0:
		case h.Status == messages.StatusBackingOff:
			w.Texts = []string{"waits for its next attempt"}
		default:
			w.Texts = []string{"waits for its turn"}
		}
		all = append(all, w)
	}
	if n := d.Waiting - len(d.Holds); n > 0 {
		more = count(n, "further run")
	}
	return all, more
}

// failingText says since when a job fails.
func (v *visit) failingText(f contract.Failing, zone string) string {
	at := v.moment(f.Since, zone)
	since := "since " + at.Text + " " + at.Zone
	if f.AtLeast {
		since = "before " + at.Text + " " + at.Zone
	}
	text := since + ", " + words.Failures(&f)
	if f.Error != nil {
		text += ": " + *f.Error
	}
	return text
}

// jobFacts are what the head of the page says, as `curfew job show` does.
func (v *visit) jobFacts(j contract.Job) []jobFact {
	next := jobFact{Name: "Next slot", Text: words.NoSlot(j)}
	if next.Text == "" {
		next.At = v.moment(j.NextSlot, j.Timezone)
	}
	facts := []jobFact{
		{Name: "Schedule", Text: j.Schedule + " (" + j.Timezone + ")"},
		{Name: "Slots", Text: j.ScheduleText},
		next,
		{Name: "Actor", Text: j.Actor},
		{Name: "Session", Text: "none"},
		{Name: "Timeout", Text: words.Timeout(j.Timeout)},
		{Name: "Overlap", Text: words.Overlap(j)},
		{Name: "Last run", Text: "none yet"},
	}
	if j.Session != nil {
		facts[4].Text, facts[4].Link = *j.Session, "/#sessions"
	}
	if r := j.LastRun; r != nil {
		facts[7].Text, facts[7].Link = words.State(r.Status), "/runs/"+string(r.ID)
	}
	if s := j.LastSkipped; s != nil {
		at := v.moment(s.Slot, j.Timezone)
		facts = append(facts, jobFact{
			Name: "Last skipped", Text: at.Text + " " + at.Zone + " (" + words.State(s.Reason) + ")", Link: explainAt(j.Name, s.Slot),
		})
	}
	if on := words.RunsOn(j); on != "" {
		facts = append(facts, jobFact{Name: "Runs on", Text: on})
	}
	if by := words.HeldBy(j.Holds, j.Session); by != "" {
		facts = append(facts, jobFact{Name: "Held by", Text: by})
	}
	if len(j.Tags) > 0 {
		facts = append(facts, jobFact{Name: "Tags", Text: strings.Join(j.Tags, ", ")})
	}
	if j.Disabled {
		facts = append(facts, jobFact{Name: "Paused", Text: words.Disabled})
	}
	return facts
}
