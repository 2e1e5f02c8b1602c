package stories

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// target lets the target of all notifications answer the message that waits for it, if there is one.
func (h *history) target() {
	_ = h.Answer("desk", rapid.Bool().Draw(h.t, "taken"))
}

func (h *history) untold() (left []policy.Untold) {
	h.View(func(m *policy.Machine) { left = m.Untold() })
	return left
}

// tell lets the target refuse everything, and then take everything: in the end every notification has arrived.
func (h *history) tell() {
	for i := range 10 {
		for h.Answer("desk", i > 0) == nil {
		}
		left := h.untold()
		if len(left) == 0 {
			return
		}
		h.View(func(m *policy.Machine) {
			if !slices.ContainsFunc(m.Timers(), func(p policy.Pending) bool { return p.Why == messages.WakeTell }) {
				h.t.Fatalf("%+v has been refused, and nothing will tell it again\n%s", left, transcript(h.All()))
			}
		})
		h.must(h.Advance(h.Now().Add(7 * time.Hour)))
	}
	h.t.Fatalf("%+v never arrives\n%s", h.untold(), transcript(h.All()))
}

// toldTwice returns the first repeat of a notification that has arrived, or that still waits for a target.
func toldTwice(recs []messages.Record) (bad messages.Record, found bool) {
	first := map[string]string{}                       // the notification that a decision tells
	heard, open := map[string]bool{}, map[string]int{} // of it: a target has it; answers that are to come
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.NotificationRequested:
			id := r.ID
			if b.Again != "" {
				if id = b.Again; heard[id] || open[id] > 0 {
					return r, true
				}
			}
			first[r.ID] = id
			open[id]++ // of the one target that counts
		case messages.DeliveryFinished:
			if id, ok := first[b.Of]; ok && b.To == "desk" {
				open[id]--
				heard[id] = heard[id] || b.OK
			}
		}
	}
	return bad, false
}
