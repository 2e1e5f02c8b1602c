package compare

import (
	"reflect"

	"curfew/messages"
)

// same reports whether the recorded decisions of the newest fact are the replayed ones. It looks at values, without
// writing anything out, and so it is the quick answer in nearly every case; if it is false, the texts decide.
func (c *comparison) same() bool {
	if len(c.recorded) != len(c.replayed) {
		return false
	}
	for i := range c.recorded {
		r := &c.recorded[i]
		if r.At != c.fact.At || !equal(r.Body, c.replayed[i]) || !messages.IsDerivedID(r.ID, c.fact.Seq, i) {
			return false
		}
	}
	return true
}

// equal compares two decisions; the commonest ones without reflection.
func equal(a messages.Body, b messages.Decision) bool {
	switch x := a.(type) {
	case messages.RunQueued:
		y, ok := b.(messages.RunQueued)
		if x.After == nil {
			return ok && x == y
		}
	case messages.AttemptStarted:
		y, ok := b.(messages.AttemptStarted)
		return ok && x == y
	case messages.RunFinished:
		y, ok := b.(messages.RunFinished)
		return ok && x == y
	case messages.WakeScheduled:
		y, ok := b.(messages.WakeScheduled)
		return ok && x == y
	}
	return reflect.DeepEqual(a, b)
}
