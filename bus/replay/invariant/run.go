package invariant

import (
	"slices"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// stand sets how many slots a run stands for.
func (c *checker) stand(r *runBook, n int) {
	c.touch(r.job).named += n - r.stands
	r.stands = n
}

func slotsOf(slot messages.Instant, missed int) int {
	if slot.IsZero() {
		return missed
	}
	return missed + 1
}

func (c *checker) queued(b messages.RunQueued) {
	// If a job was removed and defined again, and the clock was set back, a slot and its run may come again. The count
	// of slots stays right.
	if old := c.runs[b.Run]; old != nil && (!old.final || old.inFlight) {
		c.fail("I3", "the run of %s is queued twice", b.Job)
		return
	}
	r := &runBook{job: b.Job, queued: c.seq, beside: b.Beside}
	c.runs[b.Run] = r
	if c.followed(b.Job, b.After); b.After != nil {
		r.depth = b.After.Depth
	}
	if r.depth > messages.MaxChain {
		c.fail("§7.8", "a run of %s is number %d of its chain", b.Job, r.depth)
	}
	c.stand(r, slotsOf(b.Slot, b.Missed))
}

func (c *checker) held(b messages.RunHeld) {
	r := c.runs[b.Run]
	if r == nil || r.final || r.inFlight {
		c.fail("§5", "a run of %s is held that is not waiting", b.Job)
		return
	}
	if len(b.Holds) == 0 && c.defs[b.Job].Overlap != messages.OverlapCancelRunning {
		c.fail("§5", "a run of %s is held without a reason", b.Job)
	}
	r.ask, r.suspect = slices.Contains(b.Holds, messages.HoldAsk), slices.Contains(b.Holds, messages.HoldSuspect)
	r.beside = r.beside && len(b.Holds) == 0
	c.followed(b.Job, b.After)
	c.stand(r, slotsOf(b.Slot, b.Missed))
}

func (c *checker) finished(b messages.RunFinished) {
	r := c.runs[b.Run]
	if r == nil || r.final {
		c.fail("§5", "a run of %s ends twice or was never queued", b.Job)
		return
	}
	r.final, r.status, r.ask, r.suspect = true, b.Status, false, false
	c.letters.over(b)
	if b.Reason == messages.FinishCoalesced {
		c.stand(r, 0) // the run that took it in names its slots
	}
	c.follow(b.Job, b.Status)
}

func (c *checker) reported(b messages.ErrorReported) {
	r := c.runs[b.Run]
	switch {
	case b.Class == messages.ClassSessionExpired:
		c.fail("§7.9", "an error report for session_expired of %s", b.Job)
	case r == nil || r.reported || !r.final:
		c.fail("§8", "more than one error report for a run of %s, or one before its end", b.Job)
	default:
		r.reported = true
	}
}

func (c *checker) attempt(b messages.Body) {
	switch b := b.(type) {
	case messages.AttemptStarted:
		c.started(b)
	case messages.AttemptSucceeded:
		if r := c.returned(b.AttemptRef); r != nil {
			r.interrupts, r.idle = 0, 0
			c.circuitReturned(r, b.Run, b.Called, false)
		}
	case messages.AttemptFailed:
		defer c.answered(b)
		if r := c.returned(b.AttemptRef); r != nil {
			r.interrupts = 0
			if c.countsAgainst(b, r) {
				r.counted++
			}
			c.circuitReturned(r, b.Run, failureAnswered(b), noAnswer(b))
		}
	case messages.AttemptInterrupted:
		c.lost(b)
		if r := c.returned(b.AttemptRef); r != nil {
			c.circuitReturned(r, b.Run, false, false)
			r.idle = 0
			if r.interrupts++; r.interrupts >= 3 {
				r.counted++
			}
		}
	case messages.AttemptAbandoned:
		if r := c.returned(b.AttemptRef); r != nil {
			c.circuitReturned(r, b.Run, false, false)
			r.interrupts, r.idle = 0, 0
			r.counted++
		}
	}
}

func (c *checker) returned(ref messages.AttemptRef) *runBook {
	r := c.runs[ref.Run]
	if r == nil || !r.inFlight || r.attempt != ref.Attempt {
		return nil
	}
	r.inFlight = false
	c.busy[r.lane]--
	if r.session != "" {
		c.gate(r.session).busy--
	}
	c.job(r.job).inFlight--
	if r.probe != nil {
		r.probe.probes--
		r.probe = nil
	}
	return r
}

func (c *checker) started(b messages.AttemptStarted) {
	r, j, def := c.runs[b.Run], c.job(b.Job), c.defs[b.Job]
	if r == nil || r.final {
		c.fail("§5", "an attempt of %s starts for a run that is over or was never queued", b.Job)
		return
	}
	c.overlaps(b, r, def)
	c.placed(b, def)
	c.alive(b, r)
	if r.ask || r.suspect {
		c.fail("I4", "%s starts before a person has answered", b.Job)
	}
	if b.Attempt != r.attempt+1 {
		c.fail("§5", "attempt %d of %s follows attempt %d", b.Attempt, b.Job, r.attempt)
	}
	if r.counted >= def.Retry.Attempts {
		c.fail("I6", "%s starts after %d counted attempts of %d", b.Job, r.counted, def.Retry.Attempts)
	}
	r.ownKey = def.OwnKey
	if b.Session != "" {
		c.probe(b, r)
		c.circuitStarted(b, r)
	}
	j.inFlight++
	r.attempt, r.inFlight, r.lane = b.Attempt, true, def.Actor
	r.session, r.generation, r.node, r.begun = b.Session, b.Generation, b.Node, c.seq
	if g := c.gate(b.Session); b.Session != "" {
		if g.busy++; g.lane > 0 && g.busy > g.lane {
			c.fail("§7.8", "%d attempts in the lane of session %s of %d", g.busy, b.Session, g.lane)
		}
	}
	size, named := c.lanes[r.lane]
	if !named {
		size = policy.DefaultLane
	}
	if c.busy[r.lane]++; c.busy[r.lane] > size {
		c.fail("§8", "%d attempts in the lane %s of %d", c.busy[r.lane], r.lane, size)
	}
}
