package policy_test

import (
	"errors"
	"strings"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestResumeOfADisabledJob: a person cannot overrule the job file, and is told where to change it.
func TestResumeOfADisabledJob(t *testing.T) {
	m := policy.New()
	seq := uint64(0)
	apply := func(f messages.Fact) {
		seq++
		m.Apply(messages.Record{Seq: seq, At: messages.Instant(1000 * seq), PolicyVersion: policy.Version, Body: f})
	}
	apply(messages.Defined(messages.Definition{Job: "a", Actor: "shell", Disabled: true}))
	if _, err := m.Admit(messages.JobResumed{Job: "a"}); !errors.Is(err, policy.ErrRefused) && !errors.Is(err, policy.ErrBadPayload) ||
		!strings.Contains(err.Error(), "enabled: false in its job file; change it there") {
		t.Errorf("resume: %v", err)
	}
	if _, err := m.Admit(messages.JobPaused{Job: "a"}); err != nil {
		t.Errorf("pause: %v", err)
	}
	if v, _ := m.Job("a"); !v.Paused {
		t.Error("a disabled job is not shown as paused")
	}
	apply(messages.Defined(messages.Definition{Job: "a", Actor: "shell"}))
	if _, err := m.Admit(messages.JobResumed{Job: "a"}); err != nil {
		t.Errorf("resume of an enabled job: %v", err)
	}
	if v, _ := m.Job("a"); v.Paused {
		t.Error("an enabled job is shown as paused")
	}
}
