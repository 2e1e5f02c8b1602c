package oracle

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer"
)

var (
	seed   = flag.Uint64("seed", 13, "with -cron: of the random expressions")
	random = flag.Int("expressions", 120, "with -cron: how many random expressions")
)

// begin is where the comparisons begin.
var begin = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// expressions are those of docs/dialects.md. The second half is what cron reads in a way of its own, or refuses.
var expressions = strings.Split(strings.TrimSpace(`
0 0 * * *|@daily|@midnight|@weekly|@monthly|@yearly|@annually|@hourly|0 12 * * *|30 2 * * *|15 2 * * *|0 3 * * *
*/30 2 * * *|0,30 2 * * *|30 1-3 * * *|0 0-23/3 * * *|30 */2 * * *|45 * * * *|*/15 * * * *|*/7 1-3 * * SUN|5-55/10 * * * *
0 12 13 * 5|0 12 1-7 * 1|0 12 */2 * 1|0 12 * * */2|0 12 1-31 * 1|0 12 13 * 0-6|0 12 * * 0,7|0 2 * * 7|0 12 * * 1-7/3|0 12 * * MON-FRI
30 2 29 3 *|0 12 29 2 *|0 0 31 * *|59 23 31 12 *|0 0 1 JAN *|0 12 * jan,Feb *|09,39 8 * * *|*/61 * * * *|*/60 * * * *|0 */25 * * *|0 12 30 2 1
0	12  * * 0,7|57 0 * * 0|0 */12 * * *|0 22 * * 1-5|23 0-23/2 * * *|00 20 1-7 * *
0 22-2 * * *|50-10 * * * *|0 12 * * 5-1|0 12 * * FRI-MON|0 12 * * SAT-SUN|0 12 * * 6-0|0 12 * * 7-2|0 12 1 NOV-FEB *|0 12 2-1 * *
0 22-2 * * FRI-MON|0 12 * * 5#2|0 12 * * FRI#2|0 12 * * 5#-1|0 12 * * 5#2,1|0~59 12 * * *|0.5 12 * * *|*/1;x 12 * * *|*/2.5 12 * * *
*5 12 * * *|0 12:30 * * *|0 12 * * mon;|0 1.. * * *|0 12 31 6 *|0 12 30 2 *|0 12 31 2,4,6,9,11 *|0 12 2-1 * 1|0 12 2-1 * 5-1
5/15 * * * *|0 12 ? * *|? * * * *|H 12 * * *|0 12 L * *|0 12 LW * *|0 12 15W * *|0 12 * * 5L|0 12 L-3 * *|@every 5m|@DAILY|@minutely
60 * * * *|* 24 * * *|* * 0 * *|* * 32 * *|* * * 0 *|* * * 13 *|* * * * 8|*/0 * * * *|- 12 * * *|0 12 * * monday|export A=b|0 0 12 * * *
1,,2 12 * * *|1, 12 * * *|1- 12 * * *|1-2-3 12 * * *|*-5 12 * * *|1/ 12 * * *|, 12 * * *|0x1 12 * * *|+1 12 * * *|1-5/0 12 * * *|*,*/5 12 * * *
`), "\n")

// texts are the expressions one by one.
func texts() (out []string) {
	for _, line := range expressions {
		out = append(out, strings.Split(line, "|")...)
	}
	return out
}

// each writes a table for each expression, so that a bad one turns off only itself.
func (r *root) each(texts []string) {
	for n, text := range texts {
		r.write(fmt.Sprintf("etc/cron.d/e%03d", n), fmt.Sprintf("%s root : %03d\n", text, n))
	}
}

// TestCronExpressions: what cron starts of each expression, a job that comes over starts: three days of all, and 400 of
// those that do not start on each of them.
func TestCronExpressions(t *testing.T) {
	t.Parallel()
	needCron(t)
	const days, many = 3, 400
	all, from := texts(), begin.AddDate(0, 0, 4) // a Friday
	r := newCron(t, "Europe/Berlin")
	r.each(all)
	to := from.AddDate(0, 0, days)
	saw, jobs := r.watch(watch{from: from, to: to}), r.imports(importer.CronD, "/etc/cron.d")
	same := compare(t, jobs, saw, from, to)
	t.Logf("%d expressions, %d days: %d starts as cron's", len(all), days, same)
	if len(jobs.Entries) < len(all) {
		t.Errorf("%d entries of %d expressions", len(jobs.Entries), len(all))
	}

	var rare []string
	for n, text := range all {
		if taken := !strings.Contains(saw.log, fmt.Sprintf("e%03d)", n)); taken && len(saw.of(fmt.Sprintf(": %03d", n))) < days {
			rare = append(rare, fmt.Sprintf("%s root : %03d\n", text, n))
		}
	}
	r = newCron(t, "Europe/Berlin")
	r.write("etc/cron.d/all", strings.Join(rare, ""))
	to = from.AddDate(0, 0, many)
	same = compare(t, r.imports(importer.CronD, "/etc/cron.d"), r.watch(watch{from: from, to: to}), from, to)
	t.Logf("%d expressions, %d days: %d starts as cron's", len(rare), many, same)
}

// changing are zones with clocks that change in ways of their own.
var changing = []string{"Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Africa/Casablanca"}

// changes are the next two changes of a zone's clock.
func changes(t *testing.T, zone string) (out []time.Time) {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at := begin
	for range 2 {
		if _, at = at.In(loc).ZoneBounds(); at.IsZero() {
			t.Fatalf("the clock of %s does not change", zone)
		}
		out = append(out, at.UTC())
	}
	return out
}

// TestCronClockChanges is table F: what cron starts around a change of the clock, and random expressions beside it.
func TestCronClockChanges(t *testing.T) {
	t.Parallel()
	needCron(t)
	all := []string{
		"* * * * *", "*/5 * * * *", "0 * * * *", "30 * * * *", "45 * * * *", "@hourly", "0 0 * * *", "@daily", "@weekly", "@monthly",
		"30 1 * * *", "15 2 * * *", "30 2 * * *", "*/30 2 * * *", "0,30 2 * * *", "0 3 * * *", "30 1-3 * * *", "30 */2 * * *", "0 0-23/3 * * *",
		"45 1 * * *", "0 1 * * *", "30 0 * * *", "0 23 * * *", "30 23 * * *", "0-59 0-23 * * *", "0 2-4 * * SUN", "0,30 0-3 * * FRI",
	}
	for i, zone := range changing {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			draw := rand.New(rand.NewPCG(*seed, uint64(i)))
			for _, at := range changes(t, zone) {
				r := newCron(t, zone)
				r.each(slices.Concat(all, drawn(draw, *random/len(changing)/2)))
				from, to := at.Add(-2*time.Hour), at.Add(3*time.Hour)
				same := compare(t, r.imports(importer.CronD, "/etc/cron.d"), r.watch(watch{from: from, to: to}), from, to)
				t.Logf("%s: %d starts as cron's", at.Format(time.DateOnly), same)
			}
		})
	}
}

// drawn are random expressions: values, lists, ranges in both directions, steps, names, and what is no part of any.
func drawn(draw *rand.Rand, n int) (out []string) {
	pick := func(from ...string) string { return from[draw.IntN(len(from))] }
	value := func(low, high int) string { return fmt.Sprint(low + draw.IntN(high-low+1)) }
	item := func(low, high int, names ...string) string {
		word := func() string {
			if len(names) > 0 && draw.IntN(3) == 0 {
				return pick(names...)
			}
			return value(low, high)
		}
		switch draw.IntN(6) {
		case 0:
			return "*/" + value(1, high)
		case 1:
			return word() + "-" + word()
		case 2:
			return word() + "-" + word() + "/" + value(1, 9)
		case 3:
			return word() + "," + word() + "-" + word()
		case 4:
			return word() + pick("", "", "", "", "#1", ".", "~3", "/2", ",", "L")
		}
		return word()
	}
	or := func(star int, other string) string {
		if draw.IntN(4) < star {
			return "*"
		}
		return other
	}
	for range n {
		out = append(out, strings.Join([]string{
			or(1, item(0, 59)), or(2, item(0, 4)), or(3, item(1, 31)),
			or(3, item(1, 12, "jan", "MAR", "Oct", "nov")), or(3, item(0, 7, "sun", "FRI", "Sat")),
		}, " "))
	}
	return out
}
