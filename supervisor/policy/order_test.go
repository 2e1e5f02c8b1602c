package policy_test

import (
	"slices"
	"strconv"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// stepper steps a machine, a second a fact.
type stepper struct {
	*policy.Machine
	now messages.Instant
	seq uint64
}

func newStepper(runtime messages.RuntimeConfigured, jobs ...messages.Definition) *stepper {
	s := &stepper{Machine: policy.New(), now: 1_800_000_000_000}
	s.step(runtime)
	for _, d := range jobs {
		s.step(messages.Defined(d))
	}
	return s
}

func (s *stepper) step(f messages.Fact) []messages.Decision {
	s.now += 1000
	s.seq += 100
	return s.Step(s.now, s.seq, f)
}

// started are the attempts among decisions.
func started(ds []messages.Decision) (out []messages.AttemptStarted) {
	for _, d := range ds {
		if a, ok := d.(messages.AttemptStarted); ok {
			out = append(out, a)
		}
	}
	return out
}

// TestByHandInTurn: two jobs that somebody asks for again and again share a lane of one with a third, which is behind
// them by its name. It has its turn.
func TestByHandInTurn(t *testing.T) {
	var jobs []messages.Definition
	for _, name := range []string{"a", "b", "z"} {
		jobs = append(jobs, messages.Definition{Job: name, Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}})
	}
	s := newStepper(messages.RuntimeConfigured{
		Lanes: []messages.LaneConfig{{Actor: "shell", Size: 1}}, Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1},
	}, jobs...)
	asked := 0
	run := func(job string) []messages.AttemptStarted {
		asked++
		return started(s.step(messages.RunRequested{Job: job, Request: strconv.Itoa(asked)}))
	}
	busy := run("a")[0]
	var order []string
	run("z")
	for range 4 {
		run("a")
		run("b")
		next := started(s.step(messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Run: busy.Run, Job: busy.Job, Attempt: busy.Attempt}}))
		busy = next[0]
		order = append(order, busy.Job)
	}
	if !slices.Contains(order, "z") {
		t.Errorf("what was asked for first never starts: %v", order)
	}
}
