package oracle_test

import (
	"slices"
	"testing"
	"time"

	"curfew/internal/importer/oracle"
)

// TestClockChanges is the table of docs/dialects.md: what schedulers do in Berlin's gap (29 March 2026, 02 → 03) and fold
// (25 October 2026, 03 → 02).
func TestClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	half := func(w oracle.Wall) bool { return w.Hour == 2 && w.Minute == 30 }
	halves := func(w oracle.Wall) bool { return w.Hour == 2 && w.Minute%30 == 0 }
	hourly := func(w oracle.Wall) bool { return (w.Hour == 2 || w.Hour == 3) && w.Minute == 30 }
	gap, fold := time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		clock oracle.Clock
		fixed bool
		match func(oracle.Wall) bool
		from  time.Time
		want  []string // UTC
	}{
		{"cron, fixed, gap", oracle.Debian, true, half, gap, []string{"01:00"}},
		{"cron, pace, gap", oracle.Debian, false, halves, gap, nil},
		{"cron, fixed, fold", oracle.Debian, true, half, fold, []string{"00:30"}},
		{"cron, pace, fold", oracle.Debian, false, halves, fold, []string{"00:00", "00:30", "01:00", "01:30"}},
		{"cron, hourly, fold", oracle.Debian, false, hourly, fold, []string{"00:30", "01:30", "02:30"}},
		{"systemd, gap", oracle.FirstPass, false, half, gap, nil},
		{"systemd, fold", oracle.FirstPass, false, halves, fold, []string{"00:00", "00:30"}},
		{"systemd, hourly, fold", oracle.FirstPass, false, hourly, fold, []string{"00:30", "02:30"}},
		{"Quartz, gap", oracle.SecondPass, false, half, gap, nil},
		{"Quartz, fold", oracle.SecondPass, false, halves, fold, []string{"01:00", "01:30"}},
		{"Quartz, hourly, fold", oracle.SecondPass, false, hourly, fold, []string{"01:30", "02:30"}},
		{"Hermes, gap", oracle.Forward, false, half, gap, []string{"01:30"}},
		{"Hermes, halves, gap", oracle.Forward, false, halves, gap, []string{"01:00"}},
		{"Hermes, hourly, gap", oracle.Forward, false, hourly, gap, []string{"01:30"}},
		{"Hermes, hourly, fold", oracle.Forward, false, hourly, fold, []string{"00:30", "02:30"}},
		{"robfig, gap", oracle.Follow, false, half, gap, nil},
		{"robfig, fold", oracle.Follow, false, half, fold, []string{"00:30", "01:30"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := oracle.Rule{Zone: berlin, Clock: tt.clock, Fixed: tt.fixed, Match: tt.match}
			var got []string
			for _, at := range r.Slots(tt.from, tt.from.Add(8*time.Hour)) {
				got = append(got, at.Format("15:04"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestSeconds pins that a minute has the seconds that a rule names, and that both ends are kept.
func TestSeconds(t *testing.T) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	r := oracle.Rule{Clock: oracle.Follow, Match: func(oracle.Wall) bool { return true }, Seconds: []int{0, 20, 40}}
	if got := r.Slots(from, from.Add(time.Minute)); len(got) != 3 || got[0] != from.Add(20*time.Second) || got[2] != from.Add(time.Minute) {
		t.Errorf("got %v", got)
	}
}
