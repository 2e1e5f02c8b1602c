package scheduler

import (
	"strings"
	"testing"
)

func TestDoubts(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		{"0 7 * * *", ""},
		{"*/15 */6 * * *", ""},
		{"@daily", ""},
		{"0 7 1 * ?", ""},
		{"*/7 * * * *", `minute "*/7" is uneven: after 56 comes 0, 4 later and not 7; "every" keeps its pace`},
		{"0 */5 * * *", `hour "*/5" is uneven: after 20 comes 0, 4 later and not 5; "every" keeps its pace`},
		{"*/90 * * * *", `minute "*/90" is 0 alone, for the step leaves the field; "every" keeps its pace`},
		{"0/7 * * * *", `minute "0/7" is uneven: after 56 comes 0, 4 later and not 7; "every" keeps its pace`},
		{"5/15,*/20 * * * *", ""},
		{"50/15 * * * *", `minute "50/15" is 50 alone, for the step leaves the field; "every" keeps its pace`},
		{"0 0 */2 * *", `day-of-month "*/2" is uneven: it starts again with each month, so day 1 comes soon after day 31; "every" keeps its pace`},
		{"0 0 1 */5 *", `month "*/5" is uneven: after 11 comes 1, 2 later and not 5; "every" keeps its pace`},
		{"0 0 1 */3 *", ""},
		{"0 0 ? * */2", `day-of-week "*/2" is uneven: after 6 comes 0, 1 later and not 2; "every" keeps its pace`},
		{"0 0 1-7/2 * *", ""},
		{"0 0 29 2 */7", `day-of-month "29" and day-of-week "*/7" must both match, because one of them starts with *`},
		{"TZ=UTC 0 0 13 * FRI", `day-of-month "13" or day-of-week "FRI" is enough, as in every cron; for both, write days: and`},
		{"0 0 */2 * 1", `day-of-month "*/2" and day-of-week "1" must both match, because one of them starts with *; ` +
			`day-of-month "*/2" is uneven: it starts again with each month, so day 1 comes soon after day 31; "every" keeps its pace`},
	} {
		if got := strings.Join(mustParse(t, c.expr, "", "").Doubts(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
}

// TestDoubtsOfElsewhere: what other programs read otherwise, and what a word seems to promise.
func TestDoubtsOfElsewhere(t *testing.T) {
	const (
		debian = " ends before it begins: Debian's cron takes it and runs nothing for it; here it is "
		quartz = " in Quartz, which counts from 1 = Sunday; write the day"
		fields = `; for a time of day write cron fields, such as "0 9 * * *"`
	)
	for _, c := range []struct{ expr, want string }{
		{"0 22-2 * * *", `hour "22-2"` + debian + "22, 23, 0, 1 and 2"},
		{"0 22-2/2 * * *", `hour "22-2/2"` + debian + "22, 0 and 2"},
		{"50-10 * * * *", `minute "50-10"` + debian + "from 50 on and up to 10"},
		{"TZ=UTC 50-10 0 0 * * *", `second "50-10"` + debian + "from 50 on and up to 10"},
		{"0 0 * * fri-mon", `day-of-week "FRI-MON"` + debian + "Friday, Saturday, Sunday and Monday"},
		{"0 0 * * SAT-SUN,3", `day-of-week "SAT-SUN"` + debian + "Saturday and Sunday"},
		{"0 0 * * 7-2", `day-of-week "7-2"` + debian + "Sunday, Monday and Tuesday"},
		{"0 0 * * 5-7", ""},
		{"0 0 1 NOV-FEB *", `month "NOV-FEB"` + debian + "November, December, January and February"},
		{"0 0 28-3 * *", `day-of-month "28-3"` + debian + "28, 29, 30, 31, 1, 2 and 3"},
		{"0 0 L-3 * *", ""},
		{"0 0 * * 5L", `day-of-week "5L" is the last Friday of the month here, and the last Thursday of the month` + quartz + " by its name"},
		{"0 0 * * 1L", `day-of-week "1L" is the last Monday of the month here, and the last Sunday of the month` + quartz + " by its name"},
		{"0 0 * * 5#2", `day-of-week "5#2" is the second Friday of the month here, and the second Thursday of the month` + quartz + " by its name"},
		{"0 0 * * 7#2", `day-of-week "7#2" is the second Sunday of the month here, and the second Saturday of the month` + quartz + " by its name"},
		{"0 0 * * FRIL,FRI#2", ""},
		{"0 0 * * 0L", ""}, // Quartz has no 0
		{"0 0 12 ? * 6", `day-of-week "6" beside ? is Saturday here, and Friday` + quartz + "s by their names"},
		{"0 12 ? * 2-6", `day-of-week "2-6" beside ? is Tuesday to Saturday here, and Monday to Friday` + quartz + "s by their names"},
		{"0 12 ? * 1,7", `day-of-week "1,7" beside ? is Monday and Sunday here, and Saturday and Sunday` + quartz + "s by their names"},
		{"0 12 ? * 0,6; 0 12 ? * FRI; 0 12 ? * ?; 0 12 * * 6", ""},
		{"every day", `"every day" is a pace of 24 hours, and not a day of the calendar: its slots are at 00:00:00 UTC, the job's own place, ` +
			`whatever the clock of the zone does` + fields},
		{"every 1d12h", `"every 1d12h" is a pace of 36 hours, and not a day of the calendar` + fields},
		{"TZ=UTC every 2 weeks", `"every 2 weeks" is a pace of 336 hours, and not a day of the calendar: its slots are at 00:00:00 UTC, ` +
			`the job's own place, whatever the clock of the zone does` + fields},
		{"every 24h", ""},
		{"every 90 minutes", ""},
	} {
		if got := strings.Join(mustParse(t, c.expr, "", "").Doubts(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
}

func TestOnTheHour(t *testing.T) {
	for expr, want := range map[string]uint32{
		"@monthly": 1, "@yearly": 1, "@annually": 1, "@Daily": 1, "@hourly": 1<<24 - 1, "0 7 * * *": 1 << 7, "0 0 7 * * *": 1 << 7,
		"TZ=UTC 00 1 * * *": 1 << 1, "TZ=UTC 0 0 1 * * *": 1 << 1, "0,0 1,3 * * *": 1<<1 | 1<<3, "30 7 * * *; 0 8 * * *": 1 << 8, "0/90 1 * * *": 1 << 1,
		"TZ=UTC 0 11 1 * * *": 0, "0 5 * * * *": 0, "0,30 * * * *": 0, "every 1h": 0, "at 2027-01-15T12:00:00Z": 0, "@reboot": 0,
	} {
		if got := mustParse(t, expr, "", "").OnTheHour(); got != want {
			t.Errorf("%s: %b, want %b", expr, got, want)
		}
	}
}
