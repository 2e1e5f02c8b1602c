package draw_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/internal/web/draw"
)

var noon = time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)

// span is 24 hours back and ahead.
func span(now time.Time) draw.Scale {
	return draw.Scale{From: now.Add(-24 * time.Hour), To: now.Add(24 * time.Hour)}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestAxis: ticks are hours of the clock in the zone, whatever the clock does.
func TestAxis(t *testing.T) {
	for _, tt := range []struct {
		zone string
		now  time.Time
		want string
	}{
		{"UTC", noon, "12.5%=18:00 25%=Fri 15 37.5%=06:00 50%=12:00 62.5%=18:00 75%=Sat 16 87.5%=06:00"},
		{"Asia/Kathmandu", noon, "13.02%=Fri 15 25.52%=06:00 38.02%=12:00 50.52%=18:00 63.02%=Sat 16 75.52%=06:00 88.02%=12:00"},
		{"Europe/Vienna", time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC), // the clock is set forward half an hour before
			"7.29%=06:00 19.79%=12:00 32.29%=18:00 44.79%=Sun 28 55.21%=06:00 67.71%=12:00 80.21%=18:00 92.71%=Mon 29"},
		{"America/New_York", time.Date(2027, 11, 7, 12, 0, 0, 0, time.UTC), // the clock was set back in the morning
			"8.33%=12:00 20.83%=18:00 33.33%=Sun 7 47.92%=06:00 60.42%=12:00 72.92%=18:00 85.42%=Mon 8"},
	} {
		var got []string
		for _, tick := range draw.Axis(span(tt.now), zone(t, tt.zone)) {
			got = append(got, tick.X+"="+tick.Label)
			if (tick.Class == "day") != !strings.Contains(tick.Label, ":") {
				t.Errorf("%s: %+v", tt.zone, tick)
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.zone, s, tt.want)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, tt := range []struct {
		zone string
		now  time.Time
		want string
	}{
		{"UTC", noon, "[]"},
		{"Europe/Vienna", noon, "[]"},
		{"Europe/Vienna", time.Date(2027, 3, 28, 3, 0, 0, 0, time.UTC), "[2027-03-28T01:00:00Z 1h0m0s]"},
		{"Europe/Vienna", time.Date(2027, 10, 31, 3, 0, 0, 0, time.UTC), "[2027-10-31T01:00:00Z -1h0m0s]"},
		{"Australia/Lord_Howe", time.Date(2027, 4, 3, 20, 0, 0, 0, time.UTC), "[2027-04-03T15:00:00Z -30m0s]"},
	} {
		got := []string{}
		for _, s := range draw.Steps(span(tt.now), zone(t, tt.zone)) {
			got = append(got, s.At.UTC().Format(time.RFC3339)+" "+s.By.String())
		}
		if s := fmt.Sprint(got); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.zone, s, tt.want)
		}
	}
}

func bar(from, to time.Duration, class string) draw.Bar {
	return draw.Bar{From: noon.Add(from), To: noon.Add(to), Class: class, Title: "one", Link: "/one"}
}

// show is a strip in a line.
func show(s draw.Strip) string {
	var out []string
	for _, part := range []struct {
		name  string
		boxes []draw.Box
	}{{"shade", s.Shades}, {"bar", s.Bars}, {"slot", s.Slots}, {"band", s.Bands}} {
		for _, b := range part.boxes {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s+%s %s %s", part.name, b.X, b.Width, b.Class, b.Title)))
		}
	}
	return strings.Join(out, ", ")
}

func TestRow(t *testing.T) {
	many := func(n int, class string, _, _ time.Time) (string, string) { return fmt.Sprint(n, " ", class), "/many" }
	alone := bar(-2*time.Hour, -2*time.Hour, "failed")
	alone.Alone = true
	for name, tt := range map[string]struct {
		row  draw.Row
		want string
	}{
		"nothing":      {draw.Row{}, ""},
		"a run":        {draw.Row{Bars: []draw.Bar{bar(-12*time.Hour, -6*time.Hour, "good")}}, "bar 25%+12.5% good one"},
		"no time":      {draw.Row{Bars: []draw.Bar{bar(-12*time.Hour, -12*time.Hour, "good")}}, "bar 25%+0% good one"},
		"cut":          {draw.Row{Bars: []draw.Bar{bar(-30*time.Hour, -12*time.Hour, "good"), bar(-30*time.Hour, -25*time.Hour, "good")}}, "bar 0%+25% good one"},
		"one of many":  {draw.Row{Many: many, Bars: []draw.Bar{bar(-10*time.Hour, -9*time.Hour, "good"), bar(-9*time.Hour+time.Minute, -8*time.Hour, "good"), bar(-7*time.Hour, -7*time.Hour, "good")}}, "bar 29.17%+4.17% good 2 good, bar 35.42%+0% good one"},
		"not alike":    {draw.Row{Many: many, Bars: []draw.Bar{bar(-10*time.Hour, -9*time.Hour, "good"), bar(-9*time.Hour, -8*time.Hour, "bad")}}, "bar 29.17%+2.08% good one, bar 31.25%+2.08% bad one"},
		"alone":        {draw.Row{Many: many, Bars: []draw.Bar{alone, alone}}, "bar 45.83%+0% failed one, bar 45.83%+0% failed one"},
		"slots":        {draw.Row{Slots: []time.Time{noon.Add(time.Second), noon.Add(2 * time.Second), noon.Add(12 * time.Hour), noon.Add(24 * time.Hour)}, Slot: func(time.Time) string { return "then" }}, "slot 50%+ slot then, slot 75%+ slot then"},
		"bands":        {draw.Row{Bands: []draw.Stretch{{From: noon, To: noon.Add(48 * time.Hour), Class: "band"}}}, "band 50%+50% band"},
		"outages":      {draw.Row{Shades: []draw.Stretch{{From: noon.Add(-time.Hour), To: noon, Class: "closed", Title: "401"}, {From: noon.Add(-90 * time.Hour), To: noon.Add(-80 * time.Hour), Class: "closed"}}}, "shade 47.92%+2.08% closed 401"},
		"not known":    {draw.Row{Unknown: noon.Add(-12 * time.Hour)}, "shade 0%+25% unknown"},
		"known before": {draw.Row{Unknown: noon.Add(-48 * time.Hour)}, ""},
	} {
		if got := show(tt.row.Draw(span(noon))); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
}

// TestRowIsBounded: a job that runs every second fills no page.
func TestRowIsBounded(t *testing.T) {
	var row draw.Row
	for i := range 24 * 60 * 60 {
		row.Bars = append(row.Bars, bar(time.Duration(i-86400)*time.Second, time.Duration(i-86400)*time.Second, "good"))
		row.Slots = append(row.Slots, noon.Add(time.Duration(i)*time.Second))
	}
	for i := range 24 * 4 {
		row.Bars = append(row.Bars, bar(time.Duration(i)*15*time.Minute, time.Duration(i)*15*time.Minute, "good"))
	}
	s := row.Draw(span(noon))
	if len(s.Bars) > 1 || len(s.Slots) > 90 {
		t.Errorf("%d bars, %d slots", len(s.Bars), len(s.Slots))
	}
}

func TestEmptyScale(t *testing.T) {
	s := draw.Scale{From: noon, To: noon}
	if x := s.X(noon); x != "0%" || len(draw.Axis(s, time.UTC)) != 0 {
		t.Error(x)
	}
}

func TestColumns(t *testing.T) {
	got := fmt.Sprint(draw.Columns([][]int{{0, 0}, {30, 10}, {1, 0}}, 100))
	want := "[{4.67% 24% 16.67% [{100.0 0.0} {100.0 0.0}]} {38% 24% 50% [{25.0 75.0} {0.0 25.0}]} {71.33% 24% 83.33% [{97.5 2.5} {97.5 0.0}]}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if all := draw.Columns(nil, 10); len(all) != 0 {
		t.Error(all)
	}
	huge := draw.Columns([][]int{{1 << 60, 1 << 60}, {1, 1}}, 10)
	if huge[1].Parts[0].Height != "1.0" {
		t.Errorf("%v", huge)
	}
}
