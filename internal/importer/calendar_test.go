package importer

import (
	"testing"
	"time"
)

// TestCalendar is the table of docs/dialects.md: what systemd 252 takes, what is written for it, and when it starts first
// after 1 June 2026 00:00 UTC.
func TestCalendar(t *testing.T) {
	for _, tt := range []struct{ text, expr, first string }{
		{"minutely", "* * * * *", "2026-06-01 00:01:00"},
		{"hourly", "0 * * * *", "2026-06-01 01:00:00"},
		{"Daily", "0 0 * * *", "2026-06-02 00:00:00"},
		{"weekly", "0 0 * * MON", "2026-06-08 00:00:00"},
		{"monthly", "0 0 1 * *", "2026-07-01 00:00:00"},
		{"quarterly", "0 0 1 1,4,7,10 *", "2026-07-01 00:00:00"},
		{"semiannually", "0 0 1 1,7 *", "2026-07-01 00:00:00"},
		{"bi-annually", "0 0 1 1,7 *", "2026-07-01 00:00:00"},
		{"anually", "0 0 1 1 *", "2027-01-01 00:00:00"},
		{"yearly", "0 0 1 1 *", "2027-01-01 00:00:00"},
		{"annually", "0 0 1 1 *", "2027-01-01 00:00:00"},
		{"biannually", "0 0 1 1,7 *", "2026-07-01 00:00:00"},
		{"semi-annually", "0 0 1 1,7 *", "2026-07-01 00:00:00"},
		{"@1798761600", "0 0 0 1 1 * 2027", "2027-01-01 00:00:00"},
		{"@1767225600", "0 0 0 1 1 * 2026", ""},
		{"@1798761600 Europe/Berlin", "0 0 0 1 1 * 2027", "2027-01-01 00:00:00"},
		{"@1798761600.5", "error", ""},
		{"@-5", "error", ""},
		{"*-*-* *:30", "30 * * * *", "2026-06-01 00:30:00"},
		{"Fri..Sun 10:00", "0 10 * * SUN,FRI,SAT", "2026-06-05 10:00:00"},
		{"Mon..Fri 08:00", "0 8 * * MON-FRI", "2026-06-01 08:00:00"},
		{"Mon-Fri 08:00", "0 8 * * MON-FRI", "2026-06-01 08:00:00"},
		{"Mon,Wed..Fri", "0 0 * * MON,WED-FRI", "2026-06-03 00:00:00"},
		{"Sat..Sun 10:00", "0 10 * * SUN,SAT", "2026-06-06 10:00:00"},
		{"Sunday 10:00", "0 10 * * SUN", "2026-06-07 10:00:00"},
		{"Sun *-*-1..7 1:00:00", "0 1 1-7 * SUN", "2026-06-07 01:00:00"},
		{"Sun *-*-8..14 1:00", "0 1 8-14 * SUN", "2026-06-14 01:00:00"},
		{"Sun,Mon *-*-15..28 1:00", "0 1 15-28 * SUN,MON", "2026-06-15 01:00:00"},
		{"*-*~01", "0 0 L * *", "2026-06-30 00:00:00"},
		{"*-02~03", "0 0 L-2 2 *", "2027-02-26 00:00:00"},
		{"Mon *-*~07/1 02:30", "30 2 L,L-1,L-2,L-3,L-4,L-5,L-6 * MON", "2026-06-29 02:30:00"},
		{"*-*-01/2 04:00", "0 4 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * *", "2026-06-01 04:00:00"},
		{"*:0/45", "0,45 * * * *", "2026-06-01 00:45:00"},
		{"8..17/2:00", "0 8,10,12,14,16 * * *", "2026-06-01 08:00:00"},
		{"*:*:0/20", "0,20,40 * * * * *", "2026-06-01 00:00:20"},
		{"2027-01-15 12:00", "0 0 12 15 1 * 2027", "2027-01-15 12:00:00"},
		{"2026-06-01..05 12:00", "0 0 12 1-5 6 * 2026", "2026-06-01 12:00:00"},
		{"2020-01-01", "0 0 0 1 1 * 2020", ""},
		{"*-*-* 6,18:00", "0 6,18 * * *", "2026-06-01 06:00:00"},
		{"12:00 UTC", "0 12 * * *", "2026-06-01 12:00:00"},
		{"12:00 utc", "0 12 * * *", "2026-06-01 12:00:00"},
		{"12:00 CET", "0 12 * * *", "2026-06-01 10:00:00"},
		{"12:00 America/New_York", "0 12 * * *", "2026-06-01 16:00:00"},
		{"Fri *-*-13 12:00", "0 12 13 * FRI", "2026-11-13 12:00:00"},
		{"Sun..Tue", "error", ""},
		{"Fri..Mon 12:00", "error", ""},
		{"1 12:00", "error", ""},
		{"22..2:00", "error", ""},
		{"*:0/60", "error", ""},
		{"*:0/61", "error", ""},
		{"*-*-*/2", "error", ""},
		{"*-*-0/2", "error", ""},
		{"*-*-2/30", "error", ""},
		{"24:00", "error", ""},
		{"08", "error", ""},
		{"daily weekly", "error", ""},
		{"12:00 PDT", "error", ""},
		{"12:00 +02:00", "error", ""},
		{"*:*:0/0.5", "error", ""},
		{"", "error", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			c, err := readCalendar(tt.text)
			if err != nil {
				if tt.expr != "error" {
					t.Error(err)
				}
				return
			}
			if expr := c.expression(); expr != tt.expr {
				t.Errorf("got %q, want %q", expr, tt.expr)
			}
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			first := ""
			if all := c.rule(zone).Slots(start, start.AddDate(0, 9, 0)); len(all) > 0 {
				first = all[0].Format(time.DateTime)
			}
			if first != tt.first {
				t.Errorf("starts first at %s, want %s", first, tt.first)
			}
		})
	}
}

// TestUneven pins which steps systemd 252 searches past the first slot of the next day or hour, as measured.
func TestUneven(t *testing.T) {
	for text, want := range map[string]bool{
		"*:0/45": true, "*:0/25": true, "*:1/45": true, "*:0/7": true, "*:0/11": true, "*:*:0/45": true,
		"*:0/15": false, "*:5/10": false, "*:0,45": false, "12:0/45": false, "0..10/3:0/45": false, "*:0..50/15": false,
		"1,3,20:0/45": false, "*:30/20": false, "0/7:00": false, "*-*-01/7": false, "*:*:0/20": false,
	} {
		if c, err := readCalendar(text); err != nil || c.uneven != want {
			t.Errorf("%s: got %v, %v", text, c.uneven, err)
		}
	}
}

// TestSpan pins which spans of systemd are read.
func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"43200": 12 * time.Hour, "12h": 12 * time.Hour, "1h 30min": 90 * time.Minute, "6000s": 100 * time.Minute, "2min": 2 * time.Minute,
		"1d12h": 36 * time.Hour, "0": 0, "1500ms": 2 * time.Second, "1.5h": 90 * time.Minute,
	} {
		if d, err := readSpan(text); d != want || err != nil {
			t.Errorf("%q: got %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "infinity", "-5", "5 fortnights", "99999999999999"} {
		if d, err := readSpan(text); err == nil {
			t.Errorf("%q: got %v", text, d)
		}
	}
}
