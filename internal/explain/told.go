package explain

import "curfew/messages"

// bearer is whom a decision to tell something belongs to: a run, or an outage.
type bearer struct {
	run    *run
	outage *outage
}

func (b bearer) add(r messages.Record) {
	if b.run != nil {
		b.run.add(r)
	} else {
		b.outage.add(r)
	}
}

// tells takes in a decision to tell something.
func (e *Explainer) tells(r messages.Record, b bearer) {
	e.post.Add(r)
	e.open[r.ID] = b
}

// answers takes in what a target has answered. That the log has what it always has is not said.
func (e *Explainer) answers(r messages.Record, f messages.DeliveryFinished) {
	e.post.Add(r)
	b, known := e.open[f.Of]
	if known && !e.post.plain(f.Of, f.To) {
		b.add(r)
	}
	if b.run != nil && !e.post.Waits(f.Of) {
		delete(e.open, f.Of)
	}
}

// told are the ids of the decisions to tell something that are among these records, in order.
func told(rs []messages.Record) (ids []string) {
	for _, r := range rs {
		switch r.Body.(type) {
		case messages.DeliveryRequested, messages.NotificationRequested, messages.ErrorReported:
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// answered reports whether all that was to be told of a run, and of the outages that it met, has been answered.
func (e *Explainer) answered(r *run) bool {
	for n := 0; r != nil && n < maxSubjects; n++ {
		if e.post.Waits(told(e.story(r))...) {
			return false
		}
		r = r.into
	}
	return true
}
