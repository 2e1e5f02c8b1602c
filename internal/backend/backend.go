// Package backend gives the answers that every face of a runtime gives, and the status of what it refuses. It asks
// the engine, which knows nothing of it.
package backend

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/actors/system/gate"
	"curfew/actors/system/recorder"
	"curfew/actors/system/tokens"
	"curfew/bus"
	"curfew/internal/api"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// New is a runtime as its faces see it.
func New(r *engine.Runtime) api.Backend {
	return backend{r: r, explaining: make(chan struct{}, maxExplaining)}
}

// backend answers from the machine, which knows what is, and the run history, which knows what was.
type backend struct {
	r          *engine.Runtime
	explaining chan struct{} // a place for every explanation that is looked for
}

var _ api.Backend = backend{}

// by is who gives the order, for people to read. Whoever has a name that means that nobody did is told apart.
func by(ctx context.Context) string {
	name := api.Caller(ctx)
	if name == messages.ByRefresh || name == gate.ByStoredToken {
		return "user " + name
	}
	return name
}

func noJob(name string) *api.Problem {
	return api.NotFound("there is no job %q; `curfew job list` lists them", api.Cut(name))
}

func noSession(name string) *api.Problem {
	return api.NotFound("there is no session %q; `curfew session list` lists them", api.Cut(name))
}

// Job is one job.
func (b backend) Job(ctx context.Context, name string) (api.Job, error) {
	var v policy.JobView
	var ok bool
	live := map[messages.RunID]recorder.Live{}
	err := b.r.View(ctx, func(m *policy.Machine) {
		if v, ok = m.Job(name); ok {
			api.LiveOf(v, live)
		}
	})
	switch {
	case err != nil:
		return api.Job{}, err
	case !ok:
		return api.Job{}, noJob(name)
	}
	return b.job(ctx, v, live), nil
}

// spec is the schedule of a job.
func (b backend) spec(ctx context.Context, name string) (spec scheduler.Spec, err error) {
	err = b.r.View(ctx, func(m *policy.Machine) {
		if v, ok := m.Job(name); ok {
			spec = scheduler.SpecOf(v.Definition)
		}
	})
	return spec, err
}

func lookup(live map[messages.RunID]recorder.Live) func(messages.RunID) (recorder.Live, bool) {
	return func(id messages.RunID) (recorder.Live, bool) {
		l, ok := live[id]
		return l, ok
	}
}

// command commits an order about a job and waits until the run history has it, too. That trouble with the
// history keeps it waiting does not undo the order.
func (b backend) command(ctx context.Context, job, id string, f messages.Fact) ([]messages.Decision, error) {
	got, err := b.r.Commit(ctx, id, f)
	switch {
	case errors.Is(err, policy.ErrUnknownJob):
		return nil, noJob(job)
	case err != nil:
		return nil, refused(err)
	}
	if err := b.r.History().Flush(ctx); err != nil {
		b.r.Logger().Debug("api: an order is not in the run history yet", zap.Error(err))
	}
	return got.Decisions, nil
}

func (b backend) order(ctx context.Context, job string, f messages.Fact) (api.Job, error) {
	if _, err := b.command(ctx, job, "", f); err != nil {
		return api.Job{}, err
	}
	body, err := b.Job(ctx, job)
	return body, taken(err)
}

// taken says of an order that was carried out, but of which the outcome cannot be read, that it was.
func taken(err error) error {
	if err == nil {
		return nil
	}
	return api.Unavailable("the order was carried out, but how things stand now cannot be read: %v", err)
}

// refused gives what the log refuses its status.
func refused(err error) error {
	switch {
	case errors.Is(err, policy.ErrRefused):
		return api.Unprocessable("%s", person(err))
	case errors.Is(err, bus.ErrClosed):
		return api.Unavailable("the daemon has stopped; nothing was done")
	}
	return err
}

// person is an error without the name of the package that found it, and of the kind of its refusal.
func person(err error) string {
	text := err.Error()
	for _, prefix := range []string{"gate: ", "policy: "} {
		if _, rest, found := strings.Cut(text, prefix); found {
			text = rest
		}
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, ": "+policy.ErrRefused.Error()), ": bad payload")
}

// Pause pauses a job.
func (b backend) Pause(ctx context.Context, job string) (api.Job, error) {
	return b.order(ctx, job, messages.JobPaused{Job: job, By: by(ctx)})
}

// Resume lets a paused job go on.
func (b backend) Resume(ctx context.Context, job string) (api.Job, error) {
	if err := b.stopping(); err != nil {
		return api.Job{}, err
	}
	return b.order(ctx, job, messages.JobResumed{Job: job, By: by(ctx)})
}

// Cancel ends a job's unfinished runs.
func (b backend) Cancel(ctx context.Context, job string) (api.Job, error) {
	return b.order(ctx, job, messages.CancelRequested{Job: job, By: by(ctx)})
}

// RunNow asks for a run: a new one, or the one that waits already.
func (b backend) RunNow(ctx context.Context, job string) (api.RunAccepted, error) {
	if err := b.stopping(); err != nil {
		return api.RunAccepted{}, err
	}
	request := uuid.NewString() // the id of the record, too: one request, one run
	made, err := b.command(ctx, job, request, messages.RunRequested{Job: job, Request: request, By: by(ctx)})
	if err != nil {
		return api.RunAccepted{}, err
	}
	a := api.RunAccepted{Holds: []messages.Hold{}}
	for _, d := range made {
		if q, ok := d.(messages.RunQueued); ok {
			a.Run = q.Run
		}
	}
	err = b.r.View(ctx, func(m *policy.Machine) {
		v, _ := m.Job(job)
		if run, ok := joined(v.Runs, a.Run); ok {
			a.Run, a.Holds = run.ID, append(a.Holds, run.Holds...)
		}
	})
	if a.Run == "" && err == nil {
		last, _, lastErr := b.r.History().LastRun(ctx, job, nil)
		a.Run, err = last.ID, lastErr // what it joined is over already
	}
	if a.Run != "" {
		return a, nil // whoever asks again would run the job twice
	}
	return a, taken(err)
}

// joined is the run that an order made, or else joined: the oldest that waited then, and waits still or runs.
func joined(runs []policy.RunView, made messages.RunID) (found policy.RunView, ok bool) {
	for _, run := range runs {
		switch {
		case run.ID == made:
			return run, true
		case made != "" || run.Final:
		case run.Status != messages.StatusRunning:
			return run, true
		default:
			found, ok = run, true
		}
	}
	return found, ok
}

// live is what the unfinished runs are now.
func (b backend) live(ctx context.Context) (map[messages.RunID]recorder.Live, error) {
	live := map[messages.RunID]recorder.Live{}
	err := b.r.View(ctx, func(m *policy.Machine) { api.LiveOf(policy.JobView{Runs: m.Unfinished()}, live) })
	return live, err
}

// Ready says why the runtime cannot do its work.
func (b backend) Ready(ctx context.Context) error {
	if err := b.leaving(); err != nil {
		return err
	}
	if text := b.r.Log().Trouble(); text != "" { // a look at the machine would have to wait
		return api.Unavailable("%s", text)
	}
	if n := b.r.Abandoned(); n > 0 {
		return api.Unavailable("%d attempts did not stop when they were told to and still run", n)
	}
	if parked := b.r.Log().Parked(); len(parked) > 0 {
		return api.Unavailable("%d messages are parked: their readers failed too often", len(parked))
	}
	if text := b.r.Trouble(); text != "" {
		return api.Unavailable("%s", text)
	}
	if err := b.r.History().Trouble(); err != nil {
		return historyProblem(err)
	}
	if n, why := b.r.Unnoted(); n > 0 {
		return api.Unavailable("%d running processes are not noted, so that what they leave behind at a crash is not found: %v", n, why)
	}
	return b.r.View(ctx, func(*policy.Machine) {})
}

// gateProblem turns a refusal of the gate into a status.
func gateProblem(session string, err error) error {
	switch {
	case errors.Is(err, gate.ErrUnknownSession), errors.Is(err, policy.ErrUnknownSession):
		return noSession(session)
	case errors.Is(err, gate.ErrSameToken), errors.Is(err, policy.ErrGeneration):
		return api.Conflict("%s", person(err))
	case errors.Is(err, gate.ErrLapsed), errors.Is(err, tokens.ErrMalformed):
		return api.Unprocessable("%s", person(err))
	case errors.Is(err, gate.ErrTooMany):
		return api.Unavailable("%s", person(err))
	}
	return refused(err)
}
