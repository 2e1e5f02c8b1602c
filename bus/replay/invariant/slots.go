package invariant

import (
	"slices"

	"curfew/messages"
)

func (c *checker) defined(d messages.Definition) {
	j, old := c.job(d.Job), c.defs[d.Job]
	switch {
	case !j.defined && j.inFlight == 0:
		j.since = c.at // an earlier job of that name was forgotten when nothing of it was left
	case !j.defined, !old.SameSlots(d.Timetable):
		j.since = max(j.since, c.at)
	}
	j.defined = true
	c.defs[d.Job] = d
}

// slots counts each slot that is after the last one.
func (c *checker) slots(job string, first messages.Instant, slots []messages.Instant, more int) {
	j := c.touch(job)
	if !j.defined || c.defs[job].After != nil {
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(slots), func(s messages.Instant) bool { return s <= j.since })
	if len(fresh) == 0 {
		return
	}
	if len(fresh) == len(slots) && first > j.since {
		j.due += more
	}
	j.due += len(fresh)
	j.since = fresh[len(fresh)-1]
}

// backfill counts each slot again, whether it was counted before or not.
func (c *checker) backfill(b messages.SlotsMissed) {
	if j := c.touch(b.Job); j.defined && c.defs[b.Job].After == nil {
		j.due += len(b.Slots) + b.More
		j.since = max(j.since, b.Slots[len(b.Slots)-1])
	}
}

// follow counts a slot of each job that follows the one whose run has ended.
func (c *checker) follow(job string, status messages.Status) {
	for name, d := range c.defs {
		if d.After != nil && d.After.Job == job && d.After.Meets(status) && c.job(name).defined {
			c.touch(name).due++
		}
	}
}

// followed checks that a slot by the end of a run says which, and that a chain has an end.
func (c *checker) followed(job string, f *messages.Followed) {
	if f == nil {
		return
	}
	r, after := c.runs[f.Run], c.defs[job].After
	switch {
	case r == nil || r.job != f.Job || !r.final || r.status != f.Status:
		c.fail("I3", "%s follows a run of %s that did not end so", job, f.Job)
	case after == nil || after.Job != f.Job || !after.Meets(f.Status):
		c.fail("I3", "%s does not follow %s when it has %s", job, f.Job, f.Status)
	case f.Depth != r.depth+1 || f.Depth > messages.MaxChain+1:
		c.fail("§7.8", "%s is number %d of its chain", job, f.Depth)
	}
}

// balance checks I3: exactly one run or one SlotSkipped names each due slot.
func (c *checker) balance() {
	for _, name := range c.unsettle {
		if j := c.jobs[name]; j.due != j.skipped+j.named {
			c.fail("I3", "%s: %d slots fell due, %d were skipped, and runs stand for %d", name, j.due, j.skipped, j.named)
			j.due = j.skipped + j.named // report it once
		}
	}
	c.unsettle = c.unsettle[:0]
}

func (c *checker) touch(name string) *jobBook {
	c.unsettle = append(c.unsettle, name)
	return c.job(name)
}
