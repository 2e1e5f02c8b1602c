package scheduler_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync/atomic"
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

// changes are the instants from 1930 to 2099 at which the zone's offset really changes: bounds of ZoneBounds need not
// be any, and past 2037 they may even lie before the instant asked about.
func changes(zone *time.Location) (found []time.Time) {
	offset := func(t time.Time) int { _, o := t.In(zone).Zone(); return o }
	for at := time.Unix(oracleFrom, 0); at.Unix() < oracleTo; {
		_, end := at.In(zone).ZoneBounds()
		switch {
		case end.IsZero():
			return found
		case !end.After(at):
			at = at.Add(24 * time.Hour)
			continue
		case offset(end.Add(-time.Second)) != offset(end):
			found = append(found, end.UTC())
		}
		at = end
	}
	return found
}

// The span of the starts, 1930 … 2099.
const oracleFrom, oracleTo = -1262304000, 4102444800

// start is anywhere in a quarter of the cases, and else shortly before a change of the zone's clock, if it has any:
// from a second to 30 hours, each order of magnitude as often as the next, so that both rare and frequent slots get
// across.
func (g generator) start(changes []time.Time) (at, change time.Time) {
	if len(changes) == 0 || g.IntN(4) == 0 {
		return time.Unix(int64(g.in(oracleFrom, oracleTo)), 0).UTC(), time.Time{}
	}
	change = changes[g.IntN(len(changes))]
	const longest = 30 * 3600
	before := math.Exp(g.Float64() * math.Log(longest))
	return change.Add(-time.Duration(before) * time.Second).UTC(), change
}

const (
	oracleDays = 3   // that the oracle looks ahead
	perWindow  = 25  // expressions tried on the same minutes
	slotsPer   = 3   // compared a case, and as many behind a change
	maxSlots   = 400 // compared a case on the way to a change
)

// A tally counts cases, and those in which the offset changes behind the start and before the last slot compared.
type tally struct{ cases, across atomic.Int64 }

// TestNextAgainstTheOracle compares Next, slot by slot, with a scan of every minute.
func TestNextAgainstTheOracle(t *testing.T) {
	cases, seed := *oracleCases, *oracleSeed
	if seed == 0 {
		seed = rand.Uint64()
		t.Logf("-oracle.seed=%d", seed)
	}
	var all tally
	t.Run("zones", func(t *testing.T) {
		for i, name := range oracleZones {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				g := generator{rand.New(rand.NewPCG(seed, uint64(i)))}
				compareZone(t, g, name, int64((cases+len(oracleZones)-1)/len(oracleZones)), &all)
			})
		}
	})
	share := 100 * float64(all.across.Load()) / float64(all.cases.Load())
	t.Logf("%d cases, a change of the offset within %.1f %% of them", all.cases.Load(), share)
	if share < 50 && !t.Failed() {
		t.Errorf("a change of the offset lies within %.1f %% of the cases only; at least half are promised", share)
	}
}

func compareZone(t *testing.T, g generator, name string, cases int64, all *tally) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	known := changes(zone)
	var here tally
	for here.cases.Load() < cases && !t.Failed() {
		start, change := g.start(known)
		ms, ok := window(zone, start, oracleDays)
		for n := 0; ok && n < perWindow; n++ {
			compare(t, g, name, ms, start, change, &here)
		}
	}
	all.cases.Add(here.cases.Load())
	all.across.Add(here.across.Load())
	t.Logf("%d cases, %d across a change", here.cases.Load(), here.across.Load())
}

// compare is one case, unless the expression can never match: the first slots behind the start, and if a change of the
// offset is near, those up to it and the first ones behind.
func compare(t *testing.T, g generator, zone string, ms []moment, start, change time.Time, count *tally) {
	expr, days, dst := g.expr(), g.of("", "or", "and"), g.of("vixie", "vixie", "first_pass", "first_pass", "skip", "run_both")
	s, err := scheduler.Parse(messages.Timetable{Schedule: expr, Timezone: zone, Days: messages.Days(days), DST: messages.DST(dst)}, "")
	if err != nil {
		if !strings.Contains(err.Error(), "never: no date") {
			t.Errorf("%s: %v", expr, err)
		}
		return
	}
	count.cases.Add(1)
	from, end := start, ms[len(ms)-1].at.Add(time.Minute)
	want := newOracle(expr, days, dst).slots(ms, start, maxSlots)
	behind := 0
	for i := 0; behind < slotsPer && i < maxSlots; i++ {
		got, ok := s.Next(from)
		switch {
		case i < len(want) && (!ok || !got.Equal(want[i])):
			t.Errorf("%q %s %s %s, slot %d after %s: %v, the oracle has %s", expr, zone, days, dst, i+1, start, got, want[i])
			return
		case i >= len(want) && ok && got.Before(end):
			t.Errorf("%q %s %s %s, slot %d after %s: %v, the oracle has none until %s", expr, zone, days, dst, i+1, start, got, end)
			return
		case i >= len(want):
			got = end // none is a comparison of all the minutes that there are
			behind = slotsPer
		}
		if from = got; !got.Before(change) {
			behind++
		}
	}
	if !change.IsZero() && !from.Before(change) {
		count.across.Add(1)
	}
}

// TestSparseDatesAgainstTheOracle compares dates that are years apart, day by day, up to 400 years ahead.
func TestSparseDatesAgainstTheOracle(t *testing.T) {
	for _, c := range []struct{ expr, days string }{
		{"0 0 29 2 */7", ""},
		{"0 0 29 2 *", ""},
		{"0 0 ?/28 2 MON", ""},
		{"0 0 L-30 * *", ""},
		{"0 0 L-28 2 *", ""},
		{"0 0 31W 5 *", ""},
		{"0 0 1W 1 *", ""},
		{"0 0 LW 2 *", ""},
		{"0 0 * 2 SUN#5", ""},
		{"0 0 * 2 5L", ""},
		{"0 0 29,L 2 ?", ""},
		{"0 0 0 29 2 * 2100-2120", ""},
		{"0 0 0 1 1 ? 2225", ""},
		{"0 0 13 * FRI", "and"},
		{"0 0 1-7 * MON", "and"},
		{"0 0 29 2 SUN", "and"},
		{"0 0 31 5 MON#5", "and"},
		{"0 0 29 2 FRIL", "and"},
		{"0 0 0 31 12 0 2040-2100", "and"},
	} {
		expr := c.expr
		s, err := scheduler.Parse(messages.Timetable{Schedule: expr, Days: messages.Days(c.days)}, "")
		if err != nil {
			t.Fatal(err)
		}
		o := newOracle(expr, c.days, "vixie")
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
