package backend

import (
	"context"
	"slices"
	"time"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Bounds of a timeline. Nothing in it is as much as there are jobs: a page asks for it at every change.
const (
	maxEach   = 10  // jobs that are in it because they fail, because they run, or because they are next
	maxNewest = 500 // newest runs among which the busiest jobs are looked for
	parts     = 96  // parts of the time ahead that are asked whether a slot is in them
)

// timeline is what has run, and what lies ahead.
func (b backend) timeline(ctx context.Context, q contract.OverviewQuery, st contract.Status) (out contract.Timeline, err error) {
	now := b.r.Now()
	out.From, out.Now = now.Add(-min(max(q.Back, 0), maxSpan)), now
	out.To = now.Add(min(max(q.Ahead, 0), maxSpan))
	names, all, err := b.telling(ctx, st)
	if err != nil {
		return out, err
	}
	out.All = all
	var views []policy.JobView
	err = b.view(ctx, func(m *policy.Machine) {
		for _, n := range names {
			if v, ok := m.Job(n); ok {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return out, err
	}
	for _, v := range views {
		out.Rows = append(out.Rows, b.row(ctx, v, out))
	}
	return out, b.outages(ctx, &out)
}

// telling are the names of the jobs of a timeline, sorted: all jobs if they are few, otherwise those that fail, that run,
// that are next, and those of which most of the newest runs are.
func (b backend) telling(ctx context.Context, st contract.Status) (names []string, all bool, err error) {
	err = b.view(ctx, func(m *policy.Machine) { names = m.JobNames("", contract.MaxTimelineRows+1) })
	if err != nil || len(names) <= contract.MaxTimelineRows {
		return names, true, err
	}
	first := names
	names = nil
	take := func(job string) {
		if len(names) < contract.MaxTimelineRows && !slices.Contains(names, job) {
			names = append(names, job)
		}
	}
	for _, f := range st.Failing[:min(len(st.Failing), maxEach)] {
		take(f.Job)
	}
	for _, r := range st.Running[:min(len(st.Running), maxEach)] {
		take(r.Job)
	}
	for _, d := range st.Next[:min(len(st.Next), maxEach)] {
		take(d.Job)
	}
	newest, err := b.r.History().Sums().Marks(ctx, recorder.MarkQuery{Limit: maxNewest})
	if err == nil { // else Ready says it
		for _, job := range busiest(newest) {
			take(job)
		}
	}
	for _, job := range first {
		take(job)
	}
	slices.Sort(names)
	return names, false, nil
}

// busiest are the jobs of runs, those with the most runs first.
func busiest(marks []recorder.Mark) (jobs []string) {
	runs := map[string]int{}
	for _, m := range marks {
		if runs[m.Job]++; runs[m.Job] == 1 {
			jobs = append(jobs, m.Job)
		}
	}
	slices.SortStableFunc(jobs, func(a, b string) int { return runs[b] - runs[a] })
	return jobs
}

// row is a job in a timeline.
func (b backend) row(ctx context.Context, v policy.JobView, t contract.Timeline) contract.TimelineRow {
	d := v.Definition
	row := contract.TimelineRow{Job: d.Job, Session: d.Session, Timezone: d.Timezone, Paused: v.Paused}
	sums := b.r.History().Sums()
	if fails, err := sums.FailingJobs(ctx, []string{d.Job}); err == nil { // else Ready says it
		row.Failing = len(fails) > 0
	}
	if marks, err := sums.Marks(ctx, recorder.MarkQuery{Job: d.Job, Limit: contract.MaxTimelineRuns}); err == nil {
		row.Runs, row.Known = past(marks, v, t.From)
	}
	if s, err := scheduler.Parse(d.Timetable(), d.Job); err == nil && !v.Paused {
		after := max(t.Now, v.Mark.Since)
		row.Slots, row.Bands = slotsAhead(s.After(v.Mark).Next, after.Time(), t.To.Time())
	}
	return row
}

// past are the runs that have begun and were not over at an instant, oldest first, and since when all of them are known;
// zero: since then. Marks are the newest runs of the job, newest first.
func past(marks []recorder.Mark, v policy.JobView, from messages.Instant) (runs []contract.TimelineRun, known messages.Instant) {
	live := map[messages.RunID]recorder.Live{}
	liveOf(v, live)
	over := 0
	for _, m := range marks {
		if !m.FinishedAt.IsZero() {
			over++
		}
		if m.StartedAt.IsZero() || !(recorder.MarkQuery{Since: from}).Wants(m) {
			continue
		}
		run := contract.TimelineRun{ID: m.ID, Status: m.Status, Start: m.StartedAt, End: m.FinishedAt}
		if l, ok := live[m.ID]; ok && m.FinishedAt.IsZero() {
			run.Status = l.Status
		}
		runs = append(runs, run)
	}
	slices.Reverse(runs)
	forgets := over >= v.Definition.History.OrDefault().Runs || len(marks) >= contract.MaxTimelineRuns
	if n := len(marks); forgets && marks[n-1].QueuedAt > from {
		known = marks[n-1].QueuedAt
	}
	return runs, known
}

// slotsAhead are the slots after an instant and before another: the first ones, and of more of them the parts of the time
// in which there are any. So a job that runs every second costs no more than one that runs every quarter of an hour.
func slotsAhead(
	next func(time.Time) (time.Time, bool), after, to time.Time,
) (slots []messages.Instant, bands []contract.Band) {
	at, ok := next(after)
	for ; ok && at.Before(to); at, ok = next(at) {
		if len(slots) == contract.MaxTimelineSlots {
			break
		}
		slots = append(slots, messages.At(at))
	}
	part := max(to.Sub(after)/parts, time.Second)
	for ok && at.Before(to) {
		begins := after.Add(at.Sub(after).Truncate(part))
		band := contract.Band{From: messages.At(begins), To: messages.At(begins.Add(part))}
		if n := len(bands); n > 0 && bands[n-1].To == band.From {
			bands[n-1].To = band.To
		} else {
			bands = append(bands, band)
		}
		at, ok = next(begins.Add(part - 1))
	}
	return slots, bands
}
