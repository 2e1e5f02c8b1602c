package importer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer/oracle"
)

// TestMeasured compares what is read here with what the programs themselves did, row by row. A row that is "error" there
// has to be one here; one that is not read here is named below.
func TestMeasured(t *testing.T) {
	for _, tt := range []struct {
		file    string
		d       dialect
		clock   oracle.Clock
		notRead string // rows that the program takes, and that are not read here
	}{
		{"quartz.tsv", quartz, oracle.SecondPass, "0 0 12 ? * MON/2"},
		{"openclaw.tsv", croner, oracle.FirstPass, ""},
		{"hermes.tsv", croniter, oracle.Forward, ""},
	} {
		t.Run(tt.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "measured", tt.file))
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for line := range strings.Lines(string(data)) {
				if strings.HasPrefix(line, "#") {
					continue
				}
				rows++
				parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
				text, want := parts[2], parts[3]
				p, err := tt.d.read(text)
				if err != nil {
					if want != "error" && !strings.Contains(tt.notRead, text) {
						t.Errorf("%s: %v", text, err)
					}
					continue
				}
				if got := starts(t, &p, parts[0], parts[1], tt.clock, want); got != want {
					t.Errorf("%s in %s: got  %s\nwant %s", text, parts[0], got, want)
				}
			}
			if rows < 100 {
				t.Errorf("%d rows", rows)
			}
		})
	}
}

// starts are as many starts as were measured, up to 16 years ahead.
func starts(t *testing.T, p *plan, zone, from string, clock oracle.Clock, want string) string {
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	begin, err := time.Parse("2006-01-02T15:04Z", from)
	if err != nil {
		t.Fatal(err)
	}
	n, out := len(strings.Fields(want)), []string{} // with none, which stands for the end
	for step, end := begin, begin.AddDate(16, 0, 0); len(out) < n && step.Before(end); step = step.AddDate(0, 0, 30) {
		for _, s := range p.rule(at, clock).Slots(step, step.AddDate(0, 0, 30)) {
			out = append(out, strings.Replace(s.Format(time.RFC3339), ":00Z", "Z", 1))
		}
	}
	if len(out) < n {
		out = append(out, "none")
	}
	return strings.Join(out[:min(n, len(out))], " ")
}

// TestGenerated compares the timers that are read out of lines with those that the generator of systemd-cron made.
func TestGenerated(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "measured", "systemd-cron.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || parts[1] == "OnBootSec=1m" { // which is no time
			continue
		}
		rows++
		text, want := parts[0], parts[1]
		l := readGenerated(text+" root true x\n", true)[0]
		got, err := l.calendar()
		if want == "none" || want == "never" { // a word that systemd does not take
			if err == nil {
				t.Errorf("%s: got %+v", text, got)
			}
			continue
		}
		timer, errTimer := readCalendar(want)
		if err != nil || errTimer != nil {
			t.Errorf("%s: %v; %s: %v", text, err, want, errTimer)
			continue
		}
		from, to := start, start.AddDate(1, 0, 0)
		if strings.HasPrefix(text, "*") && parts[2] == "" || text == "@minutely" {
			to = start.AddDate(0, 0, 3)
		}
		if a, b := got.rule(time.UTC).Slots(from, to), timer.rule(time.UTC).Slots(from, to); !slices.EqualFunc(a, b, time.Time.Equal) {
			t.Errorf("%s: %d slots, and %d of %s", text, len(a), len(b), want)
		}
		e := &Entry{job: &job{}}
		(&batch{Options: Options{Machine: Machine{Zone: "UTC"}}}).generatedWhen(e, l)
		if persistent := e.job.catchUp != ""; persistent != (parts[2] == "true") {
			t.Errorf("%s: catch_up: %s", text, e.job.catchUp)
		}
	}
	if rows < 45 {
		t.Errorf("%d rows", rows)
	}
}
