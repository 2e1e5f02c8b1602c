package explain

import "curfew/messages"

// bearer is the run or the outage to which a delivery or a notification belongs.
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

// tells notes a decision to deliver or notify.
func (e *Explainer) tells(r messages.Record, b bearer) {
	e.post.Add(r)
	e.open[r.ID] = b
}

// answers notes the answer of a target. What the log always gets is not mentioned.
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

// told are the ids of the decisions to deliver or notify among these records, in order.
func told(rs []messages.Record) (ids []string) {
	for _, r := range rs {
		switch r.Body.(type) {
		case messages.DeliveryRequested, messages.NotificationRequested, messages.ErrorReported:
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// answered reports whether every delivery of a run, and every notification about its outages, has been answered.
func (e *Explainer) answered(r *run) bool {
	for n := 0; r != nil && n < maxSubjects; n++ {
		if e.post.Waits(told(e.story(r))...) {
			return false
		}
		r = r.into
	}
	return true
}
