package main

import (
	"io"

	"curfew/bus/jsonl"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// machine is the machine alone, with jobs.
type machine struct {
	m      *policy.Machine
	jobs   []messages.Definition
	seq    uint64
	starts []messages.AttemptStarted // of the newest cycle
}

func newMachine(jobs int) *machine {
	m := &machine{m: policy.New(), seq: 1}
	for i := range jobs {
		m.jobs = append(m.jobs, definition(jobName(i), "free", "at 2099-01-01T00:00:00Z"))
	}
	m.defined(begin, nil)
	return m
}

// defined defines the jobs: at the beginning, or again into an export, which begins with them.
func (m *machine) defined(now messages.Instant, into sink) {
	m.m, m.seq = policy.New(), 1
	m.step(now, messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: messages.DefaultSession}}, Lanes: []messages.LaneConfig{{Actor: "free", Size: 100_000}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(60e9), Rate: 10},
	}, into)
	for _, d := range m.jobs {
		m.step(now, defined(d), into)
	}
}

// cycle is a slot and a success of each job.
func (m *machine) cycle(now messages.Instant, into sink) {
	due := messages.SlotsDue{Slots: make([]messages.JobSlot, 0, len(m.jobs))}
	for _, j := range m.jobs {
		due.Slots = append(due.Slots, messages.JobSlot{Job: j.Job, Slot: now})
	}
	m.starts = append(m.starts[:0], m.step(now, due, into).starts()...)
	for _, s := range m.starts {
		m.step(now, messages.AttemptSucceeded{
			AttemptRef: messages.AttemptRef{Run: s.Run, Job: s.Job, Attempt: s.Attempt, Incarnation: 1}, Called: true, Output: "all is well",
		}, into)
	}
}

func (m *machine) step(now messages.Instant, f messages.Fact, into sink) decided {
	ds := decide(m.m, now, m.seq, f)
	if into != nil {
		into.write(m.seq, now, f, ds)
	}
	m.seq += 1 + uint64(ds.len())
	return ds
}

// sink takes each fact, with what was decided on it.
type sink interface {
	write(seq uint64, now messages.Instant, f messages.Fact, ds decided)
}

// facts are facts with their places, for another machine to step through.
type facts []struct {
	seq  uint64
	now  messages.Instant
	fact messages.Fact
}

func (all *facts) write(seq uint64, now messages.Instant, f messages.Fact, _ decided) {
	*all = append(*all, struct {
		seq  uint64
		now  messages.Instant
		fact messages.Fact
	}{seq, now, f})
}

// export is an exported journal of such facts and their decisions.
type export struct {
	w       *jsonl.Writer
	records int
}

func newExport(to io.Writer) *export { return &export{w: jsonl.NewWriter(to)} }

func (e *export) write(seq uint64, now messages.Instant, f messages.Fact, decided decided) {
	ds := decided.all()
	r := messages.Record{Seq: seq, At: now, ID: messages.DerivedID(seq, 1<<20), PolicyVersion: policy.Version, Body: f}
	must(e.w.Write(r))
	for i, d := range ds {
		r.Seq, r.ID, r.Cause, r.Body = seq+uint64(i)+1, messages.DerivedID(seq, i), seq, d
		must(e.w.Write(r))
	}
	e.records += 1 + len(ds)
}

func (e *export) flush() { must(e.w.Flush()) }
