package replay_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/bus/replay"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// What a log with the real machine recorded replays without a difference.
func TestDir(t *testing.T) {
	m, j := policy.New(), memory.New()
	l, err := bus.Open(bus.Options{Journal: j, Admit: m.Admit, Step: m.Step, PolicyVersion: policy.Version})
	if err != nil {
		t.Fatal(err)
	}
	job := messages.Definition{
		Job: "brief", Actor: "agent", Gated: true, Session: "default", Timetable: messages.Timetable{Schedule: "0 7 * * *", Timezone: "UTC"},
		With: []byte(`{"prompt":"x"}`), OnHold: messages.OnHoldRunOnce, Overlap: messages.OverlapSkip,
		Retry:   messages.Retry{Attempts: 3, Initial: messages.Duration(time.Second), Factor: 2, Max: messages.Duration(time.Minute), Jitter: 0.2, Within: messages.Duration(time.Hour)},
		CatchUp: messages.CatchUp{Policy: messages.CatchUpOne, Window: messages.Duration(24 * time.Hour)}, Timeout: messages.Duration(time.Hour),
	}
	rs, err := l.Commit(t.Context(),
		bus.Draft{Fact: messages.RuntimeConfigured{
			Sessions: []messages.SessionConfig{{Name: "default"}},
			Lanes:    []messages.LaneConfig{{Actor: "agent", Size: 1}},
			Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10},
		}},
		bus.Draft{Fact: messages.Defined(job)},
		bus.Draft{Fact: messages.RunRequested{Job: "brief", Request: "1", By: "test"}},
		bus.Draft{Fact: messages.SessionExpired{Session: "default", Source: "test", Reason: "401"}},
		bus.Draft{Fact: messages.RunRequested{Job: "brief", Request: "2", By: "test"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if len(rs[2].Decisions) == 0 || len(rs[3].Decisions) == 0 {
		t.Fatalf("nothing was decided: %+v", rs)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "journals")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "outage.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jsonl.Export(f, j); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	replay.Dir(t, filepath.Dir(dir))
}
