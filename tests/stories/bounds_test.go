package stories

import (
	"fmt"
	"testing"
	"time"

	"curfew/bus/replay/invariant"
	"curfew/bus/replay/story"
	"curfew/messages"
)

// crowded returns a world with one shell job, whose run is in flight.
func crowded(t *testing.T, change func(*messages.Definition)) *story.Sim {
	t.Helper()
	w := story.NewSim()
	d := randomJob("busy", "shell", "", messages.OnHoldRunOnce)
	change(&d)
	publish(t, w, messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "shell", Size: 1}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 1},
	})
	publish(t, w, messages.Defined(d))
	if err := w.Advance(w.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	publish(t, w, messages.SlotsDue{Slots: []messages.JobSlot{{Job: "busy", Slot: w.Now()}}})
	return w
}

func publish(t *testing.T, w *story.Sim, f messages.Fact) {
	t.Helper()
	if err := w.Publish(f); err != nil {
		t.Fatal(err)
	}
}

// judged counts the runs that were queued and the slots that were skipped, by reason.
func judged(w *story.Sim) (queued int, skipped map[messages.SkipReason]int) {
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
	if found := invariant.Check(w.All()); len(found) > 0 {
		t.Error(found)
	}
}

// A job has at most a thousand unfinished runs, with the one in flight; the oldest slots are skipped, and recorded.
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
	if found := invariant.Check(w.All()); len(found) > 0 {
		t.Error(found)
	}
}

// Slots before the window are too old also if the fact only counts them; slots beyond the limit of catch_up: all are
// counted apart. Here a job has missed every minute of three days, and the fact names 1,000 slots.
func TestWindowDividesWhatIsCounted(t *testing.T) {
	const named, more = messages.MaxSlotsMissed, 72*60 - messages.MaxSlotsMissed
	for _, c := range []struct {
		policy                messages.CatchUpPolicy
		old                   int
		queued, window, limit int
	}{
		{messages.CatchUpOne, 2880, 1, 2880, 0},
		{messages.CatchUpAll, 2880, 999, 2880, 441}, // one is in flight
		{messages.CatchUpOne, more, 1, more, 0},
		{messages.CatchUpAll, more, 999, more, 1},
		{messages.CatchUpOne, 1, 1, 1, 0},
		{messages.CatchUpOne, 0, 1, 0, 0},
	} {
		t.Run(fmt.Sprint(c.policy, " ", c.old), func(t *testing.T) {
			w := crowded(t, func(d *messages.Definition) {
				d.Timeout = messages.Duration(100 * time.Hour)
				d.CatchUp = messages.CatchUp{Policy: c.policy, Window: messages.Duration(24 * time.Hour)}
			})
			minute := func(n int) messages.Instant { return story.Start.Add(time.Duration(n) * time.Minute) }
			f := messages.SlotsMissed{Job: "busy", First: minute(1), More: more, Old: c.old}
			if c.old > 0 && c.old < more {
				f.Recent = minute(1 + c.old)
			}
			for i := range named {
				f.Slots = append(f.Slots, minute(1+more+i))
			}
			if err := w.Advance(minute(72 * 60)); err != nil {
				t.Fatal(err)
			}
			w.Records()
			publish(t, w, f)
			queued, skipped := judged(w)
			if queued != c.queued || skipped[messages.SkipCatchUpWindow] != c.window ||
				skipped[messages.SkipCatchUpLimit] != c.limit {
				t.Errorf("%d queued, skipped %v; want %d, %d for the window, %d for the limit",
					queued, skipped, c.queued, c.window, c.limit)
			}
			if found := invariant.Check(w.All()); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}
