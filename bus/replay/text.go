package replay

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// Brief is a message in one short line for people: name, key and what tells it apart. Ids are left out:
// a person knows a run by its job and slot.
func Brief(b messages.Body) string {
	w := &words{}
	w.add(strings.TrimSuffix(b.Name(), ".v1"))
	if k := b.Key(); k != "" {
		w.add(k)
	}
	switch b := b.(type) {
	case messages.Decision:
		w.decision(b)
	case messages.Fact:
		w.fact(b)
	}
	return strings.Join(w.parts, " ")
}

type words struct{ parts []string }

func (w *words) add(s string) { w.parts = append(w.parts, s) }

// kv adds name=value unless the value is the zero one.
func (w *words) kv(name string, v any) {
	switch v := v.(type) {
	case messages.Instant:
		if !v.IsZero() {
			w.add(name + "=" + clock(v))
		}
		return
	case bool:
		if v {
			w.add(name)
		}
		return
	}
	if s := fmt.Sprint(v); s != "" && s != "0" && s != "0s" {
		if strings.ContainsAny(s, " \t") {
			s = fmt.Sprintf("%q", s)
		}
		w.add(name + "=" + s)
	}
}

func (w *words) decision(d messages.Decision) {
	switch d := d.(type) {
	case messages.SlotSkipped:
		w.kv("slot", d.Slot)
		w.kv("first", d.First)
		w.kv("last", d.Last)
		if d.Count > 1 {
			w.kv("count", d.Count)
		}
		w.kv("reason", d.Reason)
	case messages.RunQueued:
		w.slots(d.Slot, d.FirstSlot, d.Missed)
		if d.Trigger != messages.TriggerSchedule {
			w.kv("trigger", d.Trigger)
		}
	case messages.RunHeld:
		if len(d.Holds) > 0 {
			w.add("holds=" + holds(d.Holds))
		}
		w.slots(d.Slot, d.FirstSlot, d.Missed)
	case messages.RunFinished:
		w.kv("status", d.Status)
		w.kv("reason", d.Reason)
	case messages.AttemptStarted:
		w.kv("attempt", d.Attempt)
		w.kv("generation", d.Generation)
		w.kv("canary", d.Canary)
	case messages.WakeScheduled:
		w.kv("why", d.Why)
		w.kv("due", d.Due)
	case messages.GateClosed:
		w.gate(d.Generation, messages.Instant(0))
		w.kv("reason", d.Reason)
		w.kv("until", d.Until)
	case messages.GateProbing:
		w.gate(d.Generation, d.ExpiresAt)
	case messages.GateOpened:
		w.gate(d.Generation, d.ExpiresAt)
		w.kv("rationed", d.Rationed)
	case messages.NotificationRequested:
		w.notification(d)
	case messages.DeliveryRequested:
		w.kv("to", d.To)
		w.kv("kind", d.Kind)
		w.kv("since", d.Since)
		w.kv("failures", d.Failures)
		w.kv("best_effort", d.BestEffort)
	case messages.ErrorReported:
		w.kv("class", d.Class)
		w.kv("failure", d.Tags.Failure)
		w.kv("operation", d.Tags.Operation)
	}
}

func (w *words) gate(gen uint64, expires messages.Instant) {
	w.add(fmt.Sprintf("generation=%d", gen))
	w.kv("expires", expires)
}

func (w *words) notification(d messages.NotificationRequested) {
	w.kv("notice", d.Notice)
	if d.Session != "" {
		w.kv("job", d.Job)
	}
	w.kv("reason", d.Reason)
	w.kv("until", d.Until)
	w.kv("to", strings.Join(d.To, "+"))
	w.kv("again", d.Again != "")
	c := d.Counts
	if d.Notice == messages.NoticeSessionSummary {
		w.add(fmt.Sprintf("held=%d", c.Held))
		w.kv("let_go", c.LetGo)
		w.kv("stale", c.Stale)
		w.kv("dropped", c.Dropped)
		w.kv("waiting", c.Waiting)
	}
}

func (w *words) slots(slot, first messages.Instant, missed int) {
	w.kv("slot", slot)
	if first != slot {
		w.kv("first", first)
	}
	w.kv("missed", missed)
}

func (w *words) fact(f messages.Fact) {
	switch f := f.(type) {
	case messages.SlotsDue:
		w.kv("jobs", len(f.Slots))
	case messages.ClockSetBack:
		w.kv("by", f.By)
		w.kv("to", f.To)
	case messages.SlotsMissed:
		w.kv("missed", len(f.Slots)+f.More)
	case messages.AttemptSucceeded:
		w.kv("attempt", f.Attempt)
	case messages.AttemptFailed:
		w.kv("attempt", f.Attempt)
		w.kv("class", f.Class)
		w.kv("detail", f.Detail)
		w.kv("generation", f.Generation)
	case messages.AttemptInterrupted:
		w.kv("attempt", f.Attempt)
		w.kv("why", f.Why)
	case messages.Woke:
		w.kv("why", f.Why)
	case messages.SessionExpired:
		w.kv("generation", f.Generation)
		w.kv("reason", f.Reason)
	case messages.SessionRestored:
		w.kv("by", f.By)
	case messages.SessionConfirmed:
		w.kv("generation", f.Generation)
	case messages.RefreshFailed:
		w.kv("generation", f.Generation)
		if f.Unkept {
			w.kv("unkept", true)
		}
		w.kv("error", f.Error)
	}
}

func holds(hs []messages.Hold) string {
	s := make([]string, len(hs))
	for i, h := range hs {
		s[i] = string(h)
	}
	return strings.Join(s, "+")
}

// clock writes an instant for people who read a story: the day of the month, and the time as far as it
// is not even.
func clock(i messages.Instant) string {
	t := i.Time()
	layout := "02T15:04:05"
	if t.Nanosecond() != 0 {
		layout += ".000"
	}
	if t.Second() == 0 && t.Nanosecond() == 0 {
		layout = "02T15:04"
	}
	return t.Format(layout)
}

// until parses the times of a story: "07:00", "07:00:05" (the next such time), "16T07:05" (day of the
// month), "+90s", or RFC 3339.
func until(now messages.Instant, s string) (messages.Instant, error) {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, fmt.Errorf("time %q: %w", s, err)
		}
		return now.Add(d), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return messages.At(t), nil
	}
	day, rest, dated := strings.Cut(s, "T")
	if !dated {
		rest = s
	}
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.000"} {
		hm, err := time.Parse(layout, rest)
		if err != nil {
			continue
		}
		n := now.Time()
		t := time.Date(n.Year(), n.Month(), n.Day(), hm.Hour(), hm.Minute(), hm.Second(), hm.Nanosecond(), time.UTC)
		if dated {
			var d int
			if _, err := fmt.Sscanf(day, "%d", &d); err != nil {
				return 0, fmt.Errorf("time %q: day: %w", s, err)
			}
			t = time.Date(n.Year(), n.Month(), d, hm.Hour(), hm.Minute(), hm.Second(), hm.Nanosecond(), time.UTC)
		} else if messages.At(t) < now {
			t = t.AddDate(0, 0, 1)
		}
		return messages.At(t), nil
	}
	return 0, fmt.Errorf("time %q: want 07:00, 16T07:05, +90s or RFC 3339", s)
}
