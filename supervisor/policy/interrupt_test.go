package policy_test

import (
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// interrupted plays what befalls a run with three attempts, and returns how it stands then: "runs", "asked" or "failed".
// An event is "WHAT" or "WHAT AFTER", by which its attempt had been running for so long: an end of the attempt, or of
// the process ("stops", "starts").
func interrupted(t *testing.T, events ...string) string {
	t.Helper()
	runtime := messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}
	s := newStepper(runtime, messages.Definition{Job: "sync", Actor: "shell", Retry: messages.Retry{
		Attempts: 3, Initial: 1000, Factor: 1, Max: 1000, Within: messages.Duration(100 * time.Hour),
	}})
	a, is := s.ask("sync")[0], "runs"
	for _, event := range events {
		what, after, _ := strings.Cut(event, " ")
		if d, err := time.ParseDuration(after); err == nil {
			s.now = s.now.Add(d)
		}
		var f messages.Fact
		ended := messages.AttemptInterrupted{AttemptRef: refOf(a), Why: messages.InterruptReason(what), Called: true}
		switch what {
		case "stops":
			f = messages.RuntimeStopped{}
		case "starts":
			f = runtime
		case "fails":
			f = messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient}
		case "unbegun":
			ended.Why, ended.Called = messages.InterruptCrashed, false
			f = ended
		default:
			f = ended
		}
		ds := s.step(f)
		for _, timer := range wakes(ds)[messages.WakeRetry] {
			ds = append(ds, s.step(messages.Woke{Timer: timer})...)
		}
		for _, d := range ds {
			switch d := d.(type) {
			case messages.AttemptStarted:
				a = d
			case messages.NotificationRequested:
				is = "asked"
			case messages.RunFinished:
				is = "failed"
			}
		}
	}
	return is
}

// TestInterruptedInARow: the third interruption in a row counts, and the second soon after a start is asked about. What
// is not in a row, not soon, or cannot be the job's doing, is not.
func TestInterruptedInARow(t *testing.T) {
	for want, events := range map[string][][]string{
		"runs": {
			{"crashed 2h", "crashed 2h", "crashed 2h", "crashed 2h"},
			{"crashed 2h", "crashed 2h", "fails", "crashed 2h", "crashed 2h", "fails"},
			{"crashed 5s"},
			{"crashed 5s", "crashed 2m", "crashed 5s"},
			{"crashed 5s", "fails", "crashed 5s"},
			{"crashed 5s", "unbegun", "unbegun"},
			{"cancelled 5s", "cancelled 5s"},
			// An interruption is reported at the next start; what counts is when its attempt began.
			{"starts 2h", "crashed 10s", "starts 2h", "crashed 10s"},
			{"stops", "starts", "crashed 5s", "starts 2h", "crashed 10s", "starts 2h", "crashed 10s"},
		},
		"asked": {
			{"crashed 5s", "crashed 59s"},
			{"crashed 5s", "stopped 5s"},
			{"starts", "crashed 5s", "starts", "crashed 5s"},
			// A process goes on with an attempt of the one before, and stops soon after that: it was the attempt's own start.
			{"starts 2h", "stops 10s", "stopped", "starts 2h", "stops 10s", "stopped"},
		},
		"failed": {
			{"crashed 2h", "crashed 2h", "crashed 2h", "crashed 2h", "crashed 2h"},
			{"fails", "crashed 2h", "crashed 2h", "crashed 2h", "crashed 2h"},
		},
	} {
		for _, e := range events {
			if is := interrupted(t, e...); is != want {
				t.Errorf("%s: it is %s, want %s", strings.Join(e, ", "), is, want)
			}
		}
	}
}

// TestAbandonedOnceMore: an abandoned attempt counts against its job until it returns, or until its process is gone.
func TestAbandonedOnceMore(t *testing.T) {
	runtime := messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}
	for name, between := range map[string]func(messages.AttemptRef) []messages.Fact{
		"it pauses": func(messages.AttemptRef) []messages.Fact { return nil },
		"returned": func(ref messages.AttemptRef) []messages.Fact {
			return []messages.Fact{messages.AttemptInterrupted{AttemptRef: ref, Why: messages.InterruptLate, Called: true}}
		},
		"another process": func(messages.AttemptRef) []messages.Fact { return []messages.Fact{runtime} },
	} {
		s := newStepper(runtime, messages.Definition{Job: "sync", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}})
		first := refOf(s.ask("sync")[0])
		s.step(messages.AttemptAbandoned{AttemptRef: first})
		for _, f := range between(first) {
			s.step(f)
		}
		second := started(s.step(messages.RunRequested{Job: "sync", Request: "again"}))[0]
		s.step(messages.AttemptAbandoned{AttemptRef: refOf(second)})
		if v, _ := s.Job("sync"); v.Paused != (name == "it pauses") {
			t.Errorf("%s: paused is %t", name, v.Paused)
		}
	}
}
