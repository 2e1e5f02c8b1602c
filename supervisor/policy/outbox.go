package policy

import (
	"slices"

	"curfew/messages"
)

// Letter is a delivery, a notification or an error report, and the targets that have not answered.
type Letter struct {
	Record messages.Record
	To     []string // never empty; never changed in place
}

// outbox keeps messages to people until their targets have answered. A target that does not answer must not slow down
// the answers of others, so letters are found by their id.
type outbox struct {
	letters map[string]*Letter // by the id of the record
	order   []*Letter          // oldest first; those without To are done
	done    int                // how many of them
}

// Undelivered lists what some target has not answered by a DeliveryFinished, oldest first: a restart sends it
// there again.
func (m *Machine) Undelivered() []Letter {
	out := make([]Letter, 0, len(m.outbox.letters))
	for _, l := range m.outbox.order {
		if len(l.To) > 0 {
			out = append(out, *l)
		}
	}
	return out
}

// OldestNeeded is the seq of the oldest fact whose text a delivery still needs; 0: none does.
func (m *Machine) OldestNeeded() uint64 {
	for _, l := range m.outbox.order {
		if _, ok := l.Record.Body.(messages.DeliveryRequested); ok && len(l.To) > 0 {
			return l.Record.Cause
		}
	}
	return 0
}

// logOnly is where everything goes if the settings say nothing.
var logOnly = []string{messages.TargetLog}

// firstLogged is the version of the rules from which on the log has every notification, whatever `notify` names.
const firstLogged = 4

// targets are where a message goes.
func (m *Machine) targets(r messages.Record, d messages.Decision) []string {
	switch d := d.(type) {
	case messages.DeliveryRequested:
		return []string{d.To}
	case messages.ErrorReported:
		return append(slices.Clone(logOnly), m.reports...)
	case messages.NotificationRequested:
		switch {
		case len(d.To) > 0:
			return d.To
		case r.PolicyVersion >= firstLogged:
			return withAll(logOnly, m.notify)
		case len(m.notify) > 0:
			return m.notify
		}
	}
	return logOnly
}

// applyLetter keeps a letter until its targets have answered.
func (m *Machine) applyLetter(r messages.Record, to []string) {
	l := &Letter{Record: r, To: to}
	m.outbox.letters[r.ID] = l
	m.outbox.order = append(m.outbox.order, l)
}

// applyDelivered takes in the answer of a target: it has the letter, or it was given up.
func (m *Machine) applyDelivered(f messages.DeliveryFinished) {
	o := &m.outbox
	l := o.letters[f.Of]
	if l == nil || !slices.Contains(l.To, f.To) {
		return
	}
	switch d := l.Record.Body.(type) {
	case messages.DeliveryRequested:
		if !f.OK {
			m.applyLost(d)
		}
	case messages.NotificationRequested:
		m.applyAnswer(l.Record, d, f)
	}
	l.To = slices.DeleteFunc(slices.Clone(l.To), func(to string) bool { return to == f.To })
	if len(l.To) > 0 {
		return
	}
	delete(o.letters, f.Of)
	if o.done++; o.done > len(o.order)/2 {
		o.order = slices.DeleteFunc(o.order, func(l *Letter) bool { return len(l.To) == 0 })
		o.done = 0
	}
}
