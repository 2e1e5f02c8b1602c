// Package brief writes a message as one short line for people: in stories, differences and reports of tests.
package brief

import (
	"cmp"
	"fmt"
	"strings"

	"curfew/messages"
)

// Of is a message as one short line: its name, its key and what distinguishes it. It leaves ids out: people know a run
// by its job and slot.
func Of(b messages.Body) string {
	w := &Line{}
	w.Add(strings.TrimSuffix(b.Name(), ".v1"))
	if k := b.Key(); k != "" {
		w.Add(k)
	}
	switch b := b.(type) {
	case messages.Decision:
		w.decision(b)
	case messages.Fact:
		w.fact(b)
	}
	return w.String()
}

func (w *Line) decision(d messages.Decision) {
	switch d := d.(type) {
	case messages.SlotSkipped:
		w.KV("slot", d.Slot)
		w.KV("first", d.First)
		w.KV("last", d.Last)
		if d.Count > 1 {
			w.KV("count", d.Count)
		}
		w.KV("reason", d.Reason)
		w.after(d.After)
	case messages.RunQueued:
		w.Slots(d.Slot, d.FirstSlot, d.Missed)
		if d.Trigger != messages.TriggerSchedule {
			w.KV("trigger", d.Trigger)
		}
		w.after(d.After)
	case messages.RunHeld:
		if len(d.Holds) > 0 {
			w.Add("holds=" + Holds(d.Holds))
		}
		w.Slots(d.Slot, d.FirstSlot, d.Missed)
		w.after(d.After)
	case messages.RunFinished:
		w.KV("status", d.Status)
		w.KV("reason", d.Reason)
	case messages.AttemptStarted:
		w.KV("attempt", d.Attempt)
		w.KV("generation", d.Generation)
		w.KV("canary", d.Canary)
		w.KV("node", d.Node)
	case messages.WakeScheduled:
		w.KV("why", d.Why)
		w.KV("due", d.Due)
	case messages.JobsAssigned:
		w.Add("nodes=" + cmp.Or(strings.Join(d.Nodes, "+"), "none"))
		w.KV("moved", d.Moved)
		w.KV("unplaced", d.Unplaced)
	case messages.GateClosed:
		w.gate(d.Generation, messages.Instant(0))
		w.KV("reason", d.Reason)
		w.KV("until", d.Until)
	case messages.GateProbing:
		w.gate(d.Generation, d.ExpiresAt)
	case messages.GateOpened:
		w.gate(d.Generation, d.ExpiresAt)
		w.KV("rationed", d.Rationed)
		w.KV("unproven", d.Unproven)
	case messages.NotificationRequested:
		w.notification(d)
	case messages.DeliveryRequested:
		w.KV("to", d.To)
		w.KV("kind", d.Kind)
		w.KV("since", d.Since)
		w.KV("failures", d.Failures)
		w.KV("best_effort", d.BestEffort)
	case messages.ErrorReported:
		w.KV("class", d.Class)
		w.KV("failure", d.Tags.Failure)
		w.KV("operation", d.Tags.Operation)
	}
}

func (w *Line) gate(gen uint64, expires messages.Instant) {
	w.Add(fmt.Sprintf("generation=%d", gen))
	w.KV("expires", expires)
}

func (w *Line) notification(d messages.NotificationRequested) {
	w.KV("notice", d.Notice)
	if d.Session != "" {
		w.KV("job", d.Job)
	}
	w.KV("reason", d.Reason)
	w.KV("until", d.Until)
	w.KV("to", strings.Join(d.To, "+"))
	w.KV("again", d.Again != "")
	c := d.Counts
	if d.Notice == messages.NoticeSessionSummary {
		w.Add(fmt.Sprintf("held=%d", c.Held))
		w.KV("let_go", c.LetGo)
		w.KV("stale", c.Stale)
		w.KV("dropped", c.Dropped)
		w.KV("waiting", c.Waiting)
	}
}

func (w *Line) fact(f messages.Fact) {
	switch f := f.(type) {
	case messages.NodeJoined:
		w.Add(f.Node)
		w.KV("incarnation", f.Incarnation)
		w.KV("labels", strings.ReplaceAll(messages.LabelsText(f.Labels), ", ", "+"))
		w.KV("draining", f.Draining)
		w.KV("stopping", f.Stopping)
	case messages.NodeLost:
		w.Add(f.Node)
		w.KV("reason", f.Reason)
	case messages.SlotsDue:
		w.KV("jobs", len(f.Slots))
	case messages.ClockSetBack:
		w.KV("by", f.By)
		w.KV("to", f.To)
	case messages.SlotsMissed:
		w.KV("missed", len(f.Slots)+f.More)
	case messages.AttemptSucceeded:
		w.KV("attempt", f.Attempt)
	case messages.AttemptFailed:
		w.KV("attempt", f.Attempt)
		w.KV("class", f.Class)
		w.KV("detail", f.Detail)
		w.KV("generation", f.Generation)
	case messages.AttemptInterrupted:
		w.KV("attempt", f.Attempt)
		w.KV("why", f.Why)
	case messages.Woke:
		w.KV("why", f.Why)
	case messages.SessionExpired:
		w.KV("generation", f.Generation)
		w.KV("reason", f.Reason)
	case messages.SessionRestored:
		w.KV("by", f.By)
	case messages.SessionConfirmed:
		w.KV("generation", f.Generation)
	case messages.RefreshFailed:
		w.KV("generation", f.Generation)
		if f.Unkept {
			w.KV("unkept", true)
		}
		w.KV("error", f.Error)
	}
}

// after says which run a slot follows.
func (w *Line) after(f *messages.Followed) {
	if f == nil {
		return
	}
	w.Add("after=" + f.Job + "," + string(f.Status))
	if f.Depth > 1 {
		w.KV("depth", f.Depth)
	}
}
