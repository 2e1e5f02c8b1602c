package importer_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"curfew/internal/importer"
)

// TestAnyTable: whatever a table has in it, what is written passes check, and every line with a schedule is told of.
func TestAnyTable(t *testing.T) {
	o := options(t, "Europe/Berlin")
	schedule := rapid.SampledFrom([]string{
		"0 7 * * *", "*/5 1-3 * * MON", "0 22-2 * * *", "@daily", "@reboot", "5/15 * * * *", "0 0 31 6 *", "0 12 * * 5#2", "61 * * * *", "30 2 1-7 * 1", "@never",
	})
	pieces := rapid.SampledFrom([]string{
		"a", " ", "\t", "'", `"`, "%", `\%`, `\`, "$(", ")", "`", "&&", "||", ";", "|", "&", "#", "[ -x /a ]", "if", "fi", "{", "}", "<<EOF", "\r",
		"\x00", "\x1b[1m", "\xff", "é", "\u202e", ": ", "- ", "=", "then", "test", "(", "!", "~", "true",
	})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(pieces, 0, 9).Draw(t, "pieces"), "") })
	rapid.Check(t, func(rt *rapid.T) {
		var table strings.Builder
		schedules := 0
		for range rapid.IntRange(1, 3).Draw(rt, "lines") {
			if rapid.Bool().Draw(rt, "set") {
				table.WriteString(rapid.SampledFrom([]string{"A", "PATH", "HOME", "SHELL", "TZ", "no", "1", "CURFEW_X", `"q"`}).Draw(rt, "name") + "=" + text.Draw(rt, "value") + "\n")
			}
			schedules++
			table.WriteString(schedule.Draw(rt, "schedule") + " x" + text.Draw(rt, "command") + "\n")
		}
		r, err := importer.Import(importer.Crontab, []importer.Source{{Name: "table", Data: []byte(table.String())}}, o)
		if err != nil {
			rt.Fatalf("%q: %v", table.String(), err)
		}
		if len(r.Entries) < schedules {
			rt.Fatalf("%q: %d entries for %d schedules", table.String(), len(r.Entries), schedules)
		}
		for _, e := range r.Entries {
			if e.Outcome == importer.NotMoved && (e.Enabled || len(e.Notes) == 0) {
				rt.Fatalf("%q: not moved, and enabled or without a reason: %+v", table.String(), e)
			}
		}
	})
}
