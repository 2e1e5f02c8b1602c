package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/bus"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/internal/journal"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// ExplainStopped says what became of a slot or a run, from the journal of a data folder without a daemon.
func ExplainStopped(ctx context.Context, data string, q contract.ExplainQuery) (x explain.Explanation, err error) {
	j, err := journal.Read(data)
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	x, err = find.Explain(ctx, j, explain.Question{Job: q.Job, At: q.At, Run: q.Run, Now: messages.At(time.Now())})
	if errors.Is(err, find.ErrUnknownJob) {
		m, err := machineOf(ctx, j)
		if err != nil {
			return x, engine.Advise(err)
		}
		return x, unknownStopped(m, data, q.Job)
	}
	return x, noRun(q, engine.Advise(err))
}

// TimetableStopped is when a job runs, by the journal of a data folder without a daemon.
func TimetableStopped(ctx context.Context, data, job string) (t messages.Timetable, err error) {
	j, err := journal.Read(data)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	m, err := machineOf(ctx, j)
	if err != nil {
		return t, engine.Advise(err)
	}
	v, ok := m.Job(job)
	if !ok {
		return t, unknownStopped(m, data, job)
	}
	return v.Definition.Timetable(), nil
}

// unknownStopped says that a journal has no such job, and asks for the one that may be meant.
func unknownStopped(m *policy.Machine, data, job string) error {
	wrong := fmt.Sprintf("the journal in %s knows no job %q", data, contract.Cut(job))
	if near := nearest(job, m.JobNames("", maxGuessed+1)); near != "" {
		wrong += "; " + strings.TrimSpace(near)
	}
	return contract.NotFound("%s", wrong)
}

// Bounds of KnownStopped.
const (
	maxKnownRuns = 50     // runs in the answer
	knownRecords = 20_000 // newest records that are read for them
)

// KnownStopped lists the names in the journal of a data folder without a daemon. When ctx ends early, it returns the
// error of ctx and the names that it has found so far.
func KnownStopped(ctx context.Context, data string) (out contract.Names, err error) {
	j, err := journal.Read(data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	m, err := machineOf(ctx, j)
	if m == nil {
		return out, err
	}
	out.Jobs, out.Sessions = m.JobNames("", policy.All), m.SessionNames("", policy.All)
	if err != nil {
		return out, err
	}
	out.Runs, err = knownRuns(ctx, j)
	return out, err
}

// machineOf is the machine as the journal leaves it. When ctx ends early, it is as far as it has come, beside the error.
func machineOf(ctx context.Context, j bus.Journal) (*policy.Machine, error) {
	m, from, err := restored(j)
	if err != nil {
		return nil, err
	}
	return m, bus.Scan(j, from, func(rec messages.Record) error {
		m.Apply(rec)
		return ctx.Err()
	})
}

// restored is the machine of the newest snapshot that can be read, and the seq of the first record to apply to it.
func restored(j bus.Journal) (m *policy.Machine, from uint64, err error) {
	first, err := j.First()
	if err != nil {
		return nil, 0, err
	}
	snapshots, err := j.Snapshots()
	if err != nil {
		return nil, 0, err
	}
	for _, s := range snapshots {
		if m, err := policy.RestoreLines(j.SnapshotLines(s.Seq)); err == nil {
			return m, max(first, s.Seq+1), nil
		}
	}
	return policy.New(), first, nil
}

// knownRuns are the runs that began in the newest records, newest first.
func knownRuns(ctx context.Context, j bus.Journal) ([]contract.NamedRun, error) {
	last, err := j.Last()
	if err != nil {
		return nil, err
	}
	ended := map[messages.RunID]messages.Status{}
	var runs []contract.NamedRun
	err = bus.Scan(j, last-min(last, knownRecords)+1, func(rec messages.Record) error {
		switch d := rec.Body.(type) {
		case messages.RunQueued:
			runs = append(runs, contract.NamedRun{ID: d.Run, Job: d.Job, At: rec.At})
		case messages.RunFinished:
			ended[d.Run] = d.Status
		}
		return ctx.Err()
	})
	runs = runs[len(runs)-min(len(runs), maxKnownRuns):]
	for i := range runs {
		runs[i].Status = ended[runs[i].ID]
	}
	slices.Reverse(runs)
	return runs, err
}
