package messages_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// TestIDs pins the ids that are hashes: an id that changed would run every slot of a journal again.
func TestIDs(t *testing.T) {
	slot := messages.At(time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC))
	timer := messages.Timer{Run: "r", Job: "backup", Why: messages.WakeRetry, Due: slot}
	cases := []struct{ what, got, want string }{
		{"slot run", string(messages.SlotRun("backup", slot, 0)), "kv5umeffh5dlvop4"},
		{"slot run of another job", string(messages.SlotRun("backu", slot, 0)), "k7235ysbnveouaol"},
		{"run by hand", string(messages.RequestedRun("backup", "req-1")), "d3rchf4cbr7a6db6"},
		{"decision", messages.DerivedID(42, 0), "ch2mjpgc5loqpim5"},
		{"its second", messages.DerivedID(42, 1), "tlra3glhxesxyxie"},
		{"fact", messages.FactID("attempt.failed.v1", "r", "1"), "ibwkmvo2cyrlsrln"},
		{"timer", timer.ID(7), "r4uvwli345d4vkcq"},
	}
	seen := map[string]string{}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
		if other := seen[c.got]; other != "" {
			t.Errorf("%s and %s have one id", c.what, other)
		}
		seen[c.got] = c.what
	}
	if got := messages.Spread("jitter", "r", "1"); got != 0.5171595620192383 {
		t.Errorf("spread: %v", got)
	}
}

func TestInstantJSON(t *testing.T) {
	cases := []struct {
		in   string
		want messages.Instant
		out  string // empty: refused
	}{
		{`null`, 0, `null`},
		{`"2027-01-01T00:00:00.000Z"`, 1798761600000, `"2027-01-01T00:00:00.000Z"`},
		{`"2027-01-01T00:00:00Z"`, 1798761600000, `"2027-01-01T00:00:00.000Z"`},
		{`"2027-01-01T01:30:00+01:30"`, 1798761600000, `"2027-01-01T00:00:00.000Z"`},
		{`"2027-01-01T00:00:00.0019Z"`, 1798761600001, `"2027-01-01T00:00:00.001Z"`},
		{`"1969-12-31T23:59:59.999Z"`, -1, `"1969-12-31T23:59:59.999Z"`},
		{`"1970-01-01T00:00:00Z"`, 0, `null`}, // the epoch itself is no instant
		{`"0001-01-01T00:00:00Z"`, 0, `null`}, // nor is Go's zero time
		{`"-"`, 0, ``},
		{`""`, 0, ``},
		{`1798761600000`, 0, ``},
		{`"2027-01-01"`, 0, ``},
		{`"2027-01-01T00:00:00"`, 0, ``},
	}
	for _, c := range cases {
		var got messages.Instant
		err := json.Unmarshal([]byte(c.in), &got)
		if c.out == "" {
			if err == nil || !strings.Contains(err.Error(), "RFC 3339") {
				t.Errorf("%s: error %v", c.in, err)
			}
			continue
		}
		out, e := json.Marshal(got)
		if err != nil || e != nil || got != c.want || string(out) != c.out {
			t.Errorf("%s: %d %s %v %v", c.in, got, out, err, e)
		}
	}
}

func TestInstantArithmetic(t *testing.T) {
	const noon = messages.Instant(1798804800000)
	if got := noon.Add(1500 * time.Microsecond); got != noon+1 {
		t.Errorf("what is finer than a millisecond is dropped, not %v", got)
	}
	if got := noon.Sub(noon + 5); got != 0 {
		t.Errorf("a span is never below zero, not %v", got)
	}
	if got := (noon + 90_000).Sub(noon); got != 90*time.Second {
		t.Errorf("span %v", got)
	}
	if got := messages.At(noon.Time().In(time.FixedZone("x", 3600))); got != noon {
		t.Errorf("a zone changes nothing, not to %v", got)
	}
	if messages.Instant(0).String() != "-" || !messages.Instant(0).Time().IsZero() {
		t.Error("none is - and the zero time")
	}
}

func TestDurationJSON(t *testing.T) {
	cases := []struct {
		in   string
		want messages.Duration
		out  string // empty: refused
	}{
		{`"90s"`, messages.Duration(90 * time.Second), `"1m30s"`},
		{`"0s"`, 0, `"0s"`},
		{`"-2h"`, messages.Duration(-2 * time.Hour), `"-2h0m0s"`},
		{`"2562047h47m16.854775807s"`, math.MaxInt64, `"2562047h47m16.854775807s"`},
		{`"2562047h47m16.854775808s"`, 0, ``},
		{`90`, 0, ``},
		{`"90"`, 0, ``},
		{`""`, 0, ``},
	}
	for _, c := range cases {
		var got messages.Duration
		err := json.Unmarshal([]byte(c.in), &got)
		if c.out == "" {
			if err == nil || !strings.Contains(err.Error(), `a duration is a text such as "1m30s"`) {
				t.Errorf("%s: error %v", c.in, err)
			}
			continue
		}
		out, e := json.Marshal(got)
		if err != nil || e != nil || got != c.want || string(out) != c.out {
			t.Errorf("%s: %v %s %v %v", c.in, got, out, err, e)
		}
	}
}

// TestKeys: a message about one thing has its name as the key, one about several has none.
func TestKeys(t *testing.T) {
	slot := messages.JobSlot{Job: "backup", Slot: 1}
	cases := []struct {
		b    messages.Body
		want string
	}{
		{messages.SlotsDue{Slots: []messages.JobSlot{slot}}, "backup"},
		{messages.SlotsDue{Slots: []messages.JobSlot{slot, slot}}, ""},
		{messages.Woke{Timer: messages.Timer{Job: "backup"}}, "backup"},
		{messages.WakeScheduled{Timer: messages.Timer{Session: "default"}}, "default"},
		{messages.NotificationRequested{Session: "default", Job: "backup"}, "default"},
		{messages.NotificationRequested{Job: "backup"}, "backup"},
		{messages.RuntimeConfigured{}, ""},
		{messages.DeliveryFinished{About: "backup"}, "backup"},
	}
	for _, c := range cases {
		if got := c.b.Key(); got != c.want {
			t.Errorf("%T: key %q, want %q", c.b, got, c.want)
		}
	}
}
