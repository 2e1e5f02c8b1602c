package invariant

import "curfew/messages"

// overlaps checks that no more attempts of a job are in flight, and no more of its runs go on, than its definition
// allows, and that a run which is to wait for those before it does. A run that waits for a person is in nobody's way.
func (c *checker) overlaps(b messages.AttemptStarted, r *runBook, def messages.Definition) {
	if most := def.Parallel(); c.job(b.Job).inFlight >= most {
		c.fail("§7.8", "attempt %d of %s at a time; at most %d", c.job(b.Job).inFlight+1, b.Job, most)
	}
	beside, goOn := r.beside && def.Parallel() > 1, 0
	for _, o := range c.runs {
		if o == r || o.job != b.Job || !o.inFlight && (o.final || o.ask || o.suspect) {
			continue
		}
		if !beside && o.queued < r.queued {
			c.fail("§7.8", "%s starts a run before the one that came before it is over", b.Job)
			return
		}
		if o.attempt > 0 {
			goOn++
		}
	}
	if beside && r.attempt == 0 && goOn >= def.Parallel() {
		c.fail("§7.8", "%s begins run %d of those that go on; at most %d", b.Job, goOn+1, def.Parallel())
	}
}
