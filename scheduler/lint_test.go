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
