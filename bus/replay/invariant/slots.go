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
	if !j.defined {
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
	if j := c.touch(b.Job); j.defined {
		j.due += len(b.Slots) + b.More
		j.since = max(j.since, b.Slots[len(b.Slots)-1])
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
