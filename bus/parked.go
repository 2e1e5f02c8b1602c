package bus

import (
	"cmp"
	"curfew/messages"
	"slices"
)

// A Parked is a record that a subscriber refused too often. It is passed over for that cursor only.
type Parked struct {
	Subscriber string           `json:"subscriber"` // name of the subscriber; empty: unnamed
	Topic      messages.Topic   `json:"topic"`
	Seq        uint64           `json:"seq"`
	ID         string           `json:"id"`
	Name       string           `json:"name"` // of the message; empty for a foreign one
	Deliveries int              `json:"deliveries"`
	At         messages.Instant `json:"at"` // when it was parked
}

// Parked lists the messages that subscribers refused too often: those of unnamed subscriptions while
// they last, and the newest 64 of each named cursor for good. It is sorted by subscriber, topic and seq.
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
