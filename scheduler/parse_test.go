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
		{"61 * * * *", "", "", schedule, `minute field "61": 61 is over 59 (allowed: 0-59, names none, *, ?, a-b, a,b, */n, H, H(a-b))`},
		{"* 24 * * *", "", "", schedule, `hour field "24": 24 is over 23`},
		{"* * 0 * *", "", "", schedule, `day-of-month field "0": 0 is under 1`},
		{"* * * foo *", "", "", schedule, `month field "foo": "foo" is not a valid value (allowed: 1-12, names jan-dec, *, ?, a-b, a,b, */n, H, H(a-b))`},
		{"* * * * 8", "", "", schedule, `day-of-week field "8": 8 is over 7 (allowed: 0-7, names sun-sat,`},
		{"99 99 * * *", "", "", schedule, `hour field "99": 99 is over 23`},
		{"1,,2 * * * *", "", "", schedule, `a value is missing`},
		{"-5 * * * *", "", "", schedule, `a value is missing`},
		{"+5 * * * *", "", "", schedule, `"+5" is not a valid value`},
		{"*-5 * * * *", "", "", schedule, `"*" is not a valid value`},
		{"*/0 * * * *", "", "", schedule, `step "0" is not a number from 1 to 9999`},
		{"*/ * * * *", "", "", schedule, `step "" is not`},
		{"1-2-3 * * * *", "", "", schedule, `"2-3" is not a valid value`},
		{"00000000000000000005 * * * *", "", "", schedule, `is not a valid value`},
		{"* * * *", "", "", schedule, `4 fields instead of 5, 6 or 7 (allowed: five cron fields`},
		{"", "", "", schedule, `empty (allowed:`},
		{"@fortnightly", "", "", schedule, `unknown macro (allowed:`},
		{strings.Repeat("*", MaxExpr+1), "", "", schedule, `longer than 256 bytes`},
		{"0 0 30 2 *", "", "", schedule, `never: no date has day-of-month "30" in month "2" with day-of-week "*"`},
		{"0 0 31 4,6,9,11 *", "", "", schedule, `never`},
		{"0 0 31 2 */2", "", "", schedule, `never`},
		{"* * * * * * * *", "", "", schedule, `8 fields instead of 5, 6 or 7`},
		{"60 * * * * *", "", "", schedule, `second field "60": 60 is over 59`},
		{"0 0 0 1 1 * 2300", "", "", schedule, `year field "2300": 2300 is over 2225`},
		{"0 0 0 1 1 * 2030-2027", "", "", schedule, `2030-2027 is backwards`},
		{"0 0 0 29 2 * 2027", "", "", schedule, `never: no date`},
		{"0 0 L-31 * *", "", "", schedule, `"L-31" is not L-0 to L-30`},
		{"0 0 32W * *", "", "", schedule, `"32W" is not 1W to 31W or LW`},
		{"0 0 * * L", "", "", schedule, `"L" is not a weekday and L, such as 5L`},
		{"0 0 * * MON#6", "", "", schedule, `"MON#6" is not a weekday and #1 to #5`},
		{"H(30-20) * * * *", "", "", schedule, `"H(30-20)" is not H(a-b) with a up to b`},
		{"H(1-2 * * * *", "", "", schedule, `is not H(a-b)`},
		{"0 0 0 1 1 * H", "", "", schedule, `"H" has no meaning here`},
		{"L * * * *", "", "", schedule, `minute field "L": "l" is not a valid value`},
		{"@reboot now", "", "", schedule, `unknown macro`},
		{"in", "", "", schedule, `shorter than a second`},
		{"in 10", "", "", schedule, `delay "10": "10" is not a length of time: its unit is missing (allowed:`},
		{"in 10 parsecs", "", "", schedule, `"parsecs" is not a unit (seconds, minutes, hours, days, weeks)`},
		{"in 99999h", "", "", schedule, `longer than 10 years`},
		{"CRON_TZ=Mars/Olympus 0 0 * * *", "", "", schedule, `no such zone`},
		{"TZ=UTC", "", "", schedule, `empty (allowed:`},
		{"0 7 * * *;", "", "", schedule, `empty (allowed:`},
		{strings.Repeat("@daily;", MaxExprs) + "@daily", "", "", schedule, `more than 16 expressions`},
		{"every", "", "", schedule, `"every" takes a duration`},
		{"every 15", "", "", schedule, `duration "15": "15" is not a length of time: its unit is missing (allowed:`},
		{"every 500ms", "", "", schedule, `shorter than a second`},
		{"every -1h", "", "", schedule, `below zero`},
		{"every 1500ms", "", "", schedule, `not whole seconds`},
		{"every 9000h", "", "", schedule, `longer than 366 days`},
		{"at noon", "", "", schedule, `time "noon": not a time (allowed:`},
		{"at 2027-01-15T12:00:00+25:00", "", "", schedule, `not a time`},
		{"at 1970-01-01T00:00:00Z", "", "", schedule, `the epoch itself cannot be a slot`},
		{days, "Mars/Olympus", "", zone, `no such zone (allowed: an IANA name`},
		{days, "../etc/passwd", "", zone, `no such zone`},
		{days, "Local", "", zone, `the machine's own zone is not a name`},
		{days, strings.Repeat("x", 65), "", zone, `longer than 64 bytes`},
		{days, "", "8:00 -20:00", active, `start: "8:00 " is not a valid time of day (allowed: HH:MM from 00:00 to 23:59)`},
		{days, "", "08:00-24:00", active, `end: "24:00" is not a valid time of day`},
		{days, "", "+8:00-20:00", active, `start: "+8:00" is not a valid time of day`},
		{days, "", "08:00-20:00", active, `never: no slot of the schedule lies in these hours`},
		{"every 24h", "", "08:00-20:00", active, `never: the slots of "every 24h" miss these hours`},
		{"in 10m", "", "08:00-20:00", active, `"in" has one slot, active hours do not apply`},
		{"at 2027-01-15T12:00:00Z", "", "08:00-20:00", active, `"at" has one slot, active hours do not apply`},
	} {
		spec := messages.Timetable{Schedule: c.expr, Timezone: c.zone}
		if c.active != "" {
			spec.ActiveHours = &messages.ActiveHours{Start: c.active[:5], End: c.active[6:]}
		}
		_, err := Parse(spec, "")
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
	_, err := Parse(messages.Timetable{Schedule: "99 99 * * *"}, "")
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

func TestParseNamesTheFieldsThatNeverMeet(t *testing.T) {
	for expr, want := range map[string]string{
		"0 0 0 29 2 ? 2023": `never: no date has day-of-month "29" in month "2" with day-of-week "?" in year "2023"; other years have it`,
		"0 0 0 30 2 ? 2024": `never: no date has day-of-month "30" in month "2" with day-of-week "?"`,
	} {
		var wrong *Error
		if _, err := Parse(messages.Timetable{Schedule: expr}, ""); !errors.As(err, &wrong) || wrong.Problem != want {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
}

// TestMayCount: no schedule that counts from when it was defined is taken for one that does not.
func TestMayCount(t *testing.T) {
	for _, text := range []string{"in 10 minutes", "IN 2 days", "TZ=UTC In 1h", "0 7 * * *; in 5m"} {
		of := messages.Timetable{Schedule: text}
		if s, err := Parse(of, "a"); err != nil || !s.Relative() || !MayCount(of) {
			t.Errorf("%s: %v, relative %v, may count %v", text, err, s.Relative(), MayCount(of))
		}
	}
	if MayCount(messages.Timetable{Schedule: "0 7 * * *"}) {
		t.Error("a cron schedule may count")
	}
}
