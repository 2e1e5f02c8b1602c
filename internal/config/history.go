package config

import "curfew/messages"

// historyIn reads the key history: how many runs are remembered, and how long. What the key leaves out stays as in out.
func (b *builder) historyIn(o object, out messages.History) messages.History {
	n := o.get("history")
	if n == nil {
		return out
	}
	h, ok := b.object(n, "history", []string{"runs", "age"})
	if !ok {
		return out
	}
	if v, ok := h.integer("runs", 1, MaxHistoryRuns); ok {
		out.Runs = v
	}
	if d, ok := h.days("age", MaxSpan); ok {
		out.Age = d
	}
	return out
}
