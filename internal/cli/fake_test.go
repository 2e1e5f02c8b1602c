package cli_test

import (
	"context"
	"fmt"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
)

// fake is a daemon with two jobs, one run and one session. Unasked methods panic.
type fake struct {
	contract.Backend
	token string
}

var slot = messages.Instant(1_700_000_000_000) // 2023-11-14 22:13:20Z

func (*fake) job(name string) (contract.Job, error) {
	switch name {
	case "brief":
		return contract.Job{
			Name: name, Actor: "agent", Schedule: "0 7 * * *", ScheduleText: "every day at 07:00 in UTC", Timezone: "UTC", Enabled: true, State: contract.JobHeld, NextSlot: slot,
			Session: contract.OrNull("default"), Held: contract.OrNull(messages.RunID("r1")), Timeout: contract.OrNull(messages.Duration(time.Hour)),
			LastRun: &contract.LastRun{ID: "r0", Status: "failed", Reason: contract.OrNull(messages.FinishPermanent), FinishedAt: slot},
			Failing: &contract.Failing{Since: slot, Run: "r0", Runs: 3, Error: contract.OrNull("no paper")},
			Overlap: messages.OverlapAllow, Parallel: 3, Holds: []messages.Hold{messages.HoldSession, messages.HoldAsk},
		}, nil
	case "shut":
		return contract.Job{
			Name: name, Actor: "shell", Schedule: "@hourly", ScheduleText: "every hour", Timezone: "UTC", State: contract.JobPaused, Disabled: true,
			Description: contract.OrNull("It says\nmore.\n"), Overlap: messages.OverlapSkip, Parallel: 1, Dir: contract.OrNull("/srv/jobs"),
		}, nil
	case "backup":
		return contract.Job{
			Name: name, Actor: "shell", Schedule: "@hourly", Timezone: "UTC", Enabled: true, State: contract.JobIdle,
			Title: contract.OrNull("The backup"), Tags: []string{"nightly", "disk"},
		}, nil
	case "chat":
		return contract.Job{
			Name: name, Actor: "cli-agent", Schedule: "@hourly", Timezone: "UTC", Enabled: true, State: contract.JobHeld, Session: contract.OrNull("cli"),
		}, nil
	case "asked", "off":
		return contract.Job{Name: name, Actor: "shell", Schedule: "@hourly", Timezone: "UTC", Enabled: name != "off", State: contract.JobIdle}, nil
	case "circuit":
		return contract.Job{
			Name: name, Actor: "agent", Schedule: "@hourly", Timezone: "UTC", Enabled: true, State: contract.JobIdle,
			Session: contract.OrNull("default"), Holds: []messages.Hold{messages.HoldCircuit}, NextSlot: messages.At(time.Unix(1e9, 0)),
		}, nil
	case "hourly":
		return contract.Job{Name: name, Enabled: true, State: contract.JobIdle, NextSlot: messages.At(time.Unix(1e9, 0))}, nil
	default:
		return contract.Job{}, contract.NotFound("there is no job %q", name)
	}
}

func (f *fake) Job(_ context.Context, name string) (contract.Job, error)    { return f.job(name) }
func (f *fake) Pause(_ context.Context, name string) (contract.Job, error)  { return f.job(name) }
func (f *fake) Resume(_ context.Context, name string) (contract.Job, error) { return f.job(name) }
func (f *fake) Cancel(_ context.Context, name string) (contract.Job, error) { return f.job(name) }

func (f *fake) CancelRun(ctx context.Context, id messages.RunID) (contract.Run, error) {
	if id == "r0" {
		return contract.Run{}, contract.Conflict("run r0 of job brief is over: failed")
	}
	return f.Run(ctx, id)
}

func (f *fake) Jobs(_ context.Context, p contract.JobQuery) (contract.JobList, error) {
	a, _ := f.job("backup")
	b, _ := f.job("brief")
	if p.JobFilter == (contract.JobFilter{Actor: "agent", Session: "work", Tag: "nightly", Search: "report"}) {
		return contract.JobList{List: contract.ListOf([]contract.Job{b}, "")}, nil
	}
	if p.Limit == 1 {
		return contract.JobList{List: contract.ListOf([]contract.Job{a}, "backup")}, nil
	}
	return contract.JobList{List: contract.ListOf([]contract.Job{a, b}, "")}, nil
}

func (f *fake) RunNow(_ context.Context, name string) (contract.RunAccepted, error) {
	holds := map[string][]messages.Hold{
		"brief": {messages.HoldSession}, "chat": {messages.HoldSession}, "asked": {messages.HoldAsk}, "off": {messages.HoldPaused}, "shut": {messages.HoldPaused}, "circuit": {messages.HoldCircuit},
	}
	_, err := f.job(name)
	return contract.RunAccepted{Run: "r1", Holds: holds[name]}, err
}

func (f *fake) Run(_ context.Context, id messages.RunID) (contract.Run, error) {
	if id != "r1" {
		return contract.Run{}, contract.NotFound("there is no run %q; old ones are forgotten", id)
	}
	class, called, failure := messages.ClassSessionExpired, false, "401"
	return contract.Run{
		ID: id, Job: "brief", Slot: slot, FirstSlot: slot, Missed: 2, Trigger: "schedule", Status: "held", Holds: []messages.Hold{"session", "ask"},
		StartedAt: slot, Output: contract.OrNull("half a briefing"),
		Attempts: []contract.Attempt{{
			Number: 1, Generation: contract.OrNull[uint64](3), Called: &called, StartedAt: slot, FinishedAt: slot,
			Class: &class, Error: &failure, Usage: &messages.Usage{Calls: 2, InputTokens: 3000, OutputTokens: 4},
			Trace: []messages.Step{
				{Kind: messages.StepMessage, Role: "user", Text: "what is new?\nin short"},
				{Kind: messages.StepToolCall, Tool: "news.read", Text: `{"n":3}`},
				{Kind: messages.StepToolResult, Tool: "news.read", Text: "no paper", Failed: true},
				{Kind: messages.StepCut},
				{Kind: messages.StepToolResult, Tool: "news.read", Text: "much"},
			},
		}},
	}, nil
}

// Runs are those of a job: brief has one.
func (f *fake) Runs(ctx context.Context, q contract.RunQuery) (contract.RunList, error) {
	var all []contract.Run
	if q.Job == "brief" {
		r, _ := f.Run(ctx, "r1")
		all = append(all, r)
	}
	return contract.RunList{List: contract.ListOf(all, "")}, nil
}

func (f *fake) Logs(ctx context.Context, id messages.RunID, _ bool) (contract.Logs, error) {
	r, err := f.Run(ctx, id)
	return contract.Logs{Pieces: func(yield func([]byte, error) bool) { yield([]byte(*r.Output+"\n"), nil) }}, err
}

func (f *fake) Session(ctx context.Context, name string) (contract.Session, error) {
	s, err := f.session(ctx, name)
	if name != "cli" { // of that one it says as little as an older daemon
		s.SignIn = messages.SignIn{Session: name, Tool: s.Backend == nil, Noticed: len(s.Watched) > 0}.Text()
	}
	return s, err
}

func (*fake) session(_ context.Context, name string) (contract.Session, error) {
	backend := contract.OrNull("https://api.example.com/v1")
	switch name {
	case "default":
	case "cli":
		backend = nil
	case "watched":
		return contract.Session{
			Name: name, State: "closed", Generation: 2, Reason: contract.OrNull("expired"), Since: slot, RestoredBy: contract.OrNull(messages.ByFile),
			Watched: []string{"/home/ada/.claude/.credentials.json"}, WatchError: contract.OrNull("signed_in_when.file: permission denied"),
		}, nil
	case "renewing":
		return contract.Session{Name: name, Backend: backend, State: "closed", Reason: contract.OrNull("signed_out"), Since: slot, RefreshError: contract.OrNull("refresh: no such account")}, nil
	case "new":
		return contract.Session{Name: name, State: "probing", Generation: 4, Reason: contract.OrNull("expired"), Since: slot, FirstRun: &contract.FirstRun{Job: "brief", Slot: slot}}, nil
	case "spent":
		return contract.Session{Name: name, Backend: backend, State: "closed", Generation: 5, Reason: contract.OrNull(messages.ReasonQuota), Since: slot, Until: slot}, nil
	case "trying":
		return contract.Session{Name: name, Backend: backend, State: "probing", Generation: 6, FirstRun: &contract.FirstRun{Job: "brief"}}, nil
	default:
		return contract.Session{}, contract.NotFound("there is no session %q", name)
	}
	return contract.Session{Name: name, Backend: backend, State: "closed", Generation: 3, Reason: contract.OrNull("expired"), Since: slot, Held: 1, Jobs: 2}, nil
}

func (f *fake) Sessions(ctx context.Context, _ contract.Page) ([]contract.Session, string, error) {
	s, err := f.Session(ctx, "default")
	return []contract.Session{s}, "", err
}

func (f *fake) Nodes(context.Context, contract.Page) (contract.NodeList, error) {
	return contract.NodeList{List: contract.ListOf([]contract.Node{
		{Name: "a", State: contract.NodeOpen, Labels: map[string]string{"gpu": "true"}, Running: 3, Answers: true},
		{Name: "b", State: contract.NodeLost, Reason: contract.OrNull(messages.LossLapsed)},
	}, "")}, nil
}

func (f *fake) DrainNode(_ context.Context, name string) (contract.Node, error) {
	return contract.Node{Name: name, State: contract.NodeDraining, Drained: true, Running: 3}, nil
}

func (f *fake) ResumeNode(_ context.Context, name string) (contract.Node, error) {
	return contract.Node{Name: name, State: contract.NodeOpen}, nil
}

func (f *fake) Login(ctx context.Context, name string, l contract.Login) (contract.SessionChange, error) {
	f.token = l.Token.Reveal()
	if f.token == "old" && !l.Force {
		return contract.SessionChange{}, contract.Conflict("that token has expired")
	}
	s, err := f.Session(ctx, name)
	s.State = "probing"
	return contract.SessionChange{Session: s, Applied: true, Seq: 9}, err
}

func (f *fake) Logout(ctx context.Context, name string) (contract.SessionChange, error) {
	s, err := f.Session(ctx, name)
	return contract.SessionChange{Session: s, Applied: true, Seq: 9}, err
}

func (f *fake) Expire(ctx context.Context, name string, e contract.Expire) (contract.SessionChange, error) {
	s, err := f.Session(ctx, name)
	f.token = fmt.Sprintf("%+v", e)
	return contract.SessionChange{Session: s, Applied: e.Generation == 0, Seq: 9}, err
}
