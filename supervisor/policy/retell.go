package policy

import (
	"slices"

	"curfew/messages"
)

// again decides that a notification is told again to some targets.
func (m *Machine) again(u *untold, to []string) {
	n := u.Notice
	n.Again, n.To = u.ID, to
	m.emit(n)
}

// refusedByAll lists the notifications that all their targets have refused, in the order of what they are about.
func (m *Machine) refusedByAll() (out []*untold) {
	for _, key := range sorted(m.untold) {
		if u := m.untold[key]; len(u.Pending) == 0 && m.stillTrue(u) {
			out = append(out, u)
		}
	}
	return out
}

// answered: a target that takes something gets what it, or another, has refused; a refusal by the last one
// makes those be asked that have not been.
func (m *Machine) answered(f messages.DeliveryFinished) {
	targets := reach(m.notify)
	for _, u := range m.refusedByAll() {
		unasked := keep(targets, func(to string) bool { return !slices.Contains(u.Asked, to) })
		switch {
		case f.OK && f.To != messages.TargetLog && slices.Contains(targets, f.To) && m.mayAsk(u, f.To):
			m.again(u, []string{f.To})
		case !f.OK && len(unasked) > 0:
			m.again(u, unasked)
		}
	}
	m.armTell()
}

// mayAsk bounds how often a target is asked that takes other things and refuses this one.
func (m *Machine) mayAsk(u *untold, to string) bool {
	i := slices.IndexFunc(u.Refused, func(r Refusal) bool { return r.To == to })
	return u.Repeats < freeRepeats || i < 0 || m.now.Sub(u.Refused[i].At) >= firstRepeat
}

// retell tells all targets again what has been due by then.
func (m *Machine) retell(by messages.Instant) {
	for _, u := range m.refusedByAll() {
		if u.Due <= by {
			m.again(u, reach(m.notify))
		}
	}
	m.armTell()
}

// armTell sets the timer for what is told again next.
func (m *Machine) armTell() {
	var due messages.Instant
	for _, u := range m.untold {
		if len(u.Pending) == 0 && !m.over(u) && (due.IsZero() || u.Due < due) {
			due = u.Due
		}
	}
	if !due.IsZero() && (!m.tell.set() || due < m.tell.at()) {
		m.emitWake(messages.WakeScheduled{Timer: messages.Timer{Why: messages.WakeTell, Due: due}})
	}
}
