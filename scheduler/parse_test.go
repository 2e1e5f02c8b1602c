package scheduler

import (
	"errors"
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

func TestParseErrors(t *testing.T) {
	const (
		schedule, zone, active = KeySchedule, KeyTimezone, KeyActiveHours
		days                   = "0 0 1 1 *"
	)
	for _, c := range []struct {
		expr, zone, active string
		key                Key
		want               string
	}{
		{"61 * * * *", "", "", schedule, `minute field "61": 61 is over 59 (allowed: 0-59, names none, *, a-b, a,b, */n)`},
		{"* 24 * * *", "", "", schedule, `hour field "24": 24 is over 23`},
		{"* * 0 * *", "", "", schedule, `day-of-month field "0": 0 is under 1`},
		{"* * * foo *", "", "", schedule, `month field "foo": "foo" is no value (allowed: 1-12, names jan-dec, *, a-b, a,b, */n)`},
		{"* * * * 8", "", "", schedule, `day-of-week field "8": 8 is over 7 (allowed: 0-7, names sun-sat,`},
		{"99 99 * * *", "", "", schedule, `hour field "99": 99 is over 23`},
		{"1,,2 * * * *", "", "", schedule, `a value is missing`},
		{"-5 * * * *", "", "", schedule, `a value is missing`},
		{"+5 * * * *", "", "", schedule, `"+5" is no value`},
		{"*-5 * * * *", "", "", schedule, `"*" is no value`},
		{"*/0 * * * *", "", "", schedule, `step "0" is not a number from 1 to 999`},
		{"*/ * * * *", "", "", schedule, `step "" is not`},
		{"1-2-3 * * * *", "", "", schedule, `"2-3" is no value`},
		{"00000000000000000005 * * * *", "", "", schedule, `is no value`},
		{"* * * *", "", "", schedule, `4 fields instead of 5 (allowed: five cron fields`},
		{"", "", "", schedule, `empty (allowed:`},
		{"@fortnightly", "", "", schedule, `unknown macro (allowed:`},
		{strings.Repeat("*", MaxExpr+1), "", "", schedule, `longer than 256 bytes`},
		{"0 0 30 2 *", "", "", schedule, `never: no month of field "2" has a day of field "30"`},
		{"0 0 31 4,6,9,11 *", "", "", schedule, `never`},
		{"0 0 31 2 */2", "", "", schedule, `never`},
		{"0 * * * * *", "", "", schedule, `6 fields: seconds and years are not yet supported`},
		{"0 0 0 1 1 * 2027", "", "", schedule, `7 fields: seconds and years are not yet supported`},
		{"0 0 L * *", "", "", schedule, `L is not yet supported`},
		{"0 0 l-3 * *", "", "", schedule, `L is not yet supported`},
		{"0 0 1,LW * *", "", "", schedule, `W is not yet supported`},
		{"0 0 15W * *", "", "", schedule, `W is not yet supported`},
		{"0 0 * * 5L", "", "", schedule, `L is not yet supported`},
		{"0 0 * * MON#2", "", "", schedule, `# is not yet supported`},
		{"H * * * *", "", "", schedule, `H is not yet supported`},
		{"H(0-29)/5 * * * *", "", "", schedule, `H is not yet supported`},
		{"0 0 ? * 1", "", "", schedule, `? is not yet supported`},
		{"0 22-2 * * *", "", "", schedule, `22-2 is backwards; a range that wraps around is not yet supported`},
		{"@reboot", "", "", schedule, `@reboot is not yet supported`},
		{"in 10 minutes", "", "", schedule, `is not yet supported`},
		{"CRON_TZ=Asia/Tokyo 0 0 * * *", "", "", schedule, `is not yet supported; use timezone`},
		{"every", "", "", schedule, `"every" takes one duration`},
		{"every 15", "", "", schedule, `duration "15": not a duration (allowed:`},
		{"every 500ms", "", "", schedule, `shorter than a second`},
		{"every -1h", "", "", schedule, `shorter than a second`},
		{"every 1500ms", "", "", schedule, `not whole seconds`},
		{"every 9000h", "", "", schedule, `longer than 366 days`},
		{"at noon", "", "", schedule, `time "noon": not RFC 3339 (allowed:`},
		{"at 2027-01-15T12:00:00", "", "", schedule, `not RFC 3339`},
		{"at 1970-01-01T00:00:00Z", "", "", schedule, `the epoch itself cannot be a slot`},
		{days, "Mars/Olympus", "", zone, `no such zone (allowed: an IANA name`},
		{days, "../etc/passwd", "", zone, `no such zone`},
		{days, "Local", "", zone, `the machine's own zone is not a name`},
		{days, strings.Repeat("x", 65), "", zone, `longer than 64 bytes`},
		{days, "", "8:00 -20:00", active, `start: "8:00 " is no time of day (allowed: HH:MM from 00:00 to 23:59)`},
		{days, "", "08:00-24:00", active, `end: "24:00" is no time of day`},
		{days, "", "+8:00-20:00", active, `start: "+8:00" is no time of day`},
		{days, "", "08:00-20:00", active, `never: no slot of the schedule lies in these hours`},
		{"every 24h", "", "08:00-20:00", active, `never: the slots of "every" miss these hours`},
		{"at 2027-01-15T12:00:00Z", "", "08:00-20:00", active, `an "at" schedule has one slot`},
	} {
		spec := Spec{Expr: c.expr, Timezone: c.zone}
		if c.active != "" {
			spec.ActiveHours = &messages.ActiveHours{Start: c.active[:5], End: c.active[6:]}
		}
		_, err := Parse(spec)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q %q %q: error %v, want %q", c.expr, c.zone, c.active, err, c.want)
			continue
		}
		if e.Key != c.key || !strings.Contains(e.Problem, c.want) {
			t.Errorf("%q %q %q: %s: %s\nwant %s: %s", c.expr, c.zone, c.active, e.Key, e.Problem, c.key, c.want)
		}
	}
}

func TestParseSaysEveryFieldThatIsWrong(t *testing.T) {
	_, err := Parse(Spec{Expr: "99 99 * * *"})
	if err == nil || !strings.Contains(err.Error(), `scheduler: schedule "99 99 * * *": minute field "99": `) || !strings.Contains(err.Error(), `; hour field "99": `) {
		t.Fatal(err)
	}
}

func TestScheduleString(t *testing.T) {
	if got := mustParse(t, " 0  7 * * * ", "Europe/Berlin", "06:00-08:00").String(); got != "0 7 * * * Europe/Berlin 06:00-08:00" {
		t.Error(got)
	}
	var none Schedule
	if _, ok := none.Next(time.Time{}); ok || none.OneShot() || none.String() != "never" {
		t.Error("the zero Schedule names a slot")
	}
}

// FuzzParse looks for a text that Parse lets through and Next cannot follow.
func FuzzParse(f *testing.F) {
	for _, expr := range []string{"0 7 * * *", "*/5 8-20/2 1,15 jan-mar MON", "@daily", "every 1h30m", "at 2027-01-15T12:00:00Z", "0 0 29 2 */7", "H 5L MON#2 ? 22-2"} {
		f.Add(expr, "Europe/Berlin", "08:00", "20:00", int64(1774746000))
	}
	f.Add("30 2 * * *", "Australia/Lord_Howe", "22:00", "02:59", int64(2240524800))
	f.Fuzz(func(t *testing.T, expr, zone, start, end string, after int64) {
		for _, active := range []*messages.ActiveHours{nil, {Start: start, End: end}} {
			s, err := Parse(Spec{Expr: expr, Timezone: zone, ActiveHours: active})
			if err != nil {
				continue
			}
			from := time.Unix(after%lastSecond, 0)
			for range 3 {
				next, ok := s.Next(from)
				if !ok {
					break
				}
				if !next.After(from) {
					t.Fatalf("%s: %s is not after %s", s, next, from)
				}
				from = next
			}
		}
	})
}
