package scheduler_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// robfigDifferences are the cases in which this dialect differs on purpose, with the answer here; why is in
// docs/schedules.md.
var robfigDifferences = map[string]string{
	// Vixie's rule: a day field that starts with * makes both day fields count.
	"at Sun Jul 15 00:00 2012 | * * */10 * Sun | true":                                               "false",
	"next Mon Jul 9 23:35 2012 | 0 0 0 */5 Apr,Aug,Oct Mon | Tue Aug 1 00:00 2012":                   "2012-08-06T00:00:00Z",
	"next 2012-03-11T00:00:00-0500 | TZ=America/New_York 0 30 2 11 Mar ? | 2013-03-11T02:30:00-0400": "2012-03-11T03:00:00-04:00", // made up for
	"next 2012-03-11T00:00:00-0500 | TZ=America/New_York 0 0 2 * * ? | 2012-03-12T02:00:00-0400":     "2012-03-11T03:00:00-04:00",
	"next 2012-11-04T01:45:00-0400 | TZ=America/New_York 0 30 1 04 Nov ? | 2012-11-04T01:30:00-0500": "2013-11-04T01:30:00-05:00", // once
	"next 2012-11-04T01:00:00-0400 | TZ=America/New_York 0 0 1 * * ? | 2012-11-04T01:00:00-0500":     "2012-11-05T01:00:00-05:00",
	"next TZ=America/New_York 2012-11-04T01:00:00-0400 | 0 0 1 * * ? | 2012-11-04T01:00:00-0500":     "2012-11-05T01:00:00-05:00",
	// An interval is counted from the epoch, not from when somebody asked.
	"next Mon Jul 9 14:03 2012 | @every 5m | Mon Jul 9 14:08 2012": "2012-07-09T14:05:00Z",
	// A range that ends before it begins wraps around.
	"bad * 5-3 * * *": "understood",
}

// TestRobfig holds this dialect to the published cases of robfig/cron; a difference that is none any more
// is an error, too.
func TestRobfig(t *testing.T) {
	raw, err := os.ReadFile("testdata/robfig.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen, cases := 0, 0
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cases++
		got, want := robfigCase(t, line)
		if differs, ok := robfigDifferences[line]; ok {
			seen++
			if got != differs || got == want {
				t.Errorf("%s: %s, the documented difference is %s", line, got, differs)
			}
			continue
		}
		if got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
	if seen != len(robfigDifferences) || cases < 100 {
		t.Errorf("%d of %d differences seen in %d cases", seen, len(robfigDifferences), cases)
	}
}

// robfigCase is what this dialect says to a line, and what robfig does.
func robfigCase(t *testing.T, line string) (got, want string) {
	what, rest, _ := strings.Cut(line, " ")
	parts := strings.Split(rest, " | ")
	if what == "bad" {
		if _, err := scheduler.Parse(messages.Timetable{Schedule: rest}, ""); err == nil {
			return "understood", "refused"
		}
		return "refused", "refused"
	}
	if what == "set" {
		return robfigSet(t, parts[0]), parts[1]
	}
	after := robfigTime(t, parts[0])
	s, err := scheduler.Parse(messages.Timetable{Schedule: parts[1], Timezone: after.Location().String()}, "")
	if err != nil {
		return "none", parts[2]
	}
	if what == "at" {
		next, ok := s.Next(after.Add(-time.Second))
		return fmt.Sprint(ok && next.Equal(after)), parts[2]
	}
	next, ok := s.Next(after)
	if !ok {
		return "no slot", parts[2]
	}
	return next.In(s.Location()).Format(time.RFC3339), robfigTime(t, parts[2]).In(s.Location()).Format(time.RFC3339)
}

// robfigSet is the minutes of an hour that an expression names.
func robfigSet(t *testing.T, expr string) string {
	s, err := scheduler.Parse(messages.Timetable{Schedule: expr}, "")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var minutes []string
	for at, ok := s.Next(from.Add(-time.Second)); ok && at.Before(from.Add(time.Hour)); at, ok = s.Next(at) {
		minutes = append(minutes, fmt.Sprint(at.Minute()))
	}
	return strings.Join(minutes, " ")
}

func robfigTime(t *testing.T, text string) time.Time {
	loc := time.UTC
	if zone, rest, ok := strings.Cut(text, " "); ok && strings.HasPrefix(zone, "TZ=") {
		var err error
		if loc, err = time.LoadLocation(zone[len("TZ="):]); err != nil {
			t.Fatal(err)
		}
		text = rest
	}
	for _, layout := range []string{"Mon Jan 2 15:04 2006", "Mon Jan 2 15:04:05 2006", "2006-01-02T15:04:05-0700"} {
		if at, err := time.ParseInLocation(layout, text, loc); err == nil {
			return at.In(loc)
		}
	}
	t.Fatalf("time %q", text)
	return time.Time{}
}
