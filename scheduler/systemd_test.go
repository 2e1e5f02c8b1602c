package scheduler_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

var askSystemd = flag.Bool("systemd", false, "ask systemd-analyze for the slots of testdata/systemd.txt anew, and write them")

// asSystemd are the expressions of systemd, and what is the same here with dst: first_pass and days: and.
var asSystemd = []struct {
	calendar, expr string
	n              int // slots from an hour and 40 minutes before the change of the clock
}{
	{"*:0/15", "*/15 * * * *", 20},
	{"*:0/30", "*/30 * * * *", 12},
	{"*:*:0/20", "*/20 * * * * *", 640},
	{"hourly", "@hourly", 8},
	{"*:30", "30 * * * *", 8},
	{"*:45", "45 * * * *", 8},
	{"0..4:0/20", "*/20 0-4 * * *", 14},
	{"02:0/30", "*/30 2 * * *", 6},
	{"02:00", "0 2 * * *", 3},
	{"02:15", "15 2 * * *", 3},
	{"02:30", "30 2 * * *", 3},
	{"01..03:30", "30 1-3 * * *", 8},
	{"daily", "@daily", 3},
	{"00:30", "30 0 * * *", 3},
	{"23:30", "30 23 * * *", 3},
	{"Sun 02:30", "30 2 * * SUN", 3},
	{"Sun *-*-25..31 02:30", "30 2 25-31 * SUN", 3},
	{"Fri *-*-13 00:30", "30 0 13 * FRI", 3},
	{"Fri *-*-20..26 *:0/30", "*/30 * 20-26 * FRI", 50},
}

// systemdZones are the zones of docs/dialects.md, with the changes of their clocks in 2026.
var systemdZones = []struct{ zone, changes string }{
	{"Europe/Berlin", "2026-03-29T01:00:00Z 2026-10-25T01:00:00Z"},
	{"America/New_York", "2026-03-08T07:00:00Z 2026-11-01T06:00:00Z"},
	{"America/Havana", "2026-03-08T05:00:00Z 2026-11-01T05:00:00Z"},
	{"Africa/Cairo", "2026-04-23T22:00:00Z 2026-10-29T21:00:00Z"},
	{"Australia/Lord_Howe", "2026-04-04T15:00:00Z 2026-10-03T15:30:00Z"},
	{"Africa/Casablanca", "2026-02-15T02:00:00Z 2026-03-22T02:00:00Z"},
}

// TestFirstPassAsSystemd: with dst: first_pass and days: and the slots are those of systemd 252 around changes of the
// clock. What systemd-analyze said is in the file; with -systemd it is asked again.
func TestFirstPassAsSystemd(t *testing.T) {
	const file = "testdata/systemd.txt"
	var asked, got strings.Builder
	for _, z := range systemdZones {
		for change := range strings.FieldsSeq(z.changes) {
			from, err := time.Parse(time.RFC3339, change)
			if err != nil {
				t.Fatal(err)
			}
			from = from.Add(-100 * time.Minute).Add(-time.Second)
			for _, c := range asSystemd {
				title := fmt.Sprintf("%s %s, %d from %s: ", z.zone, c.calendar, c.n, from.Format(time.RFC3339))
				if *askSystemd {
					fmt.Fprintln(&asked, title+rows(systemdSlots(t, z.zone, c.calendar, from, c.n)))
				}
				fmt.Fprintln(&got, title+rows(firstPassSlots(t, z.zone, c.expr, from, c.n)))
			}
		}
	}
	if *askSystemd {
		if err := os.WriteFile(file, []byte(asked.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(got.String(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(lines) || lines[i] != line {
			t.Errorf("systemd: %s\nhere:    %s", line, lines[min(i, len(lines)-1)])
		}
	}
	if n := strings.Count(string(want), "\n"); n != len(lines)-1 {
		t.Errorf("the file has %d rows, the table %d", n, len(lines)-1)
	}
}

// rows are instants in UTC; three and more at the same distance are a row: "2026-03-29T00:30:00+15m0s*5" is 00:30 and
// five more.
func rows(slots []time.Time) string {
	var out []string
	for len(slots) > 0 {
		n := 1 // that follow at one distance
		for n+1 < len(slots) && slots[n+1].Sub(slots[n]) == slots[1].Sub(slots[0]) {
			n++
		}
		text := slots[0].UTC().Format("2006-01-02T15:04:05")
		if n > 1 && n < len(slots) {
			text += fmt.Sprintf("+%v*%d", slots[1].Sub(slots[0]), n)
			slots = slots[n:]
		}
		out, slots = append(out, text), slots[1:]
	}
	return strings.Join(out, " ")
}

func firstPassSlots(t *testing.T, zone, expr string, from time.Time, n int) (slots []time.Time) {
	t.Helper()
	s, err := scheduler.Parse(messages.Timetable{Schedule: expr, Timezone: zone, Days: messages.DaysAnd, DST: messages.DSTFirstPass}, "")
	if err != nil {
		t.Fatal(err)
	}
	for next, ok := s.Next(from); ok && len(slots) < n; next, ok = s.Next(next) {
		slots = append(slots, next)
	}
	return slots
}

var utcLine = regexp.MustCompile(`(?m)(?:\(in UTC\)|Next elapse|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC$`)

// systemdSlots asks the program.
func systemdSlots(t *testing.T, zone, calendar string, from time.Time, n int) (slots []time.Time) {
	t.Helper()
	cmd := exec.Command("systemd-analyze", "calendar", "--iterations", fmt.Sprint(n), "--base-time", from.Format("2006-01-02 15:04:05 UTC"), calendar)
	cmd.Env = append(os.Environ(), "TZ="+zone, "LC_ALL=C")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", calendar, err)
	}
	for _, m := range utcLine.FindAllStringSubmatch(string(out), -1) {
		at, err := time.Parse(time.DateTime, m[1])
		if err != nil {
			t.Fatal(err)
		}
		slots = append(slots, at)
	}
	return slots
}
