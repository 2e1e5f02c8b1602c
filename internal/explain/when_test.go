package explain

import (
	"testing"
	"time"

	"curfew/messages"
)

func instant(t *testing.T, text string) messages.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return messages.At(at)
}

// A time of day means the latest slot of that time, by the job's clock, whatever the day; a date means
// that day, and RFC 3339 that instant or the slot of the minute before it.
func TestResolve(t *testing.T) {
	defined := func(schedule string, splay time.Duration) history {
		return history{fallback: messages.Keep(messages.Definition{Job: "mine", Timetable: messages.Timetable{Schedule: schedule, Timezone: "America/New_York", Splay: messages.Duration(splay)}})}
	}
	weekdays := defined("0 7 * * MON-FRI", 0)
	for _, c := range []struct {
		h             history
		text, now, at string
		gap           bool
	}{
		{weekdays, "07:00", "2027-03-17T11:00:00Z", "2027-03-17T11:00:00Z", false},
		{weekdays, "07:00", "2027-03-17T10:59:59Z", "2027-03-16T11:00:00Z", false},
		{weekdays, "07:00", "2027-03-14T20:00:00Z", "2027-03-12T12:00:00Z", false}, // a Sunday: Friday, in winter time
		{weekdays, "yesterday 07:00", "2027-03-14T20:00:00Z", "2027-03-13T12:00:00Z", false},
		{weekdays, "today 07:00", "2027-03-17T01:00:00Z", "2027-03-16T11:00:00Z", false}, // today by the job's clock
		{weekdays, "2027-03-19 07:00", "2027-03-17T12:00:00Z", "2027-03-19T11:00:00Z", false},
		{weekdays, "2027-03-14 02:30", "2027-03-17T12:00:00Z", "2027-03-14T07:00:00Z", true},
		{weekdays, "2027-03-17T11:00:00Z", "2027-03-17T12:00:00Z", "2027-03-17T11:00:00Z", false},
		{weekdays, "2027-03-17T07:00:59-04:00", "2027-03-17T12:00:00Z", "2027-03-17T11:00:00Z", false},
		{weekdays, "2027-03-17T11:01:00Z", "2027-03-17T12:00:00Z", "2027-03-17T11:01:00Z", false},
		{weekdays, "09:00", "2027-03-17T12:00:00Z", "2027-03-16T13:00:00Z", false}, // no such slot: the latest such time
		{defined("*/20 0 7 * * *", 0), "07:00", "2027-03-17T12:00:00Z", "2027-03-17T11:00:00Z", false},
		{defined("*/20 1-59 7 * * *", 0), "07:01", "2027-03-17T12:00:00Z", "2027-03-17T11:01:00Z", false},
		{defined("30-50/10 0 7 * * *", 0), "07:00", "2027-03-17T12:00:00Z", "2027-03-17T11:00:50Z", false},
		{defined("*/20 0 7 * * *", 0), "07:00:20", "2027-03-17T12:00:00Z", "2027-03-17T11:00:20Z", false},
		{defined("0 7 * * *", time.Hour), "07:00", "2027-03-17T12:00:00Z", "splay", false},
	} {
		w, err := ParseWhen(c.text)
		if err != nil {
			t.Fatal(err)
		}
		got := w.resolve(instant(t, c.now), c.h)
		if c.at == "splay" {
			s, _, _ := c.h.schedule(got.at)
			c.at = instant(t, "2027-03-17T11:00:00Z").Add(s.Delay()).Time().Format(time.RFC3339)
			if s.Delay() == 0 {
				t.Fatal("the job has no share of its splay")
			}
		}
		if got.at != instant(t, c.at) || got.gap != c.gap || got.from > got.at || got.to < got.at {
			t.Errorf("%s at %s: %+v (%v), want %s", c.text, c.now, got, got.at, c.at)
		}
	}
}

func TestParseWhenRefuses(t *testing.T) {
	for _, text := range []string{"noon", "25:00", "7", "tomorrow 07:00", "2027-13-01 07:00", "2027-01-01", "07:00 07:00", "1969-12-31T00:00:00Z", "\x1b[31m"} {
		if w, err := ParseWhen(text); err == nil {
			t.Errorf("%q is %+v", text, w)
		}
	}
	if w, err := ParseWhen("  "); err != nil || !w.IsZero() {
		t.Errorf("nothing: %+v, %v", w, err)
	}
}

// What others wrote stays one line of printable characters, however long it was.
func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\t c":              "a b c",
		"\x1b]0;owned\x07x":     "·]0;owned·x",
		"\u009b31mred":          "·31mred",
		"a\u202eb":              "a·b",
		"0123456789abcdefghij":  "0123456789abcdefghij",
		"0123456789abcdefghijk": "0123456789abcdefghi…",
		"\xff\xfe":              "··",
	} {
		if got := plain(in, 20); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLong(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1500 * time.Microsecond: "2ms", 1250 * time.Millisecond: "1.2s", 90 * time.Second: "1m 30s", time.Hour: "1h",
		25*time.Hour + time.Minute: "1d 1h", 49*time.Hour + 3*time.Second: "2d 1h", 24*time.Hour + time.Minute: "1d",
	} {
		if got := long(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
