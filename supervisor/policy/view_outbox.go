package policy

import (
	"slices"

	"curfew/messages"
)

// Untold is a notification that no target has taken, as people see it.
type Untold struct {
	Session, Job string // what it is about; one may be empty
	Notice       messages.Notice
	At           messages.Instant
	ID           string           // of the notification, or of the newest that repeats it
	Waiting      []string         // targets that have not answered
	Refused      []Refusal        // the newest answers
	Due          messages.Instant // when it is told again by itself; null: a target is still to answer
}

// Untold lists the notifications that are still true and that no target has taken, by what they are about. One
// that is new is among them until the first target has answered.
func (m *Machine) Untold() (out []Untold) {
	for _, key := range sorted(m.untold) {
		u := m.untold[key]
		if !m.stillTrue(u) {
			continue
		}
		out = append(out, Untold{
			Session: u.Notice.Session, Job: u.Notice.Job, Notice: u.Notice.Notice, At: u.At, ID: u.ID,
			Waiting: slices.Clone(u.Pending), Refused: slices.Clone(u.Refused), Due: u.Due,
		})
	}
	return out
}

// Waiting is how many messages each target has not answered.
func (m *Machine) Waiting() map[string]int {
	n := make(map[string]int)
	for _, l := range m.outbox.order {
		for _, to := range l.To {
			n[to]++
		}
	}
	return n
}

// Lost lists the lost deliveries of a job, oldest first; it must not be changed.
func (m *Machine) Lost(name string) []Lost {
	if j := m.jobs[name]; j != nil {
		return j.seldom().Lost
	}
	return nil
}
