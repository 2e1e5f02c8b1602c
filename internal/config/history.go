package config

import "curfew/messages"

// historyIn reads the key history: how many runs are remembered, and how long. What the key leaves out stays as in out.
func (b *builder) historyIn(o object, out messages.History) messages.History {
	n := o.get("history")
	if n == nil {
		return out
	}
	h, ok := b.object(n, describedHistory)
	if !ok {
		return out
	}
	if v, ok := h.integer("runs"); ok {
		out.Runs = v
	}
	if d, ok := h.duration("age"); ok {
		out.Age = d
	}
	return out
}
