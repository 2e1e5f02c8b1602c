// Package memory is a run history that is forgotten with the process. It is for tests: the program keeps its history on
// the disk.
package memory

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Store is a [recorder.Store]. The zero value is empty and ready.
type Store struct {
	mu     sync.RWMutex
	cursor uint64
	runs   map[messages.RunID]*recorder.Run
	order  []place // oldest first
	gone   int     // places without a run
	jobs   map[string]*jobRuns
	names  []string // of jobs
	swept  int      // how many of them have been looked at in this round
	gates  []recorder.Gate
	known  messages.Instant // since when all changes of gates are known
	began  messages.Instant // since when all costs are known
	spend  map[spent]messages.Usage
}

// place is a run's place in the order; run is nil once it has been forgotten.
type place struct {
	seq uint64
	run *recorder.Run
}

// jobRuns is what is remembered of a job.
type jobRuns struct {
	keep     messages.History
	removed  bool
	runs     []*recorder.Run // oldest first
	finished int             // how many of them are over
	payer    string
	streak   recorder.Streak
	end      messages.Instant // of its last run; zero: none has ended
	noted    uint64           // the cursor of the Take that said so
}

var _ recorder.Store = (*Store)(nil)

// Cursor is the seq of the newest record that was taken in.
func (m *Store) Cursor() (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.cursor, nil
}

// Reached is the cursor: nothing is held back.
func (m *Store) Reached() (uint64, error) { return m.Cursor() }

// Settle has nothing to do.
func (m *Store) Settle() (more bool, err error) { return false, nil }

// Take takes in records.
func (m *Store) Take(records []messages.Record, upto uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	touched := map[string]bool{}
	for _, rec := range records {
		if rec.Seq <= m.cursor {
			continue
		}
		m.known, m.began = cmp.Or(m.known, rec.At), cmp.Or(m.began, rec.At)
		switch b := rec.Body.(type) {
		case messages.JobDefined:
			m.define(b.Kept)
			touched[b.Job] = true
		case messages.JobRemoved:
			m.job(b.Job).removed = true
		case messages.GateClosed, messages.GateProbing, messages.GateOpened:
			m.gate(rec)
		default:
			if job := m.fold(rec); job != "" {
				touched[job] = true
			}
		}
	}
	for job := range touched {
		m.jobs[job].noted = upto
		m.trim(m.jobs[job], 0)
	}
	m.cursor = max(m.cursor, upto)
	return nil
}

// fold applies a record, and names the job if it has one finished run more.
func (m *Store) fold(rec messages.Record) (job string) {
	id := messages.RunOf(rec.Body)
	was := m.runs[id]
	over := was != nil && was.Final()
	r := recorder.Fold(was, rec)
	if r == nil {
		return ""
	}
	j := m.job(r.Job)
	if was == nil {
		if m.runs == nil {
			m.runs = make(map[messages.RunID]*recorder.Run)
		}
		m.runs[id] = r
		m.order, j.runs = append(m.order, place{r.Seq, r}), append(j.runs, r)
	}
	m.pay(j, r, rec)
	if over || !r.Final() {
		return ""
	}
	j.finished++
	if r.Reason != messages.FinishCoalesced {
		j.end = r.FinishedAt
	}
	if !j.streak.End(r) {
		j.streak.Count(j.ended)
	}
	return r.Job
}

func (m *Store) job(name string) *jobRuns {
	if m.jobs == nil {
		m.jobs = make(map[string]*jobRuns)
	}
	j := m.jobs[name]
	if j == nil {
		j = &jobRuns{keep: messages.History{}.OrDefault()}
		m.jobs[name] = j
		m.names = append(m.names, name)
	}
	return j
}

func (m *Store) define(d *messages.Kept) {
	j := m.job(d.Job)
	j.keep, j.removed, j.payer = d.History.OrDefault(), false, recorder.Payer(d)
}

// last is the newest run that was not folded into another.
func (j *jobRuns) last() *recorder.Run {
	for _, r := range slices.Backward(j.runs) {
		if r.Reason != messages.FinishCoalesced {
			return r
		}
	}
	return nil
}

// trim forgets finished runs of a job that are too many, or that ended before the instant. A job that fails keeps its
// newest failure.
func (m *Store) trim(j *jobRuns, before messages.Instant) {
	last := j.last()
	stays := func(r *recorder.Run) bool { return r == last || j.streak.Failures > 0 && r.Seq == j.streak.Seq }
	gone := 0
	j.runs = slices.DeleteFunc(j.runs, func(r *recorder.Run) bool {
		drop := r.Final() && gone < recorder.SweepRuns && (!stays(r) || j.removed) &&
			(j.finished > j.keep.Runs || r.FinishedAt < before)
		if drop {
			gone++
			j.finished--
			m.drop(r)
		}
		return drop
	})
}

// drop takes a run out. Its place in the order is closed up when half of them are empty.
func (m *Store) drop(r *recorder.Run) {
	delete(m.runs, r.ID)
	m.order[m.before(r.Seq)].run = nil
	if m.gone++; m.gone > len(m.order)/2 {
		m.order = slices.DeleteFunc(m.order, func(p place) bool { return p.run == nil })
		m.gone = 0
	}
}

// before is how many places come before the seq.
func (m *Store) before(seq uint64) int {
	i, _ := slices.BinarySearchFunc(m.order, seq, func(p place, seq uint64) int { return cmp.Compare(p.seq, seq) })
	return i
}

// Seed says which jobs there are.
func (m *Store) Seed(jobs []*messages.Kept) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		j.removed = true
	}
	for _, d := range jobs {
		m.define(d)
	}
	return nil
}

// Skip moves the cursor over records that are gone.
func (m *Store) Skip(upto uint64, unfinished map[messages.RunID]bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		j.runs = slices.DeleteFunc(j.runs, func(r *recorder.Run) bool {
			lost := !r.Final() && !unfinished[r.ID]
			if lost {
				m.drop(r)
			}
			return lost
		})
		j.streak.AtLeast = true
	}
	m.known, m.began = 0, 0 // a gap
	m.cursor = max(m.cursor, upto)
	return nil
}

// Forget looks at the next jobs.
func (m *Store) Forget(now messages.Instant) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgetSpend(now)
	if m.swept >= len(m.names) {
		m.swept = 0
	}
	for range min(recorder.SweepJobs, len(m.names)-m.swept) {
		name := m.names[m.swept]
		j := m.jobs[name]
		m.trim(j, now.Add(-j.keep.Age.D()))
		if j.removed && len(j.runs) == 0 {
			delete(m.jobs, name)
			m.names[m.swept] = m.names[len(m.names)-1]
			m.names = m.names[:len(m.names)-1]
			continue
		}
		m.swept++
	}
	return nil
}

// Reset forgets everything.
func (m *Store) Reset() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor, m.runs, m.order, m.gone, m.jobs, m.names, m.swept = 0, nil, nil, 0, nil, nil, 0
	m.gates, m.known, m.began, m.spend = nil, 0, 0, nil
	return nil
}

// Query lists runs.
func (m *Store) Query(_ context.Context, q recorder.Query) (runs []recorder.Run, next string, err error) {
	before, err := q.Before()
	if err != nil {
		return nil, "", err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	page := recorder.Page{Query: q}
	for _, p := range slices.Backward(m.order[:m.before(before)]) {
		if p.run != nil && !page.Offer(p.run) {
			break
		}
	}
	for i := range page.Runs {
		page.Runs[i].Attempts = slices.Clone(page.Runs[i].Attempts)
		page.Runs[i].Traces = nil
	}
	return page.Runs, page.Next, nil
}

// Get finds a run.
func (m *Store) Get(_ context.Context, id messages.RunID) (recorder.Run, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return copied(m.runs[id])
}

// LastRuns are the newest runs of jobs.
func (m *Store) LastRuns(_ context.Context, jobs []string) (map[string]recorder.Run, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make(map[string]recorder.Run)
	for _, name := range jobs {
		if j := m.jobs[name]; j != nil {
			if r, ok, _ := copied(j.last()); ok {
				r.Traces = nil
				out[name] = r
			}
		}
	}
	return out, nil
}

func copied(r *recorder.Run) (recorder.Run, bool, error) {
	if r == nil {
		return recorder.Run{}, false, nil
	}
	return r.Clone(), true, nil
}

// Close does nothing.
func (m *Store) Close() error { return nil }
