package importer

import (
	"testing"
	"time"
)

// TestCronReads is the table of docs/dialects.md row by row: what Debian's cron 3.0pl1-162 does with a text.
func TestCronReads(t *testing.T) {
	const off, never, runs = "the file is off", "never", "runs"
	for _, tt := range []struct{ text, want, read string }{
		// Reversed ranges: taken, and never run.
		{"0 22-2 * * *", never, ""},
		{"50-10 * * * *", never, ""},
		{"0 12 * * 5-1", never, ""},
		{"0 12 * * FRI-MON", never, ""},
		{"0 12 * * SAT-SUN", never, ""},
		{"0 12 * * 6-0", never, ""},
		{"0 12 * * 7-2", never, ""},
		{"0 12 1 NOV-FEB *", never, ""},
		{"0 12 2-1 * *", never, ""},
		{"0 22-2 * * FRI-MON", never, ""},
		// What follows the part that cron reads is skipped.
		{"0 12 * * 5#2", runs, "0 12 * * 5"},
		{"0 12 * * FRI#2", runs, "0 12 * * FRI"},
		{"0 12 * * 5#-1", runs, "0 12 * * 5"},
		{"0 12 * * 5#2,1", runs, "0 12 * * 5"},
		{"0~59 12 * * *", runs, "0 12 * * *"},
		{"0.5 12 * * *", runs, "0 12 * * *"},
		{"*/1;x 12 * * *", runs, "*/1 12 * * *"},
		{"*/2.5 12 * * *", runs, "*/2 12 * * *"},
		{"*5 12 * * *", runs, "* 12 * * *"},
		{"0 12:30 * * *", runs, "0 12 * * *"},
		{"0 12 * * mon;", runs, "0 12 * * mon"},
		{"0 1.. * * *", runs, "0 1 * * *"},
		// Dates that no month has: taken, and never run.
		{"0 12 31 6 *", never, ""},
		{"0 12 30 2 *", never, ""},
		{"0 12 31 2,4,6,9,11 *", never, ""},
		{"0 12 30 2 1", runs, "0 12 30 2 1"}, // or the weekday
		{"0 12 29 2 *", runs, "0 12 29 2 *"},
		// Errors for which cron ignores the whole file.
		{"5/15 * * * *", off, ""},
		{"0 12 ? * *", off, ""},
		{"H 12 * * *", off, ""},
		{"0 12 L * *", off, ""},
		{"0 12 LW * *", off, ""},
		{"0 12 15W * *", off, ""},
		{"0 12 * * 5L", off, ""},
		{"0 12 L-3 * *", off, ""},
		{"@every 5m", off, ""},
		{"@DAILY", off, ""},
		{"60 * * * *", off, ""},
		{"* 24 * * *", off, ""},
		{"* * 0 * *", off, ""},
		{"* * * 13 *", off, ""},
		{"* * * * 8", off, ""},
		{"*/0 * * * *", off, ""},
		{"- 12 * * *", off, ""},
		{"0 12 * * monday", off, ""},
		{"export A=b", off, ""},
		// Fine in both.
		{"*/61 * * * *", runs, "*/61 * * * *"},
		{"*/60 * * * *", runs, "*/60 * * * *"},
		{"0 12 1-31 * 1", runs, "0 12 1-31 * 1"},
		{"0 12 13 * 0-6", runs, "0 12 13 * 0-6"},
		{"0 12 */2 * 1", runs, "0 12 */2 * 1"},
		{"@weekly", runs, "@weekly"},
		{"@hourly", runs, "@hourly"},
		{"0\t12  * * 0,7", runs, "0 12 * * 0,7"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			spec, _, err := readCron(tt.text + " command")
			got := runs
			switch {
			case err != nil:
				got = off
			case spec.impossible() || spec.empty():
				got = never
			}
			if got != tt.want || got == runs && spec.text() != tt.read {
				t.Errorf("got %s, %q (%v); want %s, %q", got, spec.text(), err, tt.want, tt.read)
			}
			if got == runs != (err == nil && len(spec.rule(time.UTC).Slots(start, start.AddDate(2, 0, 0))) > 0) {
				t.Error("the rule does not say the same")
			}
		})
	}
}

var start = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// TestCronSettings is rule A.4: which lines set a variable, and to what.
func TestCronSettings(t *testing.T) {
	for _, tt := range []struct {
		line, name, value string
		ok                bool
	}{
		{"A=b", "A", "b", true},
		{"A = b  ", "A", "b", true},
		{`A="  b c "  `, "A", "  b c", true},
		{"A='  '", "A", "", true},
		{"A='x'", "A", "x", true},
		{"A=b c", "A", "b c", true},
		{`"A"=b`, "A", "b", true},
		{"'A' = b", "A", "b", true},
		{"PATH=$HOME/bin:/bin", "PATH", "$HOME/bin:/bin", true},
		{`A=~/x\ y`, "A", `~/x\ y`, true},
		{"A=b # no comment", "A", "b # no comment", true},
		{`MAILTO=""`, "MAILTO", "", true},
		{"A=b\r", "A", "b", true},
		{"A=it's", "A", "it's", true},
		{"MAILTO=", "", "", false},
		{"A=   ", "", "", false},
		{"export A=b", "", "", false},
		{"A B=c", "", "", false},
		{`A="x"y`, "", "", false},
		{`A="x`, "", "", false},
		{"0 7 * * * A=b command", "", "", false},
		{"=b", "", "", false},
	} {
		if s, ok := readSetting(tt.line); ok != tt.ok || ok && s != (setting{tt.name, tt.value}) {
			t.Errorf("%q: got %v, %v", tt.line, s, ok)
		}
	}
}

// TestInput is rule A.6: what % and \% are.
func TestInput(t *testing.T) {
	for _, tt := range []struct {
		text, command, stdin string
		has                  bool
	}{
		{"cat", "cat", "", false},
		{"cat%one%two", "cat", "one\ntwo\n", true},
		{`date +\%d`, "date +%d", "", false},
		{`cat%100\%`, "cat", "100%\n", true},
		{"cat%", "cat", "", true},
		{"cat%%", "cat", "\n", true},
		{`date "+%Y"`, `date "+`, "Y\"\n", true},
		{"mail -s x joe%Joe,%%Where?%", "mail -s x joe", "Joe,\n\nWhere?\n", true},
	} {
		command, stdin, has := input(tt.text)
		if command != tt.command || stdin != tt.stdin || has != tt.has {
			t.Errorf("%q: got %q, %q, %v", tt.text, command, stdin, has)
		}
	}
}

// TestGuarded pins which tests before && become conditions: only where nothing else runs after a no.
func TestGuarded(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"[ -x /a ] && /a", "if [ -x /a ]; then\n  /a\nfi"},
		{"test -x /a -a \\! -d /b && perl -e 'sleep 1 && 2' && c", "if test -x /a -a \\! -d /b; then\n  perl -e 'sleep 1 && 2' && c\nfi"},
		{"[ -x /a ] && [ -d /b ] && c | d", "if [ -x /a ] && [ -d /b ]; then\n  c | d\nfi"},
		{"command -v a > /dev/null 2>&1 && a", "if command -v a > /dev/null 2>&1; then\n  a\nfi"},
		{"! test -e /a && b", "if ! test -e /a; then\n  b\nfi"},
		{"[ -x /a ] && if [ ! -d /b ]; then /a; fi", "if [ -x /a ]; then\n  if [ ! -d /b ]; then /a; fi\nfi"},
		{"[ -x /a ] && (cd /b; c)", "if [ -x /a ]; then\n  (cd /b; c)\nfi"},
		{`[ "$(date '+%w')" -eq 5 ] && a`, `if [ "$(date '+%w')" -eq 5 ]; then` + "\n  a\nfi"},
		{"[ -x /a ] && b || c", ""},
		{"[ -x /a ] && b; c", ""},
		{"[ -x /a ] && b &", ""},
		{"[ -x /a ] && b # c && d", "if [ -x /a ]; then\n  b # c && d\nfi"},
		{"[ -x /a ] && b;", "if [ -x /a ]; then\n  b;\nfi"},
		{"sleep 5; [ -x /a ] && b", "sleep 5; if [ -x /a ]; then\n  b\nfi"},
		{"a || b; test -e /c && d", "a || b; if test -e /c; then\n  d\nfi"},
		{"a & [ -x /b ] && c", "a & if [ -x /b ]; then\n  c\nfi"},
		{"if a; then b; fi; [ -x /c ] && d", "if a; then b; fi; if [ -x /c ]; then\n  d\nfi"},
		{"[ -x /a ] && b; c;", ""},
		{"[ -x /a ] && b || c;", ""},
		{"test -x /a || b", ""},
		{"cd /a && b", ""},
		{"a && [ -x /b ] && c", ""},
		{"if [ -x /a ]; then b; fi", ""},
		{"( [ -x /a ] && b )", ""},
		{"[ -x '/a ] && b", ""},
		{"a", ""},
		{"", ""},
	} {
		if got, ok := guarded(tt.command); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q: got %q", tt.command, got)
		}
	}
}
