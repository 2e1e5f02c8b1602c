package oracle

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer"
	"curfew/messages"
)

var withSystemd = flag.Bool("systemd", false, "compare with systemd-analyze of this machine, which has to be of version 252")

const (
	systemdVersion = "systemd 252 "
	iterations     = 72 // that systemd is asked for at once: a day and a half of half hours
	years          = 5  // in which they are compared
)

// calendars are OnCalendar expressions: those of docs/dialects.md and of real timers. Those behind the empty line are
// errors of systemd's.
const calendars = `
minutely|hourly|Daily|weekly|monthly|quarterly|semiannually|bi-annually|yearly|anually|Mon..Fri 08:00|Mon-Fri 08:00|Mon,Wed..Fri|Sat..Sun 10:00
Sunday 10:00|Fri..Sun 02:30|Sun *-*-1..7 1:00:00|Sun *-*-8..14 1:00|Sun,Mon *-*-15..28 1:00|Fri *-*-13 12:00|*-*~01|*-02~03|Mon *-*~07/1 02:30
*-*-01/2 04:00|*:0/15|*:0/30|*:00/10|*:0/20|*-*-* *:30|*-*-* *:09,39:00|*:0,45|8..17/2:00|0..3:00/30|*:*:0/20|*:00:30|2027-01-15 12:00
2026-06-01..05 12:00|2020-01-01|*-*-* 6,18:00|*-*-* 6:00|00,12:00:00|1:05:00|02:30|02:00|03:00|01:30|00:30|*-03-29 02:30|Sun 02:30|23:30
12:00 UTC|12:00 utc|12:00 CET|12:00 America/New_York|02:30 America/New_York|@1798761600|@1798761600 Europe/Berlin|*-*-29,30,31 12:00|*-02-29

Sun..Tue|Fri..Mon 12:00|1 12:00|22..2:00|*:0/60|*:0/61|*-*-*/2|*-*-0/2|*-*-2/30|24:00|08|daily weekly|12:00 PDT|12:00 +02:00|@-5|@1798761600.5|x
`

// TestSystemdCalendar: what systemd says of an expression, from different times on, is when the written job starts. What it
// refuses is not moved.
func TestSystemdCalendar(t *testing.T) {
	t.Parallel()
	if !*withSystemd {
		t.Skip("NOT RUN: it asks systemd-analyze of version 252: go test ./tests/oracle -run TestSystemd -systemd")
	}
	if out, err := exec.Command("systemd-analyze", "--version").Output(); err != nil || !strings.HasPrefix(string(out), systemdVersion) {
		t.Fatalf("-systemd: %s, want %s (%v)", strings.SplitN(string(out), "\n", 2)[0], systemdVersion, err)
	}
	good, bad, _ := strings.Cut(strings.TrimSpace(calendars), "\n\n")
	split := func(text string) []string {
		return strings.FieldsFunc(text, func(c rune) bool { return c == '|' || c == '\n' })
	}
	for _, zone := range changing {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			all := timers(t, zone, append(split(good), split(bad)...))
			bases := []time.Time{begin}
			for _, at := range changes(t, zone) {
				bases = append(bases, at.Add(-3*time.Hour))
			}
			same := 0
			for i, text := range split(good) {
				e := all.Entries[i]
				if half := strings.Contains(text, " CET") && zone == "Europe/Berlin"; half {
					if e.Enabled {
						t.Errorf("%s: enabled, and systemd starts nothing from the next change of the clock on", text)
					}
					continue
				}
				if !e.Enabled {
					t.Errorf("%s: not enabled: %v", text, e.Notes)
					continue
				}
				for _, base := range bases {
					want, err := elapses(zone, text, base)
					if err != nil {
						t.Fatal(err)
					}
					end, most := base.AddDate(years, 0, 0), unbounded
					if len(want) == iterations {
						most = iterations
					}
					got := all.slots(t, e, base, end, most)
					want = slices.DeleteFunc(want, func(at time.Time) bool { return !at.Before(end) })
					if difference := first(want, got); difference != "" {
						t.Errorf("%s, after %s: %s", text, base, strings.ReplaceAll(difference, "cron", "systemd"))
					}
					same += len(want)
				}
			}
			for i, text := range split(bad) {
				e := all.Entries[len(split(good))+i]
				if _, err := elapses(zone, text, begin); err == nil || e.Job != "" {
					t.Errorf("%s: systemd refuses it: %v; as a job: %q", text, err, e.Job)
				}
			}
			t.Logf("%d starts as systemd's", same)
		})
	}
}

// timers imports a timer for each expression.
func timers(t *testing.T, zone string, texts []string) imported {
	t.Helper()
	var sources []importer.Source
	for n, text := range texts {
		sources = append(sources, importer.Source{Name: fmt.Sprintf("e%03d.timer", n), Data: []byte("[Timer]\nOnCalendar=" + text + "\n")})
	}
	check := func(file []byte) ([]messages.Definition, error) { return definitions(file, t.TempDir()) }
	r, err := importer.Import(importer.Systemd, sources, importer.Options{
		Machine: importer.Machine{Zone: zone, User: "root"}, From: begin, Check: check,
	})
	if err != nil {
		t.Fatal(err)
	}
	all := imported{File: string(r.File), Entries: r.Entries}
	if err := all.read(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return all
}

var elapse = regexp.MustCompile(`(?m)^ *(?:Next elapse|Iter\. #\d+): .*\n(?: *\(in UTC\): (.*)\n)?`)

// elapses are the next times that systemd says. The error is that it refuses the expression.
func elapses(zone, text string, base time.Time) (out []time.Time, err error) {
	c := exec.Command("systemd-analyze", "calendar", fmt.Sprint("--iterations=", iterations), fmt.Sprintf("--base-time=@%d", base.Unix()), text)
	c.Env = append(os.Environ(), "TZ="+zone, "LC_ALL=C")
	printed, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("systemd-analyze calendar %q: %w", text, err)
	}
	for _, m := range elapse.FindAllStringSubmatch(string(printed), -1) {
		if m[1] == "" {
			continue // never
		}
		at, err := time.Parse("Mon 2006-01-02 15:04:05 MST", m[1])
		if err != nil {
			return nil, err
		}
		out = append(out, at.UTC())
	}
	return out, nil
}
