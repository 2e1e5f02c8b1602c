package scheduler_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"curfew/messages"
	"curfew/scheduler"
)

var (
	oracleSeed  = flag.Uint64("oracle.seed", 20270101, "seed of the cases that Next and the oracle are compared on; 0: a random one")
	oracleCases = flag.Int("oracle.cases", 20_000, "how many cases; .ci/run takes 210,000")
)

// The zones: shifts of an hour and of half an hour, at midnight, in Ramadan, over the date line, and none.
var oracleZones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "America/Santiago",
	"America/Havana", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
	"America/St_Johns", "Asia/Tehran",
}

// A generator makes expressions over the whole dialect, but for what depends on the job's name.
type generator struct{ *rand.Rand }

func (g generator) of(texts ...string) string { return texts[g.IntN(len(texts))] }
func (g generator) in(lo, hi int) int         { return lo + g.IntN(hi-lo+1) }
func (g generator) num(lo, hi int) string     { return fmt.Sprint(g.in(lo, hi)) }

// field is a list of one to three items of a field without special days.
func (g generator) field(lo, hi int, wrap bool) string {
	var items []string
	for range g.in(1, 1+g.IntN(3)) {
		a, b := g.in(lo, hi), g.in(lo, hi)
		if !wrap && a > b {
			a, b = b, a
		}
		items = append(items, g.of(
			g.num(lo, hi), g.num(lo, hi), fmt.Sprint(a, "-", b), fmt.Sprint(a, "-", b, "/", g.in(1, 9)), fmt.Sprint("*/", g.in(1, 20)),
			fmt.Sprint(a, "/", g.in(1, 9)), "*", "?",
		))
	}
	return strings.ReplaceAll(strings.Join(items, ","), " ", "")
}

func (g generator) expr() string {
	day := g.of("*", "*", "*", "?", g.field(1, 31, true), g.field(1, 31, true),
		g.of("L", "LW", fmt.Sprint("L-", g.in(0, 30)), g.num(1, 31)+"W", "31W", "l,15"))
	week := g.of("*", "*", "*", "?", g.field(0, 6, true), g.of("FRI-MON", "mon-fri", "5-7", "7", "6-0", "7-2", "sun,WED", "5-7/2", "7/2"),
		g.of(g.num(0, 7)+"L", "FRIL", "MON#"+g.num(1, 5), g.num(0, 7)+"#"+g.num(1, 5)+",SAT"))
	minute := g.of("*", "*/"+g.num(1, 59), "0", "30", g.field(0, 59, true))
	hour := g.of("*", "*/"+g.num(1, 23), g.num(0, 3), g.num(0, 3), g.num(0, 23), g.field(0, 23, true))
	month := g.of("*", "*", "*", g.field(1, 12, true), g.of("jan-jun", "NOV-FEB", "mar,Oct"))
	text := strings.Join([]string{minute, hour, day, month, week}, " ")
	if g.IntN(4) == 0 {
		text = g.of("0", "*", "*/20", g.field(0, 59, true)) + " " + text
		if g.IntN(2) == 0 {
			text += " " + g.of("*", "*/2", "2000-2060", g.num(1970, 2225), "2020-2100/4")
		}
	}
	return text
}

// start is near a change of the zone's clock in half of the cases.
func (g generator) start(zone *time.Location) time.Time {
	at := time.Unix(int64(g.in(-1262304000, 4102444800)), 0) // 1930 … 2099
	if _, end := at.In(zone).ZoneBounds(); g.IntN(2) == 0 && !end.IsZero() && end.Unix() < 4102444800 {
		at = end.Add(time.Duration(g.in(-30*3600, 30*3600)) * time.Second)
	}
	return at.UTC()
}

const (
	oracleDays = 3  // that the oracle looks ahead
	perWindow  = 25 // expressions tried on the same minutes
	slotsPer   = 3  // compared a case
)

// TestNextAgainstTheOracle compares Next, slot by slot, with a scan of every minute.
func TestNextAgainstTheOracle(t *testing.T) {
	cases, seed := *oracleCases, *oracleSeed
	if seed == 0 {
		seed = rand.Uint64()
		t.Logf("-oracle.seed=%d", seed)
	}
	for i, name := range oracleZones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			g := generator{rand.New(rand.NewPCG(seed, uint64(i)))}
			compared := 0
			for compared < (cases+len(oracleZones)-1)/len(oracleZones) {
				start := g.start(zone)
				ms, ok := window(zone, start, oracleDays)
				for n := 0; ok && n < perWindow; n++ {
					compared += compare(t, g, name, ms, start)
				}
				if t.Failed() {
					return
				}
			}
			t.Logf("%d cases", compared)
		})
	}
}

// compare is one case; 0 if the expression can never match.
func compare(t *testing.T, g generator, zone string, ms []moment, start time.Time) int {
	expr, dst := g.expr(), g.of("vixie", "vixie", "vixie", "skip", "run_both")
	s, err := scheduler.Parse(scheduler.Spec{Expr: expr, Timezone: zone, DST: messages.DST(dst)})
	if err != nil {
		if !strings.Contains(err.Error(), "never: no date") {
			t.Errorf("%s: %v", expr, err)
		}
		return 0
	}
	from, end := start, ms[len(ms)-1].at.Add(time.Minute)
	want := newOracle(expr, dst).slots(ms, start, slotsPer)
	for i := range slotsPer {
		got, ok := s.Next(from)
		switch {
		case i < len(want) && (!ok || !got.Equal(want[i])):
			t.Errorf("%q %s %s, slot %d after %s: %v, the oracle has %s", expr, zone, dst, i+1, start, got, want[i])
			return 1
		case i >= len(want) && ok && got.Before(end):
			t.Errorf("%q %s %s, slot %d after %s: %v, the oracle has none until %s", expr, zone, dst, i+1, start, got, end)
			return 1
		case !ok || i >= len(want):
			return 1
		}
		from = got
	}
	return 1
}

// TestSparseDatesAgainstTheOracle compares dates that are years apart, day by day, up to 400 years ahead.
func TestSparseDatesAgainstTheOracle(t *testing.T) {
	for _, expr := range []string{
		"0 0 29 2 */7", "0 0 29 2 *", "0 0 ?/28 2 MON", "0 0 L-30 * *", "0 0 L-28 2 *", "0 0 31W 5 *", "0 0 1W 1 *", "0 0 LW 2 *",
		"0 0 * 2 SUN#5", "0 0 * 2 5L", "0 0 29,L 2 ?", "0 0 0 29 2 * 2100-2120", "0 0 0 1 1 ? 2225",
	} {
		s, err := scheduler.Parse(scheduler.Spec{Expr: expr})
		if err != nil {
			t.Fatal(err)
		}
		o := newOracle(expr, "vixie")
		from := time.Date(2071, 3, 1, 0, 0, 0, 0, time.UTC)
		day, found := from, 0
		for ; day.Year() < 2471 && found < 12; day = day.AddDate(0, 0, 1) {
			if !day.After(from) || !o.date(day) {
				continue
			}
			found++
			if got, ok := s.Next(from); !ok || !got.Equal(day) {
				t.Fatalf("%s after %s: %v, the oracle has %s", expr, from, got, day)
			}
			from = day
		}
		if found == 0 {
			t.Errorf("%s: the oracle finds nothing", expr)
		}
		if got, ok := s.Next(from); ok && got.Before(day) && found < 12 {
			t.Errorf("%s after %s: %v, the oracle has none", expr, from, got)
		}
	}
}
