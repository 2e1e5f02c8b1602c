package invariant

import "curfew/messages"

// overlaps checks that no more attempts of a job are in flight than its definition allows, and that a run which is to
// wait for those before it does. A run that waits for a person is in nobody's way.
func (c *checker) overlaps(b messages.AttemptStarted, r *runBook, def messages.Definition) {
	if most := def.Parallel(); c.job(b.Job).inFlight >= most {
		c.fail("§7.8", "attempt %d of %s at a time; at most %d", c.job(b.Job).inFlight+1, b.Job, most)
	}
	if r.beside && def.Parallel() > 1 {
		return
	}
	for _, o := range c.runs {
		waits := o.ask || o.suspect
		if o.job == b.Job && o.queued < r.queued && (o.inFlight || !o.final && !waits) {
			c.fail("§7.8", "%s starts a run before the one that came before it is over", b.Job)
			return
		}
	}
}
