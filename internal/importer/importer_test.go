package importer_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/actors"
	"curfew/actors/cliagent"
	"curfew/actors/shell"
	"curfew/internal/config"
	"curfew/internal/importer"
	"curfew/messages"
)

var from = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// options are those of a machine in a zone that root's daemon runs on. It knows the users root and ann.
func options(t *testing.T, zone string) importer.Options {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	actors.Register(kinds, cliagent.New)
	dir := t.TempDir()
	homes := map[string]string{"root": "/root", "ann": "/home/ann"}
	return importer.Options{
		Machine: importer.Machine{Zone: zone, User: "root", Home: func(user string) (string, bool) {
			home, ok := homes[user]
			return home, ok
		}, Presets: map[string]string{"claude": "claude-code"}},
		From: from,
		Check: func(file []byte) ([]messages.Definition, error) {
			cfg, err := config.Parse("jobs.yaml", file, dir, kinds)
			return cfg.Jobs, err
		},
	}
}

// TestImport is whole files, written anew after real ones: the job file, the report, and the comparison of 400 days.
//
//	import KIND name=PATH owner=USER zone=ZONE user=USER ignored=WHY boot=ID cron=CRON systemd here unended
//
// Each file of testdata is a kind. <CR> stands for that character.
func TestImport(t *testing.T) {
	kinds, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(kinds) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, path := range kinds {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			o := options(t, "Europe/Berlin")
			source := importer.Source{Name: "jobs"}
			text := d.Input
			if !d.HasArg("unended") {
				text += "\n"
			}
			text = strings.ReplaceAll(text, "<CR>", "\r")
			d.MaybeScanArgs(t, "name", &source.Name)
			d.MaybeScanArgs(t, "zone", &o.Zone)
			d.MaybeScanArgs(t, "user", &o.User)
			d.MaybeScanArgs(t, "owner", &source.Owner)
			d.MaybeScanArgs(t, "ignored", &source.Ignored)
			d.MaybeScanArgs(t, "boot", &o.Boot)
			d.MaybeScanArgs(t, "cron", (*string)(&o.Cron))
			o.Systemd, source.Here = d.HasArg("systemd"), d.HasArg("here")
			source.Data = []byte(text)
			kind := importer.Kind(d.CmdArgs[0].Key)
			result, err := importer.Import(kind, []importer.Source{source}, o)
			if err != nil {
				return err.Error()
			}
			return told(t, result, o)
		})
	}
}

// told is the report, the comparison and the file.
func told(t *testing.T, r importer.Result, o importer.Options) string {
	var out strings.Builder
	for _, e := range r.Entries {
		fmt.Fprintf(&out, "%d: %s", e.Line, e.Outcome)
		if e.Job != "" {
			fmt.Fprintf(&out, ": %s", e.Job)
		}
		out.WriteByte('\n')
		for _, n := range e.Notes {
			fmt.Fprintf(&out, "  %s\n", n)
		}
	}
	if r.File == nil {
		return out.String()
	}
	defs, err := o.Check(r.File)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range importer.Compare(r, defs, o.From, o.From.AddDate(0, 0, 400)) {
		if text := c.Difference + c.Left; text != "" {
			fmt.Fprintf(&out, "%s: %s\n", c.Job, text)
		} else {
			fmt.Fprintf(&out, "%s: %d slots as before", c.Job, c.Slots)
			if c.Until != nil {
				fmt.Fprintf(&out, ", up to %s and around changes of the clock", c.Until.Format(time.RFC3339))
			}
			out.WriteByte('\n')
		}
	}
	for line := range strings.Lines(string(r.File)) {
		if !strings.HasPrefix(line, "  #") && line != "\n" {
			out.WriteString(line)
		}
	}
	return out.String()
}

// TestCronAsBefore: a job that comes over runs when Debian's cron ran it, whatever the clock does. Both sides are
// reckoned apart.
func TestCronAsBefore(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Africa/Casablanca"}
	texts := []string{
		"* * * * *", "*/5 * * * *", "0 * * * *", "30 * * * *", "45 * * * *", "@hourly", "0 0 * * *", "@daily", "@weekly", "@monthly", "@yearly",
		"30 1 * * *", "15 2 * * *", "30 2 * * *", "*/30 2 * * *", "0,30 2 * * *", "0 3 * * *", "30 1-3 * * *", "30 */2 * * *", "0 0-23/3 * * *",
		"0 12 13 * 5", "0 12 1-7 * 1", "0 12 */2 * 1", "0 12 * * */2", "0 12 1-31 * 1", "0 2 * * 0", "0 2 * * 7", "30 2 29 3 *", "0 12 * * FRI#2",
		"5-55/10 * * * *", "*/61 * * * *", "0 */25 * * *", "0 0 31 * *", "0~59 3 * * *", "59 23 31 12 *", "*/7 1-3 * * SUN", "0 12 * * 1-7/3",
	}
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			o := options(t, zone)
			table := strings.Join(texts, " command\n") + " command\n"
			r, err := importer.Import(importer.Crontab, []importer.Source{{Name: "table", Data: []byte(table)}}, o)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Entries) != len(texts) {
				t.Fatalf("%d jobs of %d", len(r.Entries), len(texts))
			}
			for i, e := range r.Entries {
				if !e.Enabled { // it has been compared for 400 days before it was written
					t.Errorf("%s: %s", texts[i], e.Notes)
				}
			}
		})
	}
}

// TestHerd: what cron starts at once has room at once.
func TestHerd(t *testing.T) {
	o := options(t, "Europe/Berlin")
	for n, want := range map[int]bool{16: false, 17: true} {
		table := strings.Repeat("0 7 * * * command\n", n) + "1 7 * * * command\n"
		r, err := importer.Import(importer.Crontab, []importer.Source{{Name: "table", Data: []byte(table)}}, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(r.File), fmt.Sprintf("\nlanes: {shell: %d}", n)); got != want {
			t.Errorf("%d jobs in a minute: lanes %v", n, got)
		}
	}
}

// TestBounds: what is too much is refused with its bound.
func TestBounds(t *testing.T) {
	o := options(t, "UTC")
	var settings strings.Builder // they are written for each job
	for n := range 100 {
		fmt.Fprintf(&settings, "A%d=%s\n", n, strings.Repeat("x", 900))
	}
	for _, tt := range []struct {
		sources []importer.Source
		want    string
	}{
		{make([]importer.Source, importer.MaxSources+1), "more than 1000"},
		{[]importer.Source{{Name: "big", Data: make([]byte, importer.MaxSourceSize+1)}}, "big is longer than 1048576 bytes"},
		{[]importer.Source{{Name: "many", Data: []byte(strings.Repeat("@never\n", importer.MaxJobs+1))}}, "more than 5000 entries"},
		{[]importer.Source{{Name: "long", Data: []byte(settings.String() + strings.Repeat("0 0 1 1 * x\n", 14))}}, "longer than 1048576 bytes"},
		{nil, "no schedule"},
	} {
		if _, err := importer.Import(importer.Crontab, tt.sources, o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

// TestCompareNamesTheFirstDifference: a written job that was changed is found, at its first slot that differs.
func TestCompareNamesTheFirstDifference(t *testing.T) {
	o := options(t, "Europe/Berlin")
	r, err := importer.Import(importer.Crontab, []importer.Source{{Name: "table", Data: []byte("30 2 * * * command\n")}}, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ from, to, want string }{
		{"dst: vixie", "dst: skip", "at 2027-03-28 03:00:00 +02:00 CEST the source starts it, and the written job does not"},
		{"'30 2 * * *'", "'30 2 * * 1-6'", "at 2026-06-07 02:30:00 +02:00 CEST the source starts it, and the written job does not"},
		{"'30 2 * * *'", "'30 1,2 * * *'", "at 2026-06-02 01:30:00 +02:00 CEST the written job starts, and the source does not"},
		{"dst: vixie", "dst: vixie\n    end: 2026-06-03T00:00:00Z", "at 2026-06-03 02:30:00 +02:00 CEST the source starts it, and the written job does not"},
		{"timezone: Europe/Berlin", "timezone: UTC", "at 2026-06-01 00:30:00 +00:00 UTC the source starts it, and the written job does not"},
	} {
		defs, err := o.Check([]byte(strings.Replace(string(r.File), tt.from, tt.to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if all := importer.Compare(r, defs, o.From, o.From.AddDate(0, 0, 400)); all[0].Difference != tt.want {
			t.Errorf("%s: got %+v", tt.to, all[0])
		}
	}
}

// TestKnown: every kind has a reader, and another is never taken for one of them.
func TestKnown(t *testing.T) {
	for _, k := range importer.Kinds() {
		if _, err := importer.Import(k, nil, importer.Options{}); err == nil || importer.Known(k) != nil {
			t.Errorf("%s: nothing was imported without an error, or it is not known", k)
		}
	}
	if err := importer.Known("fcron"); err == nil || !strings.Contains(err.Error(), "not a kind of source") {
		t.Errorf("got %v", err)
	}
}

// TestManySlots: a job of every second is compared up to a bound, and beyond it around changes of the clock, so that
// another way with them is found.
func TestManySlots(t *testing.T) {
	o := options(t, "Europe/Berlin")
	timer := []importer.Source{{Name: "tick.timer", Data: []byte("[Timer]\nOnCalendar=*:*:*\n")}}
	r, err := importer.Import(importer.Systemd, timer, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dst, want string
		slots     int // a day more than the bound at most, and two days around each of two changes, one of which is an hour shorter
	}{
		{"first_pass", "", 7*86_400 + 4*86_400 - 3_600},
		{"vixie", "at 2026-10-25 02:00:00 +01:00 CET the written job starts, and the source does not", 8 * 86_400},
	} {
		defs, err := o.Check([]byte(strings.Replace(string(r.File), "dst: first_pass", "dst: "+tt.dst, 1)))
		if err != nil {
			t.Fatal(err)
		}
		c := importer.Compare(r, defs, o.From, o.From.AddDate(0, 0, 400))[0]
		if c.Difference != tt.want || c.Until == nil || c.Slots < tt.slots || c.Slots > tt.slots+86_400 {
			t.Errorf("dst: %s: got %+v, up to %v", tt.dst, c, c.Until)
		}
	}
}
