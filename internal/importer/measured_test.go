package importer

import (
	"os"
	"path/filepath"
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
