// Package bench measures Curfew beside its peers. It is a module of its own, so that they are no
// dependency of the product.
package bench

import (
	"testing"
	"time"

	"github.com/adhocore/gronx"
	"github.com/robfig/cron/v3"

	"curfew/messages"
	"curfew/scheduler"
)

var expressions = []struct{ name, expr string }{
	{"minute", "* * * * *"},
	{"5min", "*/5 * * * *"},
	{"weekday9", "0 9 * * 1-5"},
	{"daily", "30 2 * * *"},
	{"monthly", "0 0 1 * *"},
	{"yearly", "0 0 1 1 *"},
	{"leap-day", "0 0 29 2 *"},
}

// sparse is what only Curfew answers: the others give up, or read it differently.
var sparse = []struct {
	name  string
	spec  messages.Timetable
	never bool
}{
	{name: "leap-sunday", spec: messages.Timetable{Schedule: "0 0 29 2 */7"}},
	{name: "fifth-sunday-february", spec: messages.Timetable{Schedule: "0 0 * 2 SUN#5"}},
	{name: "last-year", spec: messages.Timetable{Schedule: "0 0 0 1 1 * 2225"}},
	{name: "only-in-gaps", spec: messages.Timetable{Schedule: "*/30 2 * 3 SUN#2"}, never: true},
	{name: "only-in-gaps-skip", spec: messages.Timetable{Schedule: "30 2 * 3 SUN#2", DST: messages.DSTSkip}, never: true},
	{name: "only-in-gaps-berlin", spec: messages.Timetable{Schedule: "*/30 2 * 3 7L", Timezone: "Europe/Berlin"}, never: true},
	{name: "mostly-in-gaps", spec: messages.Timetable{Schedule: "*/30 2 10 3 *"}},
	{name: "every-24h0m20s-in-a-minute", spec: messages.Timetable{Schedule: "every 24h0m20s", ActiveHours: &minute}},
	{name: "every-24h0m1s-in-a-minute", spec: messages.Timetable{Schedule: "every 24h0m1s", ActiveHours: &minute}},
	{name: "every-8784h-in-hours", spec: messages.Timetable{Schedule: "every 8784h", ActiveHours: &messages.ActiveHours{Start: "19:30", End: "20:30"}}},
}

var minute = messages.ActiveHours{Start: "00:10", End: "00:10"}

var zones = []string{"America/New_York", "Europe/Berlin"}

func from(b *testing.B, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		b.Fatal(err)
	}
	return time.Date(2026, 3, 7, 12, 34, 56, 0, loc)
}

// walk takes slot after slot, from the start again before the zone tables end (2037), behind which the peers are far slower.
func walk(b *testing.B, start time.Time, next func(time.Time) time.Time) {
	b.ReportAllocs()
	at := start
	for b.Loop() {
		if at = next(at); at.Year() > 2035 || at.IsZero() {
			at = start
		}
	}
}

// BenchmarkNext is one call of Next, by library, zone and expression.
func BenchmarkNext(b *testing.B) {
	for _, zone := range zones {
		for _, e := range expressions {
			start := from(b, zone)
			b.Run("curfew/"+zone+"/"+e.name, func(b *testing.B) {
				s, err := scheduler.Parse(messages.Timetable{Schedule: e.expr, Timezone: zone}, "")
				if err != nil {
					b.Fatal(err)
				}
				walk(b, start, func(t time.Time) time.Time { next, _ := s.Next(t); return next })
			})
			b.Run("robfig/"+zone+"/"+e.name, func(b *testing.B) {
				s, err := cron.ParseStandard("CRON_TZ=" + zone + " " + e.expr)
				if err != nil {
					b.Fatal(err)
				}
				walk(b, start, s.Next)
			})
			b.Run("gronx/"+zone+"/"+e.name, func(b *testing.B) {
				walk(b, start, func(t time.Time) time.Time { next, _ := gronx.NextTickAfter(e.expr, t, false); return next })
			})
		}
	}
}

// BenchmarkSparse is Next where the next slot is decades away, or there is none.
func BenchmarkSparse(b *testing.B) {
	for _, e := range sparse {
		b.Run("curfew/"+e.name, func(b *testing.B) {
			if e.spec.Timezone == "" {
				e.spec.Timezone = zones[0]
			}
			s, err := scheduler.Parse(e.spec, "")
			if err != nil {
				b.Fatal(err)
			}
			start := from(b, zones[0])
			if _, ok := s.Next(start); ok == e.never {
				b.Fatalf("found: %v", ok)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Next(start)
			}
		})
	}
}
