package memory

import (
	"cmp"
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// spent is what a sum is of: a session, or a job.
type spent struct {
	quarter      messages.Instant
	session, job string // one of them, or neither: a key of some job's own
}

// ended are the runs of a job that have succeeded or failed, newest first.
func (j *jobRuns) ended(yield func(recorder.Ended) bool) {
	for _, r := range slices.Backward(j.runs) {
		failed := r.Status == messages.StatusFailed
		if (failed || r.Status == messages.StatusSucceeded) &&
			!yield(recorder.Ended{Seq: r.Seq, Failed: failed, FinishedAt: r.FinishedAt}) {
			return
		}
	}
}

// gate remembers a change of a gate.
func (m *Store) gate(rec messages.Record) {
	g, _ := recorder.GateOf(rec)
	for _, was := range slices.Backward(m.gates) {
		if was.Session == g.Session {
			if g.Same(was) {
				return
			}
			break
		}
	}
	m.gates = append(m.gates, g)
	if len(m.gates) > recorder.MaxGates {
		m.known = max(m.known, m.gates[1].At)
		m.gates = m.gates[1:]
	}
}

// pay adds what an attempt has cost.
func (m *Store) pay(j *jobRuns, r *recorder.Run, rec messages.Record) {
	quarter, u, ok := recorder.Spent(rec)
	if !ok {
		return
	}
	if m.spend == nil {
		m.spend = make(map[spent]messages.Usage)
	}
	for _, of := range []spent{{quarter: quarter, session: j.payer}, {quarter: quarter, job: r.Job}} {
		m.spend[of] = recorder.AddSpend(m.spend[of], u)
	}
}

// forgetSpend forgets old sums.
func (m *Store) forgetSpend(now messages.Instant) {
	for of := range m.spend {
		keep := recorder.KeepSpend
		if of.job != "" {
			keep = recorder.KeepJobSpend
		}
		if of.quarter < now.Add(-keep) {
			delete(m.spend, of)
		}
	}
}

// Failing lists the jobs that fail.
func (m *Store) Failing(_ context.Context, after string, limit int) (out []recorder.Failing, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for name, j := range m.jobs {
		if f, ok := j.failing(name); ok && name > after {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b recorder.Failing) int { return cmp.Compare(a.Job, b.Job) })
	return out[:min(len(out), limit)], nil
}

// failing says whether a job fails.
func (j *jobRuns) failing(name string) (f recorder.Failing, ok bool) {
	s := j.streak
	if s.Failures == 0 || j.removed {
		return f, false
	}
	f = recorder.Failing{Job: name, Runs: s.Failures, Since: s.Since, AtLeast: s.AtLeast}
	for _, r := range slices.Backward(j.runs) {
		if r.Seq == s.Seq {
			f.Run, f.Error = r.ID, recorder.LastError(r.Attempts)
		}
	}
	return f, true
}

// CountFailing counts the jobs that fail.
func (m *Store) CountFailing(context.Context) (n int, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, j := range m.jobs {
		if j.streak.Failures > 0 && !j.removed {
			n++
		}
	}
	return n, nil
}

// FailingJobs says which of these jobs fail.
func (m *Store) FailingJobs(_ context.Context, jobs []string) (map[string]recorder.Failing, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make(map[string]recorder.Failing)
	for _, name := range jobs {
		if j := m.jobs[name]; j != nil {
			if f, ok := j.failing(name); ok {
				out[name] = f
			}
		}
	}
	return out, nil
}

// Marks lists runs in short.
func (m *Store) Marks(_ context.Context, q recorder.MarkQuery) (out []recorder.Mark, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n := 0
	for _, p := range slices.Backward(m.order) {
		if n == q.Limit {
			break
		}
		if p.run == nil || q.Job != "" && p.run.Job != q.Job {
			continue
		}
		n++
		if mark := recorder.MarkOf(p.run); q.Wants(mark) {
			out = append(out, mark)
		}
	}
	return out, nil
}

// Gates are the changes of all gates.
func (m *Store) Gates(_ context.Context, since messages.Instant) (recorder.Gates, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := recorder.Gates{Known: m.known}
	before := map[string]bool{}
	for _, g := range slices.Backward(m.gates) {
		if g.At < since {
			if before[g.Session] {
				continue
			}
			before[g.Session] = true
		}
		out.Changes = append(out.Changes, g)
	}
	slices.Reverse(out.Changes)
	return out, nil
}

// Spend lists what sessions have cost.
func (m *Store) Spend(_ context.Context, from messages.Instant) (out recorder.Spending, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out.Known = m.began
	for of, u := range m.spend {
		if of.job == "" && of.quarter >= from {
			out.Quarters = append(out.Quarters, recorder.Spend{At: of.quarter, Session: of.session, Usage: u})
		}
	}
	slices.SortFunc(out.Quarters, func(a, b recorder.Spend) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Session, b.Session))
	})
	return out, nil
}

// JobSpend lists what jobs have cost.
func (m *Store) JobSpend(_ context.Context, from messages.Instant, limit int) (out []recorder.JobSpend, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sums := map[string]messages.Usage{}
	for of, u := range m.spend {
		if of.job != "" && of.quarter >= from {
			sums[of.job] = recorder.AddSpend(sums[of.job], u)
		}
	}
	for job, u := range sums {
		out = append(out, recorder.JobSpend{Job: job, Usage: u})
	}
	slices.SortFunc(out, func(a, b recorder.JobSpend) int {
		return cmp.Or(cmp.Compare(b.Tokens(), a.Tokens()), cmp.Compare(a.Job, b.Job))
	})
	return out[:min(len(out), limit)], nil
}
