package policy_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// post is a machine with one job that delivers, and its clock.
type post struct {
	t   *testing.T
	m   *policy.Machine
	now messages.Instant
	seq uint64
	run int
}

func newPost(t *testing.T, notify []string, d *messages.Deliver) *post {
	p := &post{t: t, m: policy.New(), now: 1_800_000_000_000}
	p.step(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "shell", Size: 4}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10}, Notify: notify, Reports: []string{"sentry"},
	})
	p.step(messages.Defined(messages.Definition{
		Job: "backup", Actor: "shell", Timetable: messages.Timetable{Schedule: "@daily", Timezone: "UTC"}, Retry: messages.Retry{Attempts: 1, Factor: 1}, Deliver: d,
	}))
	return p
}

func (p *post) step(f messages.Fact) []messages.Decision {
	p.t.Helper()
	f, err := p.m.Admit(f)
	if err != nil {
		p.t.Fatal(err)
	}
	p.now = p.now.Add(time.Minute)
	p.seq += 100
	return p.m.Step(p.now, p.seq, f)
}

// end runs the job once, and returns what was decided when it ended.
func (p *post) end(output string, class messages.Class) []messages.Decision {
	p.t.Helper()
	p.run++
	id := fmt.Sprint("ask-", p.run)
	p.step(messages.RunRequested{Job: "backup", Request: id})
	ref := messages.AttemptRef{Run: messages.RequestedRun("backup", id), Job: "backup", Attempt: 1}
	if class == "" {
		return p.step(messages.AttemptSucceeded{AttemptRef: ref, Called: true, Output: output})
	}
	return p.step(messages.AttemptFailed{AttemptRef: ref, Called: true, Class: class, Error: "exit status 1"})
}

// answer lets a target answer a letter.
func (p *post) answer(l policy.Letter, to string, ok bool) {
	p.t.Helper()
	p.step(messages.DeliveryFinished{Of: l.Record.ID, About: "backup", To: to, OK: ok, Attempt: 1})
}

func (p *post) open() (out []string) {
	for _, l := range p.m.Undelivered() {
		out = append(out, fmt.Sprint(l.Record.Body.Name(), " ", l.To))
	}
	return out
}

func TestEveryTargetAnswersForItself(t *testing.T) {
	p := newPost(t, []string{"log", "desk"}, &messages.Deliver{To: []string{"desk", "phone"}})
	p.end("", messages.ClassPermanent)
	want := []string{"error.reported.v1 [log sentry]", "delivery.requested.v1 [desk]", "delivery.requested.v1 [phone]"}
	if got := p.open(); !reflect.DeepEqual(got, want) {
		t.Fatalf("open: %q, want %q", got, want)
	}
	report, desk, phone := p.m.Undelivered()[0], p.m.Undelivered()[1], p.m.Undelivered()[2]
	p.answer(report, "log", true)
	p.answer(report, "log", true)   // said twice
	p.answer(report, "desk", false) // it was never asked
	p.answer(desk, "desk", false)
	if got, want := p.open(), []string{"error.reported.v1 [sentry]", "delivery.requested.v1 [phone]"}; !reflect.DeepEqual(got, want) {
		t.Errorf("open: %q, want %q", got, want)
	}
	if got := p.m.OldestNeeded(); got != phone.Record.Cause {
		t.Errorf("the oldest fact that is needed is %d, want %d", got, phone.Record.Cause)
	}
	again, err := policy.Restore(text(t, p.m))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Undelivered(), p.m.Undelivered()) || !reflect.DeepEqual(again.Lost("backup"), p.m.Lost("backup")) {
		t.Errorf("restored: %v, %v", again.Undelivered(), again.Lost("backup"))
	}
	if got := p.m.Lost("backup"); len(got) != 1 || got[0].To != "desk" || got[0].Run != desk.Record.Body.(messages.DeliveryRequested).Run {
		t.Errorf("lost: %v", got)
	}
	p.answer(report, "sentry", true)
	p.answer(phone, "phone", true)
	if got := p.open(); got != nil || p.m.OldestNeeded() != 0 {
		t.Errorf("open after all have answered: %q", got)
	}
}

func TestBestEffortIsNotShown(t *testing.T) {
	p := newPost(t, nil, &messages.Deliver{To: []string{"desk"}, BestEffort: true})
	p.end("done", "")
	p.answer(p.m.Undelivered()[0], "desk", false)
	if got := p.m.Lost("backup"); len(got) != 0 {
		t.Errorf("lost: %v", got)
	}
}

func TestLostIsBounded(t *testing.T) {
	p := newPost(t, nil, &messages.Deliver{To: []string{"desk"}})
	for range 40 {
		p.end("done", "")
		p.answer(p.m.Undelivered()[0], "desk", false)
	}
	const most = 32
	got := p.m.Lost("backup")
	if len(got) != most || got[most-1].Run != messages.RequestedRun("backup", "ask-40") {
		t.Errorf("%d are remembered, the last %v", len(got), got[len(got)-1])
	}
}

// TestIncidentIsState has a machine that was restored from its snapshot decide what the other one does.
func TestIncidentIsState(t *testing.T) {
	p := newPost(t, nil, &messages.Deliver{To: []string{"desk"}, Remind: messages.Duration(time.Hour)})
	p.end("", messages.ClassPermanent)
	again, err := policy.Restore(text(t, p.m))
	if err != nil {
		t.Fatal(err)
	}
	p.m = again
	if got := p.end("", messages.ClassPermanent); len(got) != 2 {
		t.Errorf("a second failure of one incident: %v", got)
	}
	p.now = p.now.Add(time.Hour)
	got := p.end("", messages.ClassPermanent)
	if d, ok := got[len(got)-1].(messages.DeliveryRequested); !ok || d.Kind != messages.DeliverReminder || d.Failures != 3 {
		t.Errorf("an hour later: %v", got)
	}
	got = p.end("\n", "")
	if d, ok := got[len(got)-1].(messages.DeliveryRequested); !ok || d.Kind != messages.DeliverRecovery || d.Failures != 3 {
		t.Errorf("the success: %v", got)
	}
}
