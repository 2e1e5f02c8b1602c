package backend

import (
	"context"
	"os"

	"curfew/internal/build"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Status is an overview. It leaves out past runs that cannot be read, and Ready says that they cannot.
func (b backend) Status(ctx context.Context) (contract.Status, error) {
	out := contract.Status{
		PID: os.Getpid(), Version: build.Version(), Since: b.r.Since(), Data: contract.OrNull(b.r.Data()),
		Config: contract.OrNull(b.r.JobFile()), ConfigError: contract.OrNull(b.r.Refused()),
		Path: contract.OrNull(os.Getenv("PATH")), Missing: b.missing(), Ready: true,
		Sessions: []contract.Session{}, Failing: []contract.FailingJob{}, Running: []contract.RunningAttempt{}, Next: []contract.DueJob{},
		Undelivered: []contract.Undelivered{},
	}
	if f, ok := b.r.Fleet(ctx); ok {
		out.Fleet = &contract.Fleet{
			Realm: f.Realm, Node: b.r.Node(), Decider: f.Decider, Connected: f.Connected, Usurped: f.Usurped, Behind: f.Behind,
		}
	}
	if err := b.Ready(ctx); err != nil {
		text := err.Error()
		out.Ready, out.Why = false, &text
	}
	for _, a := range b.r.Running() {
		out.Counts.Running++
		if len(out.Running) < contract.MaxStatus {
			out.Running = append(out.Running, contract.RunningAttempt{
				Job: a.Job, Run: a.Run, Attempt: a.Attempt, Since: messages.At(a.Since),
			})
		}
	}
	sessions, all, err := b.statusSessions(ctx)
	if err != nil {
		return out, err
	}
	out.Sessions, out.Counts.Sessions = append(out.Sessions, sessions...), all
	untold, err := b.Undelivered(ctx)
	if err != nil {
		return out, err
	}
	out.Undelivered = append(out.Undelivered, untold[:min(len(untold), contract.MaxStatus)]...)
	for _, d := range b.r.Soonest(ctx, contract.MaxStatus) {
		out.Next = append(out.Next, dueJob(d))
	}
	return out, b.tally(ctx, &out)
}

// tally counts the jobs and lists those that fail.
func (b backend) tally(ctx context.Context, out *contract.Status) error {
	sums := b.r.History().Sums()
	if n, err := sums.CountFailing(ctx); err == nil { // else Ready says it
		out.Counts.Failing = n
	}
	failing, err := sums.Failing(ctx, "", contract.MaxStatus)
	if err == nil {
		for _, f := range failing {
			out.Failing = append(out.Failing, contract.FailingJob{Job: f.Job, Holds: []messages.Hold{}, Failing: failingOf(f)})
		}
	}
	return b.view(ctx, func(m *policy.Machine) {
		for i := range out.Failing {
			f := &out.Failing[i]
			if v, ok := m.Job(f.Job); ok {
				f.Session, f.Holds = contract.OrNull(v.Definition.Session), contract.OrEmpty(v.Holds)
			}
		}
		out.Counts.Jobs, out.Counts.Paused = m.JobCount(), m.PausedCount()
		for _, u := range m.Unplaced() {
			out.Counts.Unplaced += u.Jobs
		}
		for state, n := range m.Load().Runs {
			if state.Status == messages.StatusHeld {
				out.Counts.Held += n
			}
		}
	})
}

func dueJob(d engine.Due) contract.DueJob {
	return contract.DueJob{Job: d.Job, Slot: d.Slot, Session: contract.OrNull(d.Session), Holds: contract.OrEmpty(d.Holds)}
}

// missing are programs that the daemon does not find.
func (b backend) missing() []contract.MissingProgram {
	all := []contract.MissingProgram{}
	for _, p := range b.r.MissingPrograms(contract.MaxStatus) {
		all = append(all, contract.MissingProgram{
			Program: p.Name, Why: p.Why(os.LookupEnv), Path: contract.OrNull(p.Path), Jobs: p.Jobs, Of: p.Of,
		})
	}
	return all
}
