package policy_test

import (
	"bytes"
	"os"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestFormerSnapshot: a snapshot of the build of 28 November 2026 is read, means the same, and is written as it was. It
// has a run in flight, three that wait for two sessions, one of which a person is asked about, and an error report.
func TestFormerSnapshot(t *testing.T) {
	former, err := os.ReadFile("testdata/former_snapshot.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	m, err := policy.Restore(former)
	if err != nil {
		t.Fatal(err)
	}
	if again := text(t, m); !bytes.Equal(again, former) {
		t.Errorf("written again it is\n%s\nand was\n%s", again, former)
	}
	load := m.Load()
	n := load.Runs[policy.RunState{Actor: "shell", Status: messages.StatusRunning}]
	if n != 1 || m.JobCount() != 5 || load.Held["default"] != 1 || load.Held["work"] != 2 || len(m.Undelivered()) != 3 {
		t.Errorf("%d run, %d jobs, held %v, %d undelivered", n, m.JobCount(), load.Held, len(m.Undelivered()))
	}
}
