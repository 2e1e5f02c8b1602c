package bus

import (
	"cmp"
	"slices"

	"curfew/messages"
)

// A Parked is a record that a subscriber refused too often. Only that subscriber's cursor skips it.
type Parked struct {
	Subscriber string           `json:"subscriber"` // name of the subscriber; empty: unnamed
	Topic      messages.Topic   `json:"topic"`
	Seq        uint64           `json:"seq"`
	ID         string           `json:"id"`
	Name       string           `json:"name"` // of the message; empty if it is not one of Curfew's
	Deliveries int              `json:"deliveries"`
	At         messages.Instant `json:"at"` // when it was parked
}

// Parked lists the messages that subscribers refused too often, sorted by subscriber, topic and seq: the newest 64 of
// each cursor. Those of a named cursor are kept in the journal, those of an unnamed one until its subscription ends.
func (l *Log) Parked() []Parked {
	l.cursors.mu.Lock()
	defer l.cursors.mu.Unlock()
	var all []Parked
	list := func(c *cursor) {
		c.mu.Lock()
		defer c.mu.Unlock()
		all = append(all, c.state.Parked...)
	}
	for _, c := range l.cursors.named {
		list(c)
	}
	for c := range l.cursors.unnamed {
		list(c)
	}
	slices.SortFunc(all, func(a, b Parked) int {
		return cmp.Or(cmp.Compare(a.Subscriber, b.Subscriber), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Seq, b.Seq))
	})
	return all
}
