package policy

import (
	"slices"

	"curfew/messages"
)

// Undelivered lists the notifications and error reports that no DeliveryFinished has answered, oldest first:
// a restart sends them again.
func (m *Machine) Undelivered() []messages.Record { return slices.Clone(m.outbox) }

// send keeps what is to be told until it has been; it is as long as those who tell are behind.
func (m *Machine) send(r messages.Record) { m.outbox = append(m.outbox, r) }

// delivered drops what has been told, or given up.
func (m *Machine) delivered(id string) {
	switch i := slices.IndexFunc(m.outbox, func(r messages.Record) bool { return r.ID == id }); {
	case i == 0:
		m.outbox = m.outbox[1:] // the usual case, also when a million wait
	case i > 0:
		m.outbox = slices.Delete(m.outbox, i, i+1)
	}
}
