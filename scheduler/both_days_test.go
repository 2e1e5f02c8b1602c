package scheduler

import (
	"fmt"
	"testing"
	"time"

	"curfew/messages"
)

// TestBothDays: what the programs to which two restricted day fields mean "both" name from 1 June 2026 on is what
// days: and names. Each was run on 28 November 2026.
func TestBothDays(t *testing.T) {
	const (
		from     = "2026-06-01T00:00:00Z"
		thirteen = "2026-11-13T12:00:00 2027-08-13T12:00:00 2028-10-13T12:00:00 2029-04-13T12:00:00"
		firsts   = "2026-06-01T12:00:00 2026-07-06T12:00:00 2026-08-03T12:00:00 2026-09-07T12:00:00"
		odd      = "2026-06-01T12:00:00 2026-06-15T12:00:00 2026-06-29T12:00:00 2026-07-13T12:00:00"
	)
	for _, c := range []struct{ source, text, expr, want string }{
		{"node-cron 4.6.0", "0 12 13 * 5", "0 12 13 * 5", thirteen},
		{"node-cron 4.6.0", "0 12 1-7 * 1", "0 12 1-7 * 1", firsts},
		{"node-cron 4.6.0", "0 12 */2 * 1", "0 12 */2 * 1", odd},
		{"later 4.2.0", "0 12 13 * 5", "0 12 13 * 5", thirteen},
		{"later 4.2.0", "0 12 1-7 * 1", "0 12 1-7 * 1", firsts},
		{"later 4.2.0", "0 12 */2 * 1", "0 12 */2 * 1", odd},
		{"celery 5.2.6", "0 12 13 * 5", "0 12 13 * 5", thirteen},
		{"celery 5.2.6", "0 12 1-7 * 1", "0 12 1-7 * 1", firsts},
		{"APScheduler 3.9.1", "0 12 13 * 4", "0 12 13 * FRI", thirteen}, // 0 is Monday there
		{"APScheduler 3.9.1", "0 12 1-7 * mon", "0 12 1-7 * mon", firsts},
		{"APScheduler 3.9.1", "0 12 */2 * mon", "0 12 */2 * mon", odd},
		{"systemd 252", "Fri *-*-13 12:00", "0 12 13 * FRI", thirteen},
		{"systemd 252", "Mon *-*-1..7 12:00", "0 12 1-7 * MON", firsts},
		{"systemd-cron 1.15.19-5", "0 12 13 * 5", "0 12 13 * 5", thirteen},
		{"systemd-cron 1.15.19-5", "0 12 1-7 * 1", "0 12 1-7 * 1", firsts},
	} {
		if got := slotsOf(t, messages.Timetable{Schedule: c.expr, Days: messages.DaysAnd}, from, 4); got != c.want {
			t.Errorf("%s, %s: %s: %s, want %s", c.source, c.text, c.expr, got, c.want)
		}
	}
	for _, same := range []string{"0 12 13 * *", "0 12 * * 5", "0 12 ? * 5", "0 12 */2 * 5", "@weekly", "@monthly"} {
		or, and := messages.Timetable{Schedule: same, Days: messages.DaysOr}, messages.Timetable{Schedule: same, Days: messages.DaysAnd}
		if a, b := slotsOf(t, or, from, 20), slotsOf(t, and, from, 20); a != b {
			t.Errorf("%s: with or %s, with and %s", same, a, b)
		}
	}
}

// TestNthByBothDays: the second Monday is the Monday from the 8th to the 14th.
func TestNthByBothDays(t *testing.T) {
	const from = "2026-06-01T00:00:00Z"
	for day := time.Sunday; day <= time.Saturday; day++ {
		for nth := 1; nth <= 4; nth++ {
			both := messages.Timetable{Schedule: fmt.Sprintf("0 12 %d-%d * %d", nth*7-6, nth*7, day), Days: messages.DaysAnd}
			one := messages.Timetable{Schedule: fmt.Sprintf("0 12 * * %d#%d", day, nth)}
			if a, b := slotsOf(t, both, from, 60), slotsOf(t, one, from, 60); a != b {
				t.Errorf("%s: %s\n%s: %s", both.Schedule, a, one.Schedule, b)
			}
		}
	}
}
