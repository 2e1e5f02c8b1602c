package policy

import (
	"strings"
	"time"

	"curfew/messages"
)

// incident is a job that fails, from its first failed run until the next success. People hear of it once, are
// reminded while it goes on, and hear when it is over: not of every run.
type incident struct {
	Since messages.Instant `json:"since"`
	Told  messages.Instant `json:"told"` // when people last heard of it
}

// DefaultRemind is how long after people heard of a failing job they hear of it again.
const DefaultRemind = 24 * time.Hour

// deliverOutput brings the output of a run that succeeded to the job's targets, unless it is empty, and tells
// that a job which failed works again.
func (m *Machine) deliverOutput(r *run, output string) {
	j := m.jobs[r.Job]
	if j == nil || j.def.Deliver == nil {
		return
	}
	recovered := !j.incident.Since.IsZero()
	if strings.TrimSpace(output) != "" {
		m.deliver(j, r, messages.DeliverOutput)
	}
	if recovered {
		m.deliver(j, r, messages.DeliverRecovery)
	}
}

// deliverFailure tells that a run failed for good: at the first one since a success, and then as a reminder.
func (m *Machine) deliverFailure(r *run) {
	j := m.jobs[r.Job]
	if j == nil || j.def.Deliver == nil {
		return
	}
	switch in := j.incident; {
	case in.Since.IsZero():
		m.deliver(j, r, messages.DeliverFailure)
	case m.now.Sub(in.Told) >= j.def.Deliver.Remind.D():
		m.deliver(j, r, messages.DeliverReminder)
	}
}

func (m *Machine) deliver(j *job, r *run, kind messages.DeliveryKind) {
	for _, to := range j.def.Deliver.To {
		m.emit(messages.DeliveryRequested{Run: r.ID, Job: r.Job, To: to, Kind: kind, BestEffort: j.def.Deliver.BestEffort})
	}
}

// applyDelivery keeps the books of a job's incident. A job that was removed meanwhile has none.
func (m *Machine) applyDelivery(d messages.DeliveryRequested) {
	j := m.jobs[d.Job]
	if j == nil {
		return
	}
	switch d.Kind {
	case messages.DeliverFailure:
		j.incident = incident{Since: m.now, Told: m.now}
	case messages.DeliverReminder:
		j.incident.Told = m.now
	case messages.DeliverRecovery:
		j.incident = incident{}
	}
}
