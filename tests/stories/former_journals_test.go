package stories

import (
	"bytes"
	"path/filepath"
	"testing"

	"curfew/bus/replay/invariant"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// TestFormerJournals applies journals of the rules of former versions: the old decisions stay, and today's rules go on
// from there.
func TestFormerJournals(t *testing.T) {
	for _, version := range []string{"3", "4"} {
		files, err := filepath.Glob("../testdata/journals_of_version_" + version + "/*.jsonl")
		if err != nil || len(files) == 0 {
			t.Fatalf("version %s: %d journals, %v", version, len(files), err)
		}
		for _, file := range files {
			t.Run(version+"/"+filepath.Base(file), func(t *testing.T) { applyFormer(t, file) })
		}
	}
}

func applyFormer(t *testing.T, file string) {
	t.Helper()
	raw := []byte(world.Contents(t, file))
	if report := world.Compared(t, raw); !report.OtherVersion {
		t.Errorf("a replay does not say that other rules decided: %s", report)
	}
	recs := world.ReadJournal(t, raw)
	for _, v := range append(invariant.Check(recs), invariant.Ungated(recs)...) {
		t.Errorf("invariant: %s", v)
	}
	m := policy.New()
	left := map[messages.RunID]messages.Status{}
	gates := map[string]messages.GateState{}
	for _, rec := range recs {
		m.Apply(rec)
		stood(rec.Body, left, gates)
	}
	unfinished := map[messages.RunID]bool{}
	for _, r := range m.Unfinished() {
		unfinished[r.ID] = !r.Final
	}
	for id, status := range left {
		if unfinished[id] != (status == "") {
			t.Errorf("run %s: status %q in the journal, unfinished in the machine: %v",
				id, status, unfinished[id])
		}
	}
	for name, want := range gates {
		if got, _ := m.Session(name); got.State != want {
			t.Errorf("session %s is %s, and %s in the journal", name, got.State, want)
		}
	}
	if again := world.Snapshot(t, world.Restored(t, world.Snapshot(t, m))); !bytes.Equal(again, world.Snapshot(t, m)) {
		t.Error("a snapshot of the machine is another after it was restored")
	}
	last := recs[len(recs)-1]
	for i, job := range m.JobNames("", policy.All) {
		if m.Step(last.At, last.Seq+1+uint64(i)*100, messages.JobRemoved{Job: job}); !gone(m, job) {
			t.Errorf("job %s cannot be removed under today's rules", job)
		}
	}
}

// stood applies a decision to the statuses of runs (empty: unfinished) and to the states of gates.
func stood(b messages.Body, left map[messages.RunID]messages.Status, gates map[string]messages.GateState) {
	switch b := b.(type) {
	case messages.RunQueued:
		left[b.Run] = ""
	case messages.RunFinished:
		left[b.Run] = b.Status
	case messages.GateClosed:
		gates[b.Session] = messages.StateClosed
	case messages.GateProbing:
		gates[b.Session] = messages.StateProbing
	case messages.GateOpened:
		gates[b.Session] = messages.StateOpen
	}
}

func gone(m *policy.Machine, job string) bool {
	_, known := m.Job(job)
	return !known
}
