package tests

import (
	"testing"
	"time"

	"curfew/bus/replay"
	"curfew/messages"
)

// crowded is a world with one shell job, whose run is in flight.
func crowded(t *testing.T, change func(*messages.Definition)) *replay.Sim {
	t.Helper()
	w := replay.NewSim()
	d := randomJob("busy", "shell", "", messages.OnHoldRunOnce)
	change(&d)
	publish(t, w, messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "shell", Size: 1}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 1},
	})
	publish(t, w, messages.JobDefined{Definition: d})
	if err := w.Advance(w.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	publish(t, w, messages.SlotsDue{Slots: []messages.JobSlot{{Job: "busy", Slot: w.Now()}}})
	return w
}

func publish(t *testing.T, w *replay.Sim, f messages.Fact) {
	t.Helper()
	if err := w.Publish(f); err != nil {
		t.Fatal(err)
	}
}

// judged counts the runs that were queued and the slots that were skipped, by reason.
func judged(w *replay.Sim) (queued int, skipped map[messages.SkipReason]int) {
	skipped = map[messages.SkipReason]int{}
	for _, r := range w.Records() {
		switch b := r.Body.(type) {
		case messages.RunQueued:
			queued++
		case messages.SlotSkipped:
			skipped[b.Reason] += b.Count
		}
	}
	return queued, skipped
}

func TestQueueAllIsBounded(t *testing.T) {
	w := crowded(t, func(d *messages.Definition) { d.Overlap = messages.OverlapQueueAll })
	w.Records()
	for range 103 {
		if err := w.Advance(w.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		publish(t, w, messages.SlotsDue{Slots: []messages.JobSlot{{Job: "busy", Slot: w.Now()}}})
	}
	if queued, skipped := judged(w); queued != 100 || skipped[messages.SkipQueueFull] != 3 {
		t.Errorf("%d queued, %v skipped; want 100, and 3 with queue_full", queued, skipped)
	}
	if found := replay.Invariants(w.All()); len(found) > 0 {
		t.Error(found)
	}
}

// A thousand unfinished runs, the one in flight included; the oldest slots are left out, and recorded.
func TestCatchUpAllIsBounded(t *testing.T) {
	w := crowded(t, func(d *messages.Definition) {
		d.Timeout = messages.Duration(24 * time.Hour)
		d.CatchUp = messages.CatchUp{Policy: messages.CatchUpAll, Window: messages.Duration(24 * time.Hour)}
	})
	w.Records()
	f := messages.SlotsMissed{Job: "busy", First: w.Now().Add(time.Second), More: 5}
	for i := range messages.MaxSlotsMissed {
		f.Slots = append(f.Slots, w.Now().Add(time.Duration(i+10)*time.Second))
	}
	if err := w.Advance(w.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.Records()
	publish(t, w, f)
	if queued, skipped := judged(w); queued != 999 || skipped[messages.SkipCatchUpLimit] != 6 {
		t.Errorf("%d queued, %v skipped; want 999, and 6 with catch_up_limit", queued, skipped)
	}
	if found := replay.Invariants(w.All()); len(found) > 0 {
		t.Error(found)
	}
}
