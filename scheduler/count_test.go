package scheduler

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// TestCountAgainstNext compares the computed number of slots with a walk over them.
func TestCountAgainstNext(t *testing.T) {
	g := rand.New(rand.NewPCG(7, 8))
	of := func(texts ...string) string { return texts[g.IntN(len(texts))] }
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Beirut"}
	counted := 0
	for range 1500 {
		spec := messages.Timetable{
			Schedule: strings.Join([]string{
				of("0", "0", "30", "*/20", "5-7"), of("0", "30", "*", "*/10", "7,50-59"), of("*", "2", "0,1,2,3", "*/3", "0-2", "23"),
				of("*", "*", "13", "L", "1-7", "15W", "*/2"), of("*", "*", "3,10", "*/2"), of("*", "*", "0", "MON-FRI", "SUN#2", "7L"),
			}, " "),
			Timezone: zones[g.IntN(len(zones))], DST: messages.DST(of("", "skip", "run_both", "first_pass")), Days: messages.Days(of("", "and")),
		}
		if g.IntN(3) == 0 {
			spec.Schedule += " " + of("2000-2030", "2011,2026", "*/2")
			spec.Exclude, spec.Splay = []string{"2026-03-29", "2011-12-29", "2026-03-08"}, messages.Duration(time.Hour)
			spec.Start, spec.End = messages.At(at(t, "2010-01-01T12:00:00Z")), messages.At(at(t, "2028-03-26T01:30:00.5Z"))
		}
		if g.IntN(3) == 0 {
			spec.ActiveHours = &messages.ActiveHours{Start: of("00:00", "01:30", "22:15"), End: of("02:30", "03:00", "23:59")}
		}
		s, err := Parse(spec, "a")
		if err != nil {
			continue
		}
		after := time.Unix(g.Int64N(2_500_000_000)-200_000_000, 0)
		until := after.Add(time.Duration(g.Int64N(int64(time.Duration(1+g.IntN(200*24)) * time.Hour))))
		want := 0
		for next, ok := s.Next(after); ok && !next.After(until) && want < 20_000; next, ok = s.Next(next) {
			want++
		}
		if want == 20_000 {
			continue
		}
		counted += want
		if got := s.count(after, until); got != want {
			t.Fatalf("%+v in (%v, %v]: counted %d, Next names %d", spec, after.UTC(), until.UTC(), got, want)
		}
	}
	if counted < 100_000 {
		t.Errorf("%d slots only", counted)
	}
}
