package scheduler

import (
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// slotsOf is the next n slots, in the schedule's zone.
func slotsOf(t *testing.T, spec messages.Timetable, after string, n int) string {
	t.Helper()
	s, err := Parse(spec, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for from := at(t, after); len(out) < n; {
		next, ok := s.Next(from)
		if !ok {
			break
		}
		out = append(out, next.In(s.Location()).Format("2006-01-02T15:04:05"))
		from = next
	}
	return strings.Join(out, " ")
}

func TestDialect(t *testing.T) {
	const from = "2026-01-01T00:00:00Z" // a Thursday
	for _, c := range []struct{ expr, want string }{
		{"*/20 0 7 * * *", "2026-01-01T07:00:00 2026-01-01T07:00:20 2026-01-01T07:00:40 2026-01-02T07:00:00"},
		{"0 0 7 1 1 * 2028-2030/2", "2028-01-01T07:00:00 2030-01-01T07:00:00"},
		{"0 22-2/2 * * *", "2026-01-01T02:00:00 2026-01-01T22:00:00 2026-01-02T00:00:00"},
		{"0 0 * * FRI-MON", "2026-01-02T00:00:00 2026-01-03T00:00:00 2026-01-04T00:00:00 2026-01-05T00:00:00 2026-01-09T00:00:00"},
		{"0 0 L * *", "2026-01-31T00:00:00 2026-02-28T00:00:00"},
		{"0 0 L-3 * *", "2026-01-28T00:00:00 2026-02-25T00:00:00"},
		{"0 0 LW * *", "2026-01-30T00:00:00 2026-02-27T00:00:00"},
		{"0 0 15W * *", "2026-01-15T00:00:00 2026-02-16T00:00:00 2026-03-16T00:00:00"},
		{"0 0 1W * *", "2026-02-02T00:00:00 2026-03-02T00:00:00"},
		{"0 0 31W * *", "2026-01-30T00:00:00 2026-03-31T00:00:00"},
		{"0 0 * * 5L", "2026-01-30T00:00:00 2026-02-27T00:00:00"},
		{"0 0 * * MON#2,sun#5", "2026-01-12T00:00:00 2026-02-09T00:00:00 2026-03-09T00:00:00 2026-03-29T00:00:00"},
		{"0 0 L,15 * *", "2026-01-15T00:00:00 2026-01-31T00:00:00"},
		{"0 0 ? * 1", "2026-01-05T00:00:00"},
		{"0 12 29 2 MON", "2026-02-02T12:00:00"}, // either
		{"0 12 ?/28 2 MON", "2027-02-01T12:00:00"},
		{"CRON_TZ=Asia/Tokyo 0 7 * * *", "2026-01-02T07:00:00"},
		{"0 7 * * *; 30 8 * * 4", "2026-01-01T07:00:00 2026-01-01T08:30:00 2026-01-02T07:00:00"},
		{"in 1 hour and 30 minutes", "2026-01-01T01:30:00"},
		{"in 1h30m", "2026-01-01T01:30:00"},
		{"in 2 days", "2026-01-03T00:00:00"},
		{"@reboot", ""},
		{"@every 6h", "2026-01-01T06:00:00"},
	} {
		spec := messages.Timetable{Schedule: c.expr, Anchor: messages.At(at(t, from))}
		if got := slotsOf(t, spec, from, max(1, len(strings.Fields(c.want)))); got != c.want {
			t.Errorf("%s: %s, want %s", c.expr, got, c.want)
		}
	}
}

func TestDSTPolicies(t *testing.T) {
	const gap, fold = "2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z" // Berlin
	for _, c := range []struct {
		expr  string
		dst   messages.DST
		after string
		want  string
	}{
		{"30 2 * * *", messages.DSTVixie, gap, "2026-03-29T03:00:00 2026-03-30T02:30:00"},
		{"30 2 * * *", messages.DSTSkip, gap, "2026-03-30T02:30:00 2026-03-31T02:30:00"},
		{"30 2 * * *", messages.DSTRunBoth, gap, "2026-03-29T03:00:00 2026-03-30T02:30:00"},
		{"*/20 0,30 2 * * *", messages.DSTVixie, gap, "2026-03-29T03:00:00 2026-03-30T02:00:00"},
		{"30 2 * * *", messages.DSTVixie, fold, "2026-10-25T02:30:00 2026-10-26T02:30:00"},
		{"30 2 * * *", messages.DSTSkip, fold, "2026-10-25T02:30:00 2026-10-26T02:30:00"},
		{"30 2 * * *", messages.DSTRunBoth, fold, "2026-10-25T02:30:00 2026-10-25T02:30:00 2026-10-26T02:30:00"},
		{"30 2 * * *", messages.DSTFirstPass, gap, "2026-03-30T02:30:00 2026-03-31T02:30:00"},
		{"30 2 * * *", messages.DSTFirstPass, fold, "2026-10-25T02:30:00 2026-10-26T02:30:00"},
		{"*/30 1-3 * * *", messages.DSTFirstPass, gap, "2026-03-29T01:00:00 2026-03-29T01:30:00 2026-03-29T03:00:00 2026-03-29T03:30:00"},
		{"30 * * * *", messages.DSTFirstPass, "2026-10-24T23:59:00Z", "2026-10-25T02:30:00 2026-10-25T03:30:00 2026-10-25T04:30:00"},
		{"30 * * * *", messages.DSTSkip, "2026-10-24T23:59:00Z", "2026-10-25T02:30:00 2026-10-25T02:30:00 2026-10-25T03:30:00"},
	} {
		spec := messages.Timetable{Schedule: c.expr, Timezone: "Europe/Berlin", DST: c.dst}
		if got := slotsOf(t, spec, c.after, len(strings.Fields(c.want))); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.dst, c.expr, got, c.want)
		}
	}
}

func TestBoundsExcludeAndSplay(t *testing.T) {
	spec := messages.Timetable{
		Schedule: "0 7 * * *", Timezone: "Europe/Berlin", Exclude: []string{"2026-12-25", "2026-12-24"},
		Start: messages.At(at(t, "2026-12-22T06:00:00Z")), End: messages.At(at(t, "2026-12-27T06:00:00Z")),
	}
	const want = "2026-12-22T07:00:00 2026-12-23T07:00:00 2026-12-26T07:00:00 2026-12-27T07:00:00"
	if got := slotsOf(t, spec, "2026-01-01T00:00:00Z", 9); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	spec.Splay = messages.Duration(30 * time.Second)
	s, err := Parse(spec, "briefing")
	if err != nil {
		t.Fatal(err)
	}
	next, _ := s.Next(at(t, "2026-01-01T00:00:00Z"))
	if s.Delay() == 0 || s.Delay() > 30*time.Second || next != at(t, "2026-12-22T06:00:00Z").Add(s.Delay()) {
		t.Errorf("splayed by %v to %v", s.Delay(), next)
	}
	if again, _ := s.Next(next.Add(-time.Second)); again != next {
		t.Errorf("a second before the splayed slot: %v, want %v", again, next)
	}
	spec = messages.Timetable{Schedule: "every 6h", Exclude: []string{"2026-01-02"}}
	if got := slotsOf(t, spec, "2026-01-01T17:00:00Z", 2); got != "2026-01-01T18:00:00 2026-01-03T00:00:00" {
		t.Error(got)
	}
	spec.Timezone = "America/New_York" // whose day it is that is excluded
	if got := slotsOf(t, spec, "2026-01-01T17:00:00Z", 3); got != "2026-01-01T13:00:00 2026-01-01T19:00:00 2026-01-03T01:00:00" {
		t.Error(got)
	}
}

func TestBound(t *testing.T) {
	for _, c := range []struct {
		text, zone string
		end        bool
		want       string
	}{
		{"2027-01-15T12:00:00+01:00", "", false, "2027-01-15T11:00:00.000Z"},
		{"2027-01-15", "Europe/Berlin", false, "2027-01-14T23:00:00.000Z"},
		{"2027-01-15", "Europe/Berlin", true, "2027-01-15T22:59:59.999Z"},
		{"2012-04-01", "America/Havana", false, "2012-04-01T05:00:00.000Z"}, // its midnight does not exist
	} {
		got, err := Bound(c.text, c.zone, c.end)
		if err != nil || got.String() != c.want {
			t.Errorf("%s %s: %v %v, want %s", c.text, c.zone, got, err, c.want)
		}
	}
	if _, err := Bound("tomorrow", "", false); err == nil {
		t.Error("no error")
	}
}

func TestVariant(t *testing.T) {
	parse := func(expr, job string, splay time.Duration) Schedule {
		s, err := Parse(messages.Timetable{Schedule: expr, Splay: messages.Duration(splay)}, job)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if v := parse("0 7 * * *", "a", 0).Variant(); v != "" {
		t.Error(v)
	}
	for _, expr := range []string{"H H * * *", "H(0-29)/10 * * * *", "every 15m"} {
		a, b := parse(expr, "a", 0), parse(expr, "b", 0)
		from := time.Unix(1767225600, 0)
		x, _ := a.Next(from)
		y, _ := b.Next(from)
		if a.Variant() == "" || (a.Variant() == b.Variant()) != x.Equal(y) {
			t.Errorf("%s: %q at %v, %q at %v", expr, a.Variant(), x, b.Variant(), y)
		}
		if again := parse(expr, "a", 0); again.Variant() != a.Variant() {
			t.Errorf("%s: another variant for the same job", expr)
		}
	}
	if parse("0 7 * * *", "a", time.Hour).Variant() == "" {
		t.Error("a splayed schedule has no variant")
	}
}

func TestNote(t *testing.T) {
	for _, c := range []struct{ expr, slot, want string }{
		{"30 2 * * *", "2026-03-29T01:00:00Z", "made up for: the clock goes from 02:00 to 03:00"},
		{"30 2 * * *", "2026-03-30T00:30:00Z", ""},
		{"*/30 * * * *", "2026-03-29T01:00:00Z", "the clock goes from 02:00 to 03:00: there are no slots between"},
		{"30 2 * * *", "2026-10-25T00:30:00Z", "first of two passes, the clock goes from 03:00 back to 02:00: runs in the first only"},
		{"30 * * * *", "2026-10-25T00:30:00Z", "first of two passes, the clock goes from 03:00 back to 02:00: runs in both"},
		{"30 * * * *", "2026-10-25T01:30:00Z", "second pass: the clock goes from 03:00 back to 02:00"},
		{"30 * * * *", "2026-10-25T02:30:00Z", ""},
	} {
		s := mustParse(t, c.expr, "Europe/Berlin", "")
		if got := s.Note(at(t, c.slot)); got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.expr, c.slot, got, c.want)
		}
	}
	s, _ := Parse(messages.Timetable{Schedule: "30 2 * * *", Timezone: "Europe/Berlin", DST: messages.DSTSkip}, "")
	pace, _ := Parse(messages.Timetable{Schedule: "*/30 * * * *", Timezone: "Europe/Berlin", DST: messages.DSTFirstPass}, "")
	for slot, want := range map[string]string{
		"2026-03-29T01:00:00Z": "the clock goes from 02:00 to 03:00: there are no slots between",
		"2026-03-29T01:30:00Z": "",
		"2026-10-25T00:30:00Z": "first of two passes, the clock goes from 03:00 back to 02:00: runs in the first only",
		"2026-10-25T02:00:00Z": "",
	} {
		if got := pace.Note(at(t, slot)); got != want {
			t.Errorf("first_pass at %s: %q, want %q", slot, got, want)
		}
	}
	both, _ := Parse(messages.Timetable{Schedule: "0 2,3 * * *", Timezone: "Europe/Berlin", DST: messages.DSTSkip}, "")
	if got := both.Note(at(t, "2026-03-29T01:00:00Z")); got != "one left out before: on 2026-03-29 the clock goes from 02:00 to 03:00" {
		t.Error(got) // the slot of 03:00 is its own, and makes up for nothing
	}
	if got := s.Note(at(t, "2026-03-30T00:30:00Z")); got != "one left out before: on 2026-03-29 the clock goes from 02:00 to 03:00" {
		t.Error(got)
	}
}
