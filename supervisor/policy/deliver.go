package policy

import (
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

// incident is the time from the first failed run of a job until one succeeds; the zero value: there is none.
type incident struct {
	Since    messages.Instant `json:"since"`
	Told     messages.Instant `json:"told"` // when people were told last
	Failures int              `json:"failures"`
}

func (i incident) open() bool { return !i.Since.IsZero() }

// DefaultRemind is how long after people heard of a failing job they hear of it again, if its definition does
// not say.
const DefaultRemind = 24 * time.Hour

// deliverSuccess delivers the output of a run, unless it is blank, and then the message that the job works again. was
// is the incident that the success has ended.
func (m *Machine) deliverSuccess(r *run, output string, was incident) {
	j := r.job
	if j == nil {
		return
	}
	d := j.Def.Deliver
	if d.Wants(messages.DeliverOnSuccess) && strings.TrimSpace(output) != "" {
		m.deliver(r, d, messages.DeliverOutput, incident{})
	}
	if was.open() && d.Wants(messages.DeliverOnFailure) {
		m.deliver(r, d, messages.DeliverRecovery, was)
	}
}

// deliverFailure tells people about a run that failed for good: the first since the last success, then at
// the first failed run after every reminder's pause. No timer is needed for a job that does not run.
func (m *Machine) deliverFailure(r *run) {
	j := r.job
	if j == nil || !j.Def.Deliver.Wants(messages.DeliverOnFailure) {
		return
	}
	d := j.Def.Deliver
	every := d.Remind.D()
	if every == 0 {
		every = DefaultRemind
	}
	switch is := j.seldom().Incident; {
	case !is.open():
		m.deliver(r, d, messages.DeliverFailure, incident{Since: m.now, Failures: 1})
	case m.now.Sub(is.Told) >= every:
		m.deliver(r, d, messages.DeliverReminder, is)
	}
}

func (m *Machine) deliver(r *run, d *messages.Deliver, kind messages.DeliveryKind, i incident) {
	for _, to := range d.To {
		m.emit(messages.DeliveryRequested{
			Run: r.ID, Job: r.Job, To: to, Kind: kind, BestEffort: d.BestEffort, Since: i.Since, Failures: i.Failures,
		})
	}
}

// applyDelivery remembers that people were told.
func (m *Machine) applyDelivery(d messages.DeliveryRequested) {
	j := m.jobs[d.Job]
	if j == nil {
		return
	}
	m.keepImage(j)
	switch d.Kind {
	case messages.DeliverFailure:
		j.applySeldom().Incident = incident{Since: d.Since, Told: m.now, Failures: d.Failures}
	case messages.DeliverReminder:
		j.applySeldom().Incident.Told = m.now
	}
}

// applyEnd counts a run that is over in its job's incident.
func (j *job) applyEnd(status messages.Status) {
	switch {
	case status == messages.StatusSucceeded:
		j.applyNoIncident()
	case status == messages.StatusFailed && j.seldom().Incident.open():
		j.rare.Incident.Failures++
	}
}

// applyNoIncident ends the job's incident, if it has one.
func (j *job) applyNoIncident() {
	if j.rare != nil {
		j.rare.Incident = incident{}
		j.applyUsual()
	}
}

// Lost is a delivery that failed for good and was no best effort.
type Lost struct {
	Run messages.RunID `json:"run"`
	To  string         `json:"to"`
}

// maxLost bounds the lost deliveries that are remembered of a job, the newest.
const maxLost = 32

// applyLost remembers a delivery that failed for good. The list is replaced as a whole: an image may have it.
func (m *Machine) applyLost(d messages.DeliveryRequested) {
	j := m.jobs[d.Job]
	if j == nil || d.BestEffort {
		return
	}
	m.keepImage(j)
	s := j.applySeldom()
	lost := append(slices.Clone(s.Lost), Lost{Run: d.Run, To: d.To})
	s.Lost = lost[max(0, len(lost)-maxLost):]
}
