package invariant

import "curfew/messages"

// incidentBook is what people were told about the failures of a job.
type incidentBook struct {
	open  bool
	first messages.RunID // the run whose failure they were told
	ended messages.RunID // the run that ended the last incident
}

// deliveryBook is the deliveries that a journal requests.
type deliveryBook struct {
	incidents map[string]*incidentBook
	asked     map[messages.DeliveryRequested]bool // by run, target and kind
}

func (d *deliveryBook) incident(job string) *incidentBook {
	i := d.incidents[job]
	if i == nil {
		i = &incidentBook{}
		d.incidents[job] = i
	}
	return i
}

// over notes that a run has ended.
func (d *deliveryBook) over(b messages.RunFinished) {
	if i := d.incident(b.Job); b.Status == messages.StatusSucceeded {
		if i.ended = ""; i.open {
			i.open, i.ended = false, b.Run
		}
	}
}

// delivery checks that each delivery goes to each target once, after the end of its run, and that failures are told
// once per incident.
func (c *checker) delivery(b messages.DeliveryRequested) {
	key := messages.DeliveryRequested{Run: b.Run, To: b.To, Kind: b.Kind}
	if c.letters.asked[key] {
		c.fail("deliver", "%s of a run of %s goes to %s twice", b.Kind, b.Job, b.To)
	}
	c.letters.asked[key] = true
	want := messages.StatusSucceeded
	if b.Kind == messages.DeliverFailure || b.Kind == messages.DeliverReminder {
		want = messages.StatusFailed
	}
	if r := c.runs[b.Run]; r == nil || r.status != want {
		c.fail("deliver", "%s of a run of %s that has not %s", b.Kind, b.Job, want)
	}
	i := c.letters.incident(b.Job)
	switch b.Kind {
	case messages.DeliverFailure:
		if i.open && i.first != b.Run {
			c.fail("deliver", "the failure of %s is told again before it has succeeded", b.Job)
		}
		i.open, i.first = true, b.Run
	case messages.DeliverReminder:
		if !i.open || i.first == b.Run {
			c.fail("deliver", "people are reminded of the failure of %s, which they were not told", b.Job)
		}
	case messages.DeliverRecovery:
		if i.ended != b.Run {
			c.fail("deliver", "%s is said to work again, and people were not told that it failed", b.Job)
		}
	}
}
