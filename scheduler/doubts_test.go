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
		{"TZ=UTC 0 0 13 * FRI", `day-of-month "13" or day-of-week "FRI" is enough, as in every cron; for both, let one of them start with *`},
		{"0 0 */2 * 1", `day-of-month "*/2" and day-of-week "1" must both match, because one of them starts with *`},
	} {
		if got := strings.Join(mustParse(t, c.expr, "", "").Doubts(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
}
