package backend

import (
	"cmp"
	"context"
	"slices"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// How often a catalogue is read anew while the log goes on. One that is read quickly is never old; with a million jobs
// reading takes at most a tenth of the time.
const (
	readQuickly = 50 * time.Millisecond
	readShare   = 10
)

// maxGlances is how many jobs are read at once: the machine decides nothing meanwhile, for about a tenth of a
// millisecond.
const maxGlances = 1_000

// maxParsed is how many schedules are kept parsed, so that the next slots of jobs that have the same one are looked up
// quickly.
const maxParsed = 2_000

// catalogue is what pages of all jobs are filtered and sorted by: all jobs in a few words, as they were between two
// commits. It is read in portions, between which the machine decides, so jobs that stand far apart in it may be from
// different commits.
type catalogue struct {
	turn chan struct{} // has an element while a question uses the catalogue

	jobs []policy.JobGlance // by name
	old  []policy.JobGlance // of the reading before; its room is used again
	seq  uint64             // the log's last record when it was read
	at   time.Time          // when that was
	took time.Duration

	actors, sessions, tags []contract.Choice

	parsed  map[messages.SlotsKey]scheduler.Schedule // that several jobs may have; at most [maxParsed]
	slots   map[string]nextSlot
	slotsAt messages.Instant // the clock when they were looked up

	ended   map[string]messages.Instant // when the last run of a job ended
	endedAt uint64                      // the cursor of the history when that was asked
}

// nextSlot is the next slot of a job, which holds as long as the job has this definition and mark, and the slot is in
// the future.
type nextSlot struct {
	of   *messages.Kept
	mark scheduler.Mark
	at   messages.Instant // zero: there is none
}

func newCatalogue() *catalogue {
	return &catalogue{turn: make(chan struct{}, 1), parsed: make(map[messages.SlotsKey]scheduler.Schedule), slots: make(map[string]nextSlot), ended: make(map[string]messages.Instant)}
}

// use waits until no other question uses the catalogue, brings it up to date, and hands it to f.
func (b backend) use(ctx context.Context, f func(c *catalogue) error) error {
	c := b.all
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := b.read(ctx, c); err != nil {
		return err
	}
	return f(c)
}

// read brings the catalogue up to date.
func (b backend) read(ctx context.Context, c *catalogue) error {
	last, began := b.r.Log().Last(), time.Now()
	if c.jobs != nil && (c.seq == last || c.took > readQuickly && began.Sub(c.at) < readShare*c.took) {
		return nil
	}
	list := c.old[:0]
	for after := ""; ; after = list[len(list)-1].Definition.Job {
		n := len(list)
		err := b.view(ctx, func(m *policy.Machine) { list = m.JobGlances(list, after, maxGlances) })
		if err != nil {
			return err
		}
		if len(list) < n+maxGlances {
			break
		}
	}
	if list == nil {
		list = []policy.JobGlance{}
	}
	c.jobs, c.old = list, c.jobs
	c.seq, c.at, c.took = last, began, time.Since(began)
	if !slices.EqualFunc(c.jobs, c.old, func(a, b policy.JobGlance) bool { return a.Definition == b.Definition }) {
		c.count()
	}
	clear(c.old) // else it would keep definitions alive
	return nil
}

// count finds the values that filters may have.
func (c *catalogue) count() {
	actors, sessions, tags := map[string]int{}, map[string]int{}, map[string]int{}
	for _, g := range c.jobs {
		actors[g.Definition.Actor]++
		sessions[cmp.Or(g.Definition.Session, contract.NoSession)]++
		for _, t := range g.Definition.Tags {
			tags[t]++
		}
	}
	c.actors, c.sessions, c.tags = choices(actors), choices(sessions), choices(tags)
}

// choices are the most frequent values, by name.
func choices(of map[string]int) []contract.Choice {
	out := make([]contract.Choice, 0, len(of))
	for v, n := range of {
		out = append(out, contract.Choice{Value: v, Jobs: n})
	}
	byValue := func(a, b contract.Choice) int { return cmp.Compare(a.Value, b.Value) }
	slices.SortFunc(out, func(a, b contract.Choice) int { return cmp.Or(cmp.Compare(b.Jobs, a.Jobs), byValue(a, b)) })
	out = out[:min(len(out), contract.MaxChoices)]
	slices.SortFunc(out, byValue)
	return out
}

// next looks up the next slot of a job; it reads a schedule only if the slot that is remembered does not hold.
func (b backend) next(c *catalogue, g *policy.JobGlance, now messages.Instant) messages.Instant {
	if g.Paused {
		return 0
	}
	name := g.Definition.Job
	known, ok := c.slots[name]
	if !ok || known.of != g.Definition || known.mark != g.Mark || known.at > 0 && known.at <= now {
		known = nextSlot{of: g.Definition, mark: g.Mark}
		if s, err := c.schedule(g.Definition); err == nil {
			known.at = b.r.NextSlot(policy.JobView{Mark: g.Mark}, s)
		}
		c.slots[name] = known
	}
	return known.at
}

// schedule parses the schedule of a job, unless another one has the same.
func (c *catalogue) schedule(d *messages.Kept) (scheduler.Schedule, error) {
	if scheduler.MayVary(d.Timetable()) {
		return scheduler.Parse(d.Timetable(), d.Job)
	}
	key := d.SlotsKey()
	s, ok := c.parsed[key]
	if ok {
		return s, nil
	}
	s, err := scheduler.Parse(d.Timetable(), d.Job)
	if err == nil && len(c.parsed) < maxParsed {
		c.parsed[key] = s
	}
	return s, err
}

// slotsAsOf forgets slots that were looked up by another clock, or of jobs that are gone.
func (c *catalogue) slotsAsOf(now messages.Instant) {
	if now < c.slotsAt || len(c.slots) > 2*len(c.jobs) {
		clear(c.slots)
		clear(c.parsed)
	}
	c.slotsAt = now
}
