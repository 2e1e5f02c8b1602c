package backend

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"curfew/actors/system/host"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/internal/build"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// censusTime is how long supervisors may take to say what they know. One that is busy for longer is shown as busy.
const censusTime = 2 * time.Second

// Tree is what performs the decisions now. Supervisors, machine, host and log are asked one after the other, so what
// they say may differ by what happens between.
func (b backend) Tree(ctx context.Context, q contract.TreeQuery) (contract.Tree, error) {
	out := contract.Tree{PID: os.Getpid(), Version: build.Version(), Since: b.r.Since(), Stopping: b.r.Stopping()}
	if q.Supervisor == "" && q.Job != "" {
		job, err := b.Job(ctx, q.Job)
		if err != nil {
			return out, err
		}
		q.Supervisor = b.r.ShardOf(job.Actor, q.Job)
	}
	out.Listed = q.Supervisor
	short, cancel := context.WithTimeout(ctx, censusTime)
	defer cancel()
	shards := b.r.Census(short, supervisor.Count{
		Shard: q.Supervisor, Job: q.Job, State: supervisor.ChildState(q.State), After: q.After, Limit: cmp.Or(q.Limit, contract.DefaultLimit),
	})
	found := q.Supervisor == ""
	for _, s := range shards {
		out.Supervisors = append(out.Supervisors, supervisorOf(s))
		if s.Name != q.Supervisor {
			continue
		}
		found, out.Next = true, s.Next
		for _, c := range s.Listed {
			out.Actors = append(out.Actors, jobActorOf(c))
		}
	}
	if !found {
		return out, contract.NotFound("there is no supervisor %q", contract.Cut(q.Supervisor))
	}
	b.addAround(&out)
	return out, b.addMachine(ctx, &out)
}

// addAround fills in what host and log know.
func (b backend) addAround(out *contract.Tree) {
	abandoned, parked := b.r.AbandonedAttempts(), b.r.Log().Parked()
	out.Counts = contract.TreeCounts{Abandoned: len(abandoned), Parked: len(parked)}
	for _, a := range abandoned[:min(len(abandoned), contract.MaxStatus)] {
		out.Abandoned = append(out.Abandoned, runningOf(a))
	}
	for _, p := range parked[:min(len(parked), contract.MaxStatus)] {
		out.Parked = append(out.Parked, parkedOf(p))
	}
	behind := b.r.Log().Behind()
	for _, name := range slices.Sorted(maps.Keys(behind)) {
		out.Readers = append(out.Readers, contract.LogReader{Name: name, Behind: behind[name]})
	}
}

// addMachine fills in what the machine knows: the lanes, and for what the listed jobs wait.
func (b backend) addMachine(ctx context.Context, out *contract.Tree) error {
	shut := make(map[string]messages.Instant) // since when a session is not open
	err := b.view(ctx, func(m *policy.Machine) {
		for _, l := range m.Lanes() {
			out.Lanes = append(out.Lanes, laneOf(l))
		}
		for _, s := range m.Glance().Sessions {
			if s.State != messages.StateOpen {
				shut[s.Name] = s.Since
			}
		}
		for i := range out.Actors {
			a := &out.Actors[i]
			v, _ := m.Job(a.Job)
			a.Waits = waitingOf(v, a)
		}
	})
	if err != nil {
		return err
	}
	for i := range out.Actors {
		w := out.Actors[i].Waits
		if w == nil {
			continue
		}
		if w.Since, err = b.waitsSince(ctx, out.Actors[i].Job, w.Run); err != nil {
			return err
		}
		if slices.Contains(w.Holds, messages.HoldSession) {
			w.Since = max(w.Since, shut[w.Session])
		}
	}
	return nil
}

// waitsSince is since when a run waits for its next attempt: since it came to be, or since its last attempt ended.
func (b backend) waitsSince(ctx context.Context, job string, id messages.RunID) (messages.Instant, error) {
	run, ok, err := b.r.History().LastRun(ctx, job, nil) // most often it is this one, and it is cheaper
	if err == nil && (!ok || run.ID != id) {
		run, ok, err = b.r.History().Get(ctx, id, nil)
	}
	if err != nil || !ok {
		return 0, historyProblem(err)
	}
	return waitingSince(run), nil
}

func waitingSince(run recorder.Run) messages.Instant {
	since := run.QueuedAt
	for _, a := range run.Attempts {
		since = max(since, a.FinishedAt)
	}
	return since
}

// waitingOf is the run for which an actor waits to be told to begin: of an actor for one run that one, else the oldest
// of the job that is held, or else that waits. Nil: there is none.
func waitingOf(v policy.JobView, a *contract.JobActor) *contract.WaitingRun {
	var found *policy.RunView
	for i, r := range v.Runs {
		other := a.Name != a.Job && r.ID != a.Run
		if r.Final || r.Status == messages.StatusRunning || other || found != nil && (isHeld(*found) || !isHeld(r)) {
			continue
		}
		found = &v.Runs[i]
	}
	if found == nil {
		return nil
	}
	return &contract.WaitingRun{
		Run: found.ID, Status: found.Status, Holds: found.Holds, Session: v.Definition.Session, Due: found.Due,
	}
}

func supervisorOf(s supervisor.Shard) contract.Supervisor {
	out := contract.Supervisor{
		Name: s.Name, Actor: s.Kind, Answered: s.Answered, Actors: make(map[contract.ActorState]int, len(s.States)),
		Restarts: s.Restarts, Fenced: s.Fenced, Locked: s.Locked,
	}
	for state, n := range s.States {
		out.Actors[contract.ActorState(state)] = n
	}
	return out
}

func jobActorOf(c supervisor.Child) contract.JobActor {
	return contract.JobActor{
		Name: c.Name, Job: c.Job, Run: c.Run, State: contract.ActorState(c.State), Incarnation: c.Incarnation,
		Restarts: c.Restarts, Attempt: c.Attempt, Since: c.Since, Fenced: c.Fenced,
	}
}

func runningOf(a host.Running) contract.RunningAttempt {
	return contract.RunningAttempt{Job: a.Job, Run: a.Run, Attempt: a.Attempt, Since: messages.At(a.Since)}
}

func parkedOf(p bus.Parked) contract.ParkedMessage {
	return contract.ParkedMessage{
		Subscriber: p.Subscriber, Topic: p.Topic, Seq: p.Seq, Name: p.Name, Deliveries: p.Deliveries, At: p.At,
	}
}
