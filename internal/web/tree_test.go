package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

func (f *fake) Tree(_ context.Context, q contract.TreeQuery) (contract.Tree, error) {
	f.run.treeQuery = q
	t := f.run.tree
	if t.Listed = q.Supervisor; t.Listed == "" && q.Job != "" {
		t.Listed = "shell-0"
	}
	if t.Listed == "" {
		t.Actors, t.Next = nil, ""
	}
	return t, nil
}

func someTree() contract.Tree {
	at := messages.At(now.Add(-600e9))
	return contract.Tree{
		PID: 77, Version: "1.2", Since: at, Stopping: true, Next: "many.r2",
		Supervisors: []contract.Supervisor{
			{Name: "agent-0", Actor: "agent", Answered: true, Actors: map[contract.ActorState]int{contract.ActorIdle: 12345}, Locked: []string{"default"}},
			{
				Name: "shell-0", Actor: "shell", Answered: true, Restarts: 3, Fenced: 1,
				Actors: map[contract.ActorState]int{contract.ActorRunning: 2, contract.ActorSuspended: 1, contract.ActorParked: 1, contract.ActorStopping: 1},
			},
			{Name: "shell-1", Actor: "shell"},
		},
		Actors: []contract.JobActor{
			{Name: "brief", Job: "brief", State: contract.ActorIdle, Waits: &contract.WaitingRun{
				Run: "held", Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession, messages.HoldPaused}, Session: "default", Since: at,
			}},
			{Name: "flaky", Job: "flaky", Run: "f1", State: contract.ActorSuspended, Restarts: 2, Incarnation: 9, Waits: &contract.WaitingRun{
				Run: "f1", Status: messages.StatusBackingOff, Since: at, Due: messages.At(now),
			}},
			{Name: "many.r2", Job: "many", Run: "r2", State: contract.ActorRunning, Attempt: 1, Since: at, Fenced: true},
		},
		Lanes:     []contract.Lane{{Actor: "shell", Used: 16, Limit: 16, Waiting: 4321, Held: 5}, {Actor: "agent", Limit: 4}},
		Abandoned: []contract.RunningAttempt{{Job: "stubborn", Run: "s1", Attempt: 2, Since: at}},
		Parked:    []contract.ParkedMessage{{Topic: "session", Seq: 99, Name: "session.expired.v1", Deliveries: 10, At: at}},
		Readers:   []contract.LogReader{{Name: "recorder"}, {Name: "waker", Behind: 1234}},
		Counts:    contract.TreeCounts{Abandoned: 30, Parked: 1},
	}
}

func TestTreePage(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	s.get("/tree?supervisor=shell-0").says(t, "tree",
		"Daemon, process 77, 1.2, since 06:50 UTC stopping: it begins nothing more",
		"agent-0 agent 12,345 12,345 idle 0 session default", "shell-0 shell 5 2 running 1 suspended 1 parked 1 stopping 1 fenced 3 –",
		"shell-1 shell – busy: it has not answered in time",
		"brief idle – a run held by session default, paused 06:50 UTC 0 0",
		"flaky suspended the last run a run backing off until 07:00 UTC 06:50 UTC 2 9", "many.r2 running fenced attempt 1 – 06:50 UTC",
		"Next page", "shell 16 of 16 full 4,321 5", "stubborn s1 2 06:50 UTC 29 more are not listed.",
		"waker behind 1,234", "recorder up to date 0", "99 without a name session session.expired.v1 10 06:50 UTC")
	got := text(s.get("/tree").byID(t, "tree"))
	if strings.Contains(got, "many.r2") {
		t.Errorf("job actors are listed, and nobody has asked for them:\n%s", got)
	}
	s.get("/tree?job=flaky&state=suspended&after=a&limit=7")
	if q := f.run.treeQuery; q.Job != "flaky" || q.State != contract.ActorSuspended || q.After != "a" || q.Limit != 7 {
		t.Errorf("asked for %+v", q)
	}
	if p := s.get("/tree?state=dead"); p.Code != http.StatusBadRequest || !strings.Contains(text(p.doc), `"dead" is not a state of a job actor`) {
		t.Errorf("%d %s", p.Code, text(p.doc))
	}
}
