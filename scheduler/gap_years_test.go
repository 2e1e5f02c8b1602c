package scheduler

import (
	"math/rand/v2"
	"testing"
	"time"

	"curfew/messages"
)

// inGaps are rules whose dates fall into gaps for decades, or for ever.
var inGaps = []struct {
	expr, zone string
	dst        messages.DST
}{
	{"*/30 2 * 3 SUN#2", "America/New_York", ""},
	{"30 2 * 3 SUN#2", "America/New_York", messages.DSTSkip},
	{"*/30 2 * 3 7L", "Europe/Berlin", ""},
	{"*/30 2 * 3 7L,SUN#2", "Europe/Berlin", ""},
	{"*/30 2 10 3 *", "America/New_York", ""},
	{"*/30 2 8,9,10,11,12,13,14 3 *", "America/New_York", ""},
	{"0 */30 2 * 3 SUN#2 2000-2225", "America/New_York", ""},
	{"*/15 2 * 10 SUN#1", "Australia/Lord_Howe", ""},
	{"* 0 * 9 SUN#2", "America/Santiago", ""},
	{"30 2 * 3 7L", "Europe/Berlin", ""},
}

func gapRule(t *testing.T, i int, exclude ...string) *rule {
	t.Helper()
	c := inGaps[i]
	s, err := Parse(messages.Timetable{Schedule: c.expr, Timezone: c.zone, DST: c.dst, Exclude: exclude}, "")
	if err != nil {
		t.Fatal(err)
	}
	return &s.rules[0]
}

// TestSiftChangesNoSlot compares the search over the years that are left with the search over all.
func TestSiftChangesNoSlot(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 2))
	for i, c := range inGaps {
		for _, exclude := range [][]string{nil, {"2027-03-14", "2027-03-21", "2040-03-10"}} {
			r := gapRule(t, i, exclude...)
			for range 300 {
				after := g.Int64N(300*365*secondsOfDay) - 60*365*secondsOfDay // 1910 … 2209
				want, ok, gaveUp := r.search(&r.cron, after, 1<<12)
				if got, found := r.nextCron(after); found != ok || got != want {
					t.Fatalf("%q %s after %v: %v %v, the search over all years (given up: %v) has %v %v",
						c.expr, c.zone, time.Unix(after, 0).UTC(), time.Unix(got, 0).UTC(), found, gaveUp, time.Unix(want, 0).UTC(), ok)
				}
			}
		}
	}
}

// TestGapsAreNotSearchedOneByOne bounds the work of a search, whatever its answer.
func TestGapsAreNotSearchedOneByOne(t *testing.T) {
	const enough = 2 * siftAfter
	for i, c := range inGaps {
		r := gapRule(t, i)
		for y := 1900; y < 2400; y += 7 {
			if _, _, gaveUp := r.search(r.dates(), dayNumber(y)*secondsOfDay, enough); gaveUp {
				t.Fatalf("%q %s: more than %d stretches from %d on", c.expr, c.zone, enough, y)
			}
		}
	}
	if r := gapRule(t, 0); r.sifted == nil {
		t.Error("the second Sunday in March at two is not sifted")
	}
	if r := gapRule(t, len(inGaps)-1); r.sifted != nil {
		t.Error("what is made up for is sifted")
	}
}

// TestEveryInHoursAgainstTheMultiples compares the computed multiple with a walk over all of them.
func TestEveryInHoursAgainstTheMultiples(t *testing.T) {
	g := rand.New(rand.NewPCG(3, 4))
	zones := []string{"UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"}
	for range 400 {
		zone := zones[g.IntN(len(zones))]
		spec := messages.Timetable{
			Timezone: zone, Exclude: []string{"2026-03-28", "2026-03-29", "2026-03-30", "2011-12-29"},
			Schedule:    "every " + (time.Duration(1+g.IntN(3*secondsOfDay)) * time.Second).String(),
			ActiveHours: &messages.ActiveHours{Start: clockOf(g.Int64N(1440) * 60), End: clockOf(g.Int64N(1440) * 60)},
		}
		s, err := Parse(spec, "backup")
		if err != nil {
			continue // never in these hours
		}
		r := &s.rules[0]
		for range 10 {
			after := g.Int64N(100*365*secondsOfDay) - 10*365*secondsOfDay
			got, ok := r.nextEvery(after)
			n := 0
			for want := r.multiple(after + 1); n < 20_000; want = r.multiple(want + 1) {
				n++
				if local := want + r.zone.at(want).offset; r.active.wait(local) > 0 || r.on(local) {
					continue
				}
				if !ok || got != want {
					t.Fatalf("%s %s %v after %d: %d %v, want %d", spec.Schedule, zone, spec.ActiveHours, after, got, ok, want)
				}
				break
			}
		}
	}
}

// TestEverySparse is an interval whose slots creep through the day for years until they reach the hours.
func TestEverySparse(t *testing.T) {
	for _, expr := range []string{"every 24h0m20s", "every 24h0m1s", "every 48h0m1s"} {
		r := &mustParse(t, expr, "Europe/Berlin", "00:10-00:10").rules[0]
		after := at(t, "2026-03-07T12:34:56Z").Unix()
		want := r.multiple(after + 1)
		for r.active.wait(want+r.zone.at(want).offset) > 0 {
			want += r.every
		}
		if got, ok := r.nextEvery(after); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", expr, time.Unix(got, 0).UTC(), ok, time.Unix(want, 0).UTC())
		}
	}
}
