package policy_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// What the rules say of facts that no story publishes: those of other programs, and of hosts that race with an order.

// gated is a machine with one session and gated jobs of these names.
func gated(jobs ...string) *stepper {
	var defs []messages.Definition
	for _, name := range jobs {
		defs = append(defs, messages.Definition{
			Job: name, Actor: "agent", Gated: true, Session: "default", OnHold: messages.OnHoldRunOnce,
			Retry: messages.Retry{Attempts: 3, Initial: 1000, Factor: 1, Max: 1000, Within: messages.Duration(time.Hour)},
		})
	}
	return newStepper(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
		Lanes:    []messages.LaneConfig{{Actor: "agent", Size: 4}},
		Release:  messages.ReleaseConfig{Rate: 10, CanaryWait: messages.Duration(time.Hour)},
	}, defs...)
}

// ask asks for a run and returns the attempts that start by it.
func (s *stepper) ask(job string) []messages.AttemptStarted {
	return started(s.step(messages.RunRequested{Job: job, Request: job}))
}

func (s *stepper) state(t *testing.T, want messages.GateState) {
	t.Helper()
	if v, _ := s.Session("default"); v.State != want {
		t.Errorf("the gate is %s, want %s", v.State, want)
	}
}

// TestGenerationToCome: nobody can know a generation that the machine has not numbered yet.
func TestGenerationToCome(t *testing.T) {
	s := gated("a")
	s.step(messages.SessionRestored{Session: "default", By: "ada"})
	for gen, refused := range map[uint64]bool{0: false, 1: false, 2: true} {
		for _, f := range []messages.Fact{
			messages.SessionExpired{Session: "default", Generation: gen, Source: "test"},
			messages.SessionConfirmed{Session: "default", Generation: gen},
			messages.AttemptFailed{Session: "default", Generation: gen, Class: messages.ClassTransient},
		} {
			if _, err := s.Admit(f); errors.Is(err, policy.ErrGeneration) != refused {
				t.Errorf("%s of generation %d, the current one is 1: %v", f.Name(), gen, err)
			}
		}
	}
}

// TestAttemptAloneCloses: the failure of an attempt closes the gate, also if nobody has published the expiry before, and
// if its run was cancelled meanwhile.
func TestAttemptAloneCloses(t *testing.T) {
	for _, cancelled := range []bool{false, true} {
		s := gated("a")
		s.step(messages.SessionRestored{Session: "default", By: "ada"})
		a := s.ask("a")[0]
		if cancelled {
			s.step(messages.CancelRequested{Job: "a"})
		}
		s.step(messages.AttemptFailed{
			AttemptRef: refOf(a), Class: messages.ClassSessionExpired, Session: "default", Generation: a.Generation, Called: true,
		})
		s.state(t, messages.StateClosed)
	}
}

// TestNoSuspectWithoutACall: a run that loses two sessions which another one found good is suspect if it called the
// backend, and not if its attempts were turned away at the door.
func TestNoSuspectWithoutACall(t *testing.T) {
	for _, called := range []bool{true, false} {
		s := gated("good", "bad")
		var holds []messages.Hold
		for gen := uint64(1); gen <= 2; gen++ {
			s.step(messages.RunRequested{Job: "good", Request: fmt.Sprint(gen)})
			good := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
			s.step(messages.SessionConfirmed{Session: "default", Generation: gen, Run: good.Run})
			s.step(messages.AttemptSucceeded{AttemptRef: refOf(good)})
			if gen == 1 {
				s.ask("bad")
			}
			j, _ := s.Job("bad")
			for _, d := range s.step(messages.AttemptFailed{
				AttemptRef: messages.AttemptRef{Run: j.Runs[0].ID, Job: "bad", Attempt: int(gen)},
				Class:      messages.ClassSessionExpired, Session: "default", Generation: gen, Called: called,
			}) {
				if h, ok := d.(messages.RunHeld); ok {
					holds = h.Holds
				}
			}
		}
		if slices.Contains(holds, messages.HoldSuspect) != called {
			t.Errorf("it has called the backend: %t; it is held by %v", called, holds)
		}
	}
}

// TestSlotOfARemovedJob: a slot that was published before its job was removed makes no run, also while an attempt of the
// job has not returned.
func TestSlotOfARemovedJob(t *testing.T) {
	s := gated("a")
	s.step(messages.SessionRestored{Session: "default", By: "ada"})
	s.ask("a")
	s.step(messages.JobRemoved{Job: "a"})
	if ds := s.step(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "a", Slot: s.now}}}); len(ds) > 0 {
		t.Errorf("it decides %+v", ds)
	}
}

// TestTagsOfReports: by its tags an ingest tells reports apart.
func TestTagsOfReports(t *testing.T) {
	for _, c := range []struct {
		def  messages.Definition
		want messages.ErrorTags
	}{
		{messages.Definition{Job: "sync", Actor: "shell"}, messages.ErrorTags{Operation: "shell_job"}},
		{
			messages.Definition{Job: "brief", Actor: "cli-agent", Gated: true},
			messages.ErrorTags{Operation: "cli_agent_job", AgentID: "brief", SessionTarget: string(messages.TargetIsolated)},
		},
		{
			messages.Definition{Job: "talk", Actor: "agent", Gated: true, SessionTarget: messages.TargetMain},
			messages.ErrorTags{Operation: "agent_job", AgentID: "talk", SessionTarget: string(messages.TargetMain)},
		},
	} {
		c.def.Retry = messages.Retry{Attempts: 1, Factor: 1}
		c.want.Domain, c.want.JobID, c.want.Failure = "cron", c.def.Job, string(messages.FinishPermanent)
		s := newStepper(messages.RuntimeConfigured{}, c.def)
		var reports []messages.ErrorTags
		for _, d := range s.step(messages.AttemptFailed{AttemptRef: refOf(s.ask(c.def.Job)[0]), Class: messages.ClassPermanent}) {
			if r, ok := d.(messages.ErrorReported); ok {
				reports = append(reports, r.Tags)
			}
		}
		if len(reports) != 1 || reports[0] != c.want {
			t.Errorf("%s: %+v, want one of %+v", c.def.Job, reports, c.want)
		}
	}
}

// TestUngatedNeverNotices: a job of an ungated type runs beside a closed gate, whatever session its definition names, and
// what it says of an expiry is a permanent failure.
func TestUngatedNeverNotices(t *testing.T) {
	s := gated()
	s.step(messages.Defined(messages.Definition{
		Job: "sync", Actor: "shell", Session: "default", Retry: messages.Retry{Attempts: 3, Factor: 1, Within: messages.Duration(time.Hour)},
	}))
	starts := s.ask("sync")
	if len(starts) != 1 || starts[0].Session != "" {
		t.Fatalf("beside a closed gate %+v starts", starts)
	}
	ds := s.step(messages.AttemptFailed{AttemptRef: refOf(starts[0]), Class: messages.ClassSessionExpired, Called: true})
	if f, ok := ds[0].(messages.RunFinished); !ok || f.Reason != messages.FinishPermanent {
		t.Errorf("then %+v", ds)
	}
}

// TestCancelledCanaryOpensNothing: the success of a canary that was cancelled meanwhile does not open the gate. The part
// goes to the next.
func TestCancelledCanaryOpensNothing(t *testing.T) {
	s := gated("a", "b")
	s.step(messages.SessionRestored{Session: "default", By: "ada"})
	a := s.ask("a")[0]
	s.ask("b")
	if next := started(s.step(messages.CancelRequested{Job: "a"})); len(next) > 0 {
		t.Errorf("%s starts before the canary has returned", next[0].Job)
	}
	next := started(s.step(messages.AttemptSucceeded{AttemptRef: refOf(a), Called: true}))
	s.state(t, messages.StateProbing)
	if len(next) != 1 || next[0].Job != "b" || !next[0].Canary {
		t.Errorf("then %+v starts", next)
	}
}

// runOf is the run that decisions make.
func runOf(t *testing.T, ds []messages.Decision) messages.RunQueued {
	t.Helper()
	for _, d := range ds {
		if q, ok := d.(messages.RunQueued); ok {
			return q
		}
	}
	t.Fatalf("no run is made by %+v", ds)
	return messages.RunQueued{}
}

// TestIDsOfOneSlot: the same slot again is another run, by the request of a backfill or after the clock was set back. The
// same request again is not.
func TestIDsOfOneSlot(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Lanes: []messages.LaneConfig{{Actor: "shell", Size: 1}}}, messages.Definition{
		Job: "sync", Actor: "shell", Overlap: messages.OverlapQueueAll, CatchUp: messages.CatchUp{Policy: messages.CatchUpAll},
		Retry: messages.Retry{Attempts: 1, Factor: 1},
	})
	slot := s.now.Add(time.Minute)
	due := messages.SlotsDue{Slots: []messages.JobSlot{{Job: "sync", Slot: slot}}}
	seen := map[messages.RunID]string{}
	note := func(what string, ds []messages.Decision) {
		id := runOf(t, ds).Run
		if seen[id] != "" {
			t.Errorf("%s has the id of %s", what, seen[id])
		}
		seen[id] = what
	}
	s.now = slot
	note("the slot", s.step(due))
	if again := s.step(due); len(again) > 0 {
		t.Errorf("the slot twice: %+v", again)
	}
	for _, request := range []string{"one", "two"} {
		note("backfill "+request, s.step(messages.SlotsMissed{Job: "sync", Backfill: request, First: slot, Slots: []messages.Instant{slot}}))
	}
	s.now = slot.Add(-time.Hour)
	s.step(messages.ClockSetBack{By: messages.Duration(time.Hour), To: s.now})
	s.now = slot
	note("the slot after the clock was set back", s.step(due))
	s.step(messages.CancelRequested{Job: "sync"})
	note("a request", s.step(messages.RunRequested{Job: "sync", Request: "r"}))
	s.step(messages.CancelRequested{Job: "sync"})
}

// TestRequestTwice: a request that comes again while its run is in flight makes no second run.
func TestRequestTwice(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{}, messages.Definition{Job: "sync", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}})
	if n := len(s.ask("sync")); n != 1 {
		t.Fatalf("%d attempts start", n)
	}
	if again := s.step(messages.RunRequested{Job: "sync", Request: "sync"}); len(again) > 0 {
		t.Errorf("the same request again: %+v", again)
	}
}

// TestJitter: two jobs that fail together do not retry together, nor does one by the same steps each time; and no pause is
// off by more than the jitter.
func TestJitter(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Lanes: []messages.LaneConfig{{Actor: "shell", Size: 200}}})
	pauses := map[time.Duration]bool{}
	var least, most time.Duration
	for i := range 200 {
		name := fmt.Sprintf("job%d", i)
		s.step(messages.Defined(messages.Definition{Job: name, Actor: "shell", Retry: messages.Retry{
			Attempts: 3, Initial: messages.Duration(100 * time.Second), Factor: 1, Max: messages.Duration(time.Hour), Jitter: 0.2,
			Within: messages.Duration(time.Hour),
		}}))
		a := s.ask(name)[0]
		for range 2 {
			timer := wakes(s.step(messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient}))[messages.WakeRetry][0]
			pause := timer.Due.Sub(s.now)
			if pauses[pause] = true; least == 0 || pause < least {
				least = pause
			}
			most = max(most, pause)
			a = started(s.step(messages.Woke{Timer: timer}))[0]
		}
	}
	if len(pauses) < 390 || least < 80*time.Second || least > 82*time.Second || most > 120*time.Second || most < 118*time.Second {
		t.Errorf("400 pauses have %d lengths, from %s to %s", len(pauses), least, most)
	}
}

// TestWithinIsUsedUp: the report of a run whose time is over says so by its reason, and not that a server has asked for
// a pause.
func TestWithinIsUsedUp(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{}, messages.Definition{Job: "sync", Actor: "shell", Retry: messages.Retry{
		Attempts: 9, Initial: messages.Duration(time.Minute), Factor: 1, Max: messages.Duration(time.Minute), Within: messages.Duration(30 * time.Second),
	}})
	a := s.ask("sync")[0]
	for _, d := range s.step(messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient, Error: "no route"}) {
		if r, ok := d.(messages.ErrorReported); ok && r.Error == "no route" && r.Tags.Failure == string(messages.FinishRetriesExhausted) {
			return
		}
	}
	t.Error("nothing is reported, or something else")
}

// TestParallelDefault: overlap: allow without max_parallel lets four runs go on beside each other, and keeps one more.
func TestParallelDefault(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{}, messages.Definition{
		Job: "sync", Actor: "shell", Overlap: messages.OverlapAllow, Retry: messages.Retry{Attempts: 1, Factor: 1},
	})
	starts, skipped := 0, 0
	for range 7 {
		ds := s.step(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "sync", Slot: s.now.Add(time.Second)}}})
		starts += len(started(ds))
		if _, ok := ds[0].(messages.SlotSkipped); ok {
			skipped++
		}
	}
	if starts != 4 || skipped != 2 {
		t.Errorf("of seven slots %d start, %d are skipped", starts, skipped)
	}
}
