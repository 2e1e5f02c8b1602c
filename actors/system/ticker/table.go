package ticker

import (
	"cmp"
	"hash/maphash"
	"slices"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// table has the jobs by small numbers, their ids, in flat columns: with its name and timer a job takes some 120 bytes.
// Jobs with equal schedules share one.
type table struct {
	ids   map[string]int32
	names []string           // by id; empty: free
	plans []int32            // by id
	last  []messages.Instant // by id: the newest slot that was published, or since when slots count
	ran   []bool             // by id: a slot of this schedule was published
	free  []int32            // ids to use again

	// marks are those of jobs whose newest slot is after a time to which the clock was set back. A mark is kept for
	// three hours at most, or until the job's only slot.
	marks map[int32]scheduler.Mark

	schedules []*plan
	byKey     map[uint64]int32 // by the hash of a key: the first of the schedules with that hash, numbered from 1
	spare     []int32          // numbers of schedules to use again
	hash      func(planKey) uint64
}

// plan is a schedule and how many jobs have it.
type plan struct {
	scheduler.Schedule
	like    *messages.Kept // the first job with it, which may be gone: it has the key, and takes less memory
	variant string
	jobs    int32
	next    int32 // the next schedule whose key has the same hash, numbered from 1; 0: none
}

// planKey is a timetable as a value. In place of the job's name it has the variant of the schedule that the name makes.
type planKey struct {
	messages.SlotsKey
	window  messages.Duration // of catch_up: it decides which slots are old, not which there are
	variant string
}

// key is that of the schedule.
func (p *plan) key() planKey {
	k := keyOf(p.like)
	k.variant = p.variant
	return k
}

func newTable() *table {
	return &table{ids: make(map[string]int32), hash: hash, byKey: make(map[uint64]int32), marks: make(map[int32]scheduler.Mark)}
}

func keyOf(d *messages.Kept) planKey {
	return planKey{SlotsKey: d.SlotsKey(), window: d.CatchUp.Window}
}

// without is the key without what depends on the job.
func (k planKey) without() planKey {
	k.variant = ""
	return k
}

// sameSlots reports whether the timetables name the same slots.
func (k planKey) sameSlots(o planKey) bool {
	k.window, o.window = 0, 0
	return k.without() == o.without()
}

// sorted returns the jobs by name: when ids follow names, it is cheap to sort many slots by name.
func sorted(ks []policy.JobGlance) []policy.JobGlance {
	byName := func(a, b policy.JobGlance) int { return cmp.Compare(a.Definition.Job, b.Definition.Job) }
	return slices.SortedFunc(slices.Values(ks), byName)
}

// schedule is the schedule of a job.
func (t *table) schedule(id int32) scheduler.Schedule {
	s := t.schedules[t.plans[id]].Schedule
	if len(t.marks) == 0 {
		return s
	}
	return s.After(t.mark(id))
}

// shares reports whether the slots of the job are those of every job with its schedule.
func (t *table) shares(id int32) bool {
	_, own := t.marks[id]
	return !own
}

// mark is the time up to which slots of the job were published.
func (t *table) mark(id int32) scheduler.Mark {
	m := t.marks[id]
	m.Since, m.Judged = t.last[id], t.ran[id]
	return m
}

// put sets the mark of a job.
func (t *table) put(id int32, m scheduler.Mark) {
	t.last[id], t.ran[id] = m.Since, m.Judged
	if m.Plain() {
		delete(t.marks, id)
		return
	}
	t.marks[id] = m
}

// publish notes that a slot of the job is published.
func (t *table) publish(id int32, slot messages.Instant) {
	t.last[id], t.ran[id] = slot, true
	if len(t.marks) > 0 {
		t.put(id, t.mark(id))
	}
}

// set gives a job a schedule. A job that has the schedule already keeps its mark. Otherwise the slots after the given
// mark count, except those that were published before.
func (t *table) set(d *messages.Kept, from scheduler.Mark) (id int32, changed bool, err error) {
	key := keyOf(d)
	id, known := t.ids[d.Job]
	if known && t.schedules[t.plans[id]].key().without() == key {
		return id, false, nil
	}
	p, err := t.plan(key, d)
	if err != nil {
		return 0, false, err
	}
	t.schedules[p].jobs++
	if !known {
		id = t.add(d.Job)
	} else {
		same := t.schedules[t.plans[id]].key().sameSlots(key)
		t.drop(t.plans[id])
		if same {
			t.plans[id] = p
			return id, false, nil
		}
	}
	t.plans[id], from.Since = p, max(t.last[id], from.Since)
	t.put(id, from)
	return id, true, nil
}

func (t *table) add(job string) int32 {
	var id int32
	if n := len(t.free); n > 0 {
		id, t.free = t.free[n-1], t.free[:n-1]
	} else {
		id = int32(len(t.names))
		t.names, t.plans, t.last = append(t.names, ""), append(t.plans, 0), append(t.last, 0)
		t.ran = append(t.ran, false)
	}
	t.ids[job], t.names[id], t.last[id], t.ran[id] = id, job, 0, false
	return id
}

// forget removes a job.
func (t *table) forget(job string) (id int32, ok bool) {
	id, ok = t.ids[job]
	if ok {
		delete(t.ids, job)
		t.drop(t.plans[id])
		t.names[id] = ""
		delete(t.marks, id)
		t.free = append(t.free, id)
	}
	return id, ok
}

// plan returns the number of a schedule. The schedule is parsed if no job has it, or if it may depend on the job.
func (t *table) plan(key planKey, d *messages.Kept) (int32, error) {
	if p, ok := t.find(key); ok && !scheduler.MayVary(d.Timetable()) {
		return p, nil
	}
	s, err := scheduler.Parse(d.Timetable(), d.Job)
	if err != nil {
		return 0, err
	}
	key.variant = s.Variant()
	if p, ok := t.find(key); ok {
		return p, nil
	}
	p := int32(len(t.schedules))
	if n := len(t.spare); n > 0 {
		p, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		t.schedules = append(t.schedules, nil)
	}
	h := t.hash(key)
	t.schedules[p] = &plan{Schedule: s, like: d, variant: key.variant, next: t.byKey[h]}
	t.byKey[h] = p + 1
	return p, nil
}

// seed is that of the hashes of keys. Nothing depends on them but where a key is looked for: a map by the keys
// themselves would keep each of them, of 200 bytes, a second time.
var seed = maphash.MakeSeed()

func hash(k planKey) uint64 { return maphash.Comparable(seed, k) }

// find returns the number of the schedule with that key.
func (t *table) find(k planKey) (int32, bool) {
	for p := t.byKey[t.hash(k)]; p > 0; p = t.schedules[p-1].next {
		if t.schedules[p-1].key() == k {
			return p - 1, true
		}
	}
	return 0, false
}

// drop removes a job from a schedule; a schedule without jobs is forgotten.
func (t *table) drop(p int32) {
	gone := t.schedules[p]
	if gone.jobs--; gone.jobs > 0 {
		return
	}
	h := t.hash(gone.key())
	switch first := t.byKey[h]; {
	case first != p+1:
		before := t.schedules[first-1]
		for before.next != p+1 {
			before = t.schedules[before.next-1]
		}
		before.next = gone.next
	case gone.next > 0:
		t.byKey[h] = gone.next
	default:
		delete(t.byKey, h)
	}
	t.schedules[p] = nil
	t.spare = append(t.spare, p)
}

// define takes in a definition and arms the job's next slot. A schedule that does not parse cannot come from a checked
// job file; the job then has no slots, which is logged.
func (t *ticker) define(d *messages.Kept, from scheduler.Mark) {
	id, changed, err := t.table.set(d, from)
	if err != nil {
		t.cfg.Logger.Error("cron: a job has no slots: its schedule is not valid", zap.String("job", d.Job),
			zap.Error(err))
		t.remove(d.Job)
		return
	}
	if changed {
		next, _ := t.next(id, t.table.last[id])
		t.arm(id, next)
	}
}

func (t *ticker) remove(job string) {
	if id, ok := t.table.forget(job); ok {
		t.armed.Cancel(id)
	}
}

// next returns the first slot of a job after an instant; ok is false if there is none.
func (t *ticker) next(id int32, after messages.Instant) (messages.Instant, bool) {
	next, ok := t.table.schedule(id).Next(after.Time())
	return messages.At(next), ok
}

// arm sets the job's timer to a slot; the zero instant: the job has no more slots.
func (t *ticker) arm(id int32, next messages.Instant) {
	if next.IsZero() {
		t.armed.Cancel(id)
		return
	}
	t.armed.Arm(id, next)
}
