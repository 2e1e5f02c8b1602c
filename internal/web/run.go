package web

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
)

// runs is the list of runs, and the page of one.
func runs() section {
	run := page{path: "/runs/{id}", view: "run", place: "/runs", ask: askRun}
	return section{
		pages: []page{{path: "/runs", view: "runs", place: "/runs", ask: askRuns}, run},
		orders: []order{
			{path: "/runs/{id}/again", do: orderAgain},
			{path: "/runs/{id}/cancel", do: orderCancelRun},
		},
		said: map[string]string{
			"run-new":       "This is the new run of job %s.",
			"run-goes-on":   "Run %s is to go on now: its pause is over, and a person has said yes to it.",
			"run-cancelled": "Run %s is cancelled. The other runs of its job go on.",
		},
	}
}

// runModel is what the page of a run shows.
type runModel struct {
	ID, Job  string
	Title    string // of the job; empty: it has none
	Status   badge
	Running  bool   // an attempt is running, or another one begins by itself: the script follows the output
	Over     bool   // nothing of it changes any more
	Sentence string // the status in words
	Advice   string // what to do about it; empty: nothing
	Behind   string // that attempts may be missing
	Holds    []holdLine
	Orders   runOrders

	Trigger           string
	Slot, First       moment
	Missed            int
	Started, Finished moment
	Took, Waited      string
	TraceID           string
	After             *otherRun // the run that it follows; nil: none
	Followers         []followerLine

	Attempts   []attemptPart
	Nodes      bool // there are nodes: each attempt says its own
	Forgotten  int  // attempts before the first of them
	Log        logPart
	Causes     causesPart
	Deliveries []deliveryLine
}

// runOrders are the orders that the page offers.
type runOrders struct {
	Again, AgainHelp string // the text of the button, and what it does; empty: it is not offered
	Cancel           bool
}

// otherRun leads to another run.
type otherRun struct {
	ID, Job string
	Status  badge
}

// followerLine is a job that follows the job of the run.
type followerLine struct {
	Job, On string
	Run     *otherRun // nil: the run has made none of it
}

// askRun asks for all that the page of a run shows.
func askRun(v *visit) (answer, error) {
	id := messages.RunID(v.name("id"))
	run, err := v.Backend.Run(v.ctx, id)
	if err != nil {
		return answer{}, err
	}
	around, err := v.Views.AroundRun(v.ctx, run.Job, id)
	if err != nil {
		return answer{}, err
	}
	job, err := v.jobOf(run.Job)
	if err != nil {
		return answer{}, err
	}
	m := v.runModel(run, job, around)
	for _, h := range run.Holds {
		m.Holds = append(m.Holds, v.hold(h, run, job))
	}
	if v.r.Header.Get(liveHeader) == "" { // the script takes these parts by itself, and may ask for the page every second
		if m.Log, err = v.logOf(run); err != nil {
			return answer{}, err
		}
		m.Causes = v.causesOf(run, job)
	}
	return answer{title: "Run " + string(id) + " of " + run.Job, model: m}, nil
}

// jobOf is the job of a run; nil: there is none any more.
func (v *visit) jobOf(name string) (*contract.Job, error) {
	job, err := v.Backend.Job(v.ctx, name)
	if refused, ok := errors.AsType[*contract.Error](err); ok && refused.Kind == contract.KindNotFound {
		return nil, nil
	}
	return &job, err
}

// runModel is the page without what has to be asked for apart.
func (v *visit) runModel(run contract.Run, job *contract.Job, around contract.AroundRun) runModel {
	zone := zoneOf(job)
	m := runModel{
		ID: string(run.ID), Job: run.Job, Status: badgeOf(run.Status), Over: !run.FinishedAt.IsZero(),
		Running:  run.Status == messages.StatusRunning || run.Status == messages.StatusBackingOff,
		Sentence: v.sentence(run, around, zone), Advice: advice(run, job), Behind: behind(run.HistoryBehind), Orders: ordersOf(run, job),
		Trigger: words.State(run.Trigger), Slot: v.moment(run.Slot, zone), Missed: run.Missed,
		Started: v.moment(run.StartedAt, zone), Finished: v.moment(run.FinishedAt, zone),
		Took: tookOf(run), Waited: waitedOf(run),
	}
	if run.Missed > 0 {
		m.First = v.moment(run.FirstSlot, zone)
	}
	if job != nil && job.Title != nil {
		m.Title = screen.Line(*job.Title)
	}
	if run.TraceID != nil {
		m.TraceID = *run.TraceID
	}
	if f := run.AfterRun; f != nil {
		m.After = &otherRun{ID: string(f.Run), Job: f.Job, Status: badgeOf(f.Status)}
	}
	for _, f := range around.Followers {
		line := followerLine{Job: f.Job, On: string(cmp.Or(f.On, messages.AfterSuccess))}
		if f.Run != nil {
			line.Run = &otherRun{ID: string(f.Run.ID), Job: f.Job, Status: badgeOf(f.Run.Status)}
		}
		m.Followers = append(m.Followers, line)
	}
	for i, a := range run.Attempts {
		m.Attempts = append(m.Attempts, v.attempt(a, zone, i == len(run.Attempts)-1))
		m.Nodes = m.Nodes || a.Node != nil
	}
	if len(run.Attempts) > 0 {
		m.Forgotten = run.Attempts[0].Number - 1
	}
	for _, d := range run.Deliveries {
		m.Deliveries = append(m.Deliveries, v.delivery(d, zone))
	}
	return m
}

// zoneOf is the zone of a job; empty: there is no job.
func zoneOf(job *contract.Job) string {
	if job == nil {
		return ""
	}
	return job.Timezone
}

// tookOf is how long the attempts of a run took together; empty: none is over.
func tookOf(run contract.Run) string {
	took, over := run.Took()
	if !over {
		return ""
	}
	return words.Span(took)
}

// waitedOf is how long a run that is over waited after its first attempt: for a sign-in, or for the next attempt. Empty:
// for less than a second.
func waitedOf(run contract.Run) string {
	if run.StartedAt.IsZero() || run.FinishedAt.IsZero() {
		return ""
	}
	took, _ := run.Took()
	if waited := run.FinishedAt.Sub(run.StartedAt) - took; waited >= time.Second {
		return words.Span(waited)
	}
	return ""
}

// orderAgain runs the job of a run now. A run that waits is let go by that; otherwise it makes a new one.
func orderAgain(v *visit) (outcome, error) {
	id := messages.RunID(v.name("id"))
	run, err := v.Backend.Run(v.ctx, id)
	if err != nil {
		return outcome{}, err
	}
	got, err := v.Backend.RunNow(v.ordering(), run.Job)
	if err != nil {
		return outcome{}, err
	}
	done := outcome{to: runLink(got.Run), said: say("run-new", run.Job)}
	if got.Run == id {
		done.said = say("run-goes-on", string(id))
	}
	return done, nil
}

// orderCancelRun cancels one run.
func orderCancelRun(v *visit) (outcome, error) {
	id := messages.RunID(v.name("id"))
	if _, err := v.Backend.CancelRun(v.ordering(), id); err != nil {
		return outcome{}, err
	}
	return outcome{to: v.back(runLink(id)), said: say("run-cancelled", string(id))}, nil
}

// letsGo reports whether a run is one that "run now" lets go, instead of making a new one.
func letsGo(run contract.Run) bool {
	return slices.Contains([]messages.Status{messages.StatusQueued, messages.StatusHeld, messages.StatusBackingOff}, run.Status)
}
