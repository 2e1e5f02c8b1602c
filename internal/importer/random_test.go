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

// TestAnyStore: whatever a store of jobs has in it, nothing breaks, what is written passes check, and what is not moved
// says why.
func TestAnyStore(t *testing.T) {
	o := options(t, "Europe/Berlin")
	word := rapid.SampledFrom([]string{
		`null`, `true`, `-1`, `1e300`, `0.5`, `60000`, `""`, `"x"`, `"0 7 * * *"`, `"*/5 * * * *"`, `"0 9 13 * +5"`, `"5/15 * * * * *"`, `"@daily"`,
		`"cron"`, `"every"`, `"at"`, `"once"`, `"interval"`, `"agentTurn"`, `"command"`, `"2027-02-01T16:00:00Z"`, `"UTC"`, `"Mars/Base"`, `"a\u0000b"`,
		`"\u202e"`, `"it's: - {prompt} %"`, `"~/x.sh"`, `"line\nline\n"`, `[]`, `["telegram", "local"]`, `{}`,
	})
	keys := map[importer.Kind][]string{
		importer.OpenClaw: {"id", "name", "enabled", "deleteAfterRun", "schedule", "payload", "trigger", "pacing", "kind", "expr", "tz", "at", "everyMs", "staggerMs", "timeoutSeconds"},
		importer.Hermes: {
			"id", "name", "prompt", "schedule", "kind", "expr", "minutes", "run_at", "repeat", "times", "enabled", "state", "next_run_at", "deliver",
			"skills", "model", "provider", "script", "no_agent", "workdir", "context_from",
		},
	}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]importer.Kind{importer.OpenClaw, importer.Hermes}).Draw(rt, "kind")
		var object func(depth int) string
		object = func(depth int) string {
			var members []string
			for range rapid.IntRange(0, 7).Draw(rt, "members") {
				key := rapid.SampledFrom(keys[kind]).Draw(rt, "key")
				value := word.Draw(rt, "value")
				if depth > 0 && (key == "schedule" || key == "payload" || key == "repeat") {
					value = object(depth - 1)
				}
				members = append(members, `"`+key+`": `+value)
			}
			return "{" + strings.Join(members, ", ") + "}"
		}
		text := `{"jobs": [` + object(1) + `, {"id": "a1", "name": "A", "prompt": "x", "schedule": {"kind": "cron", "expr": "0 7 * * *"}, "payload": {"kind": "agentTurn"}}]}`
		r, err := importer.Import(kind, []importer.Source{{Name: "jobs.json", Data: []byte(text)}}, o)
		if err != nil {
			rt.Fatalf("%s: %v", text, err)
		}
		if len(r.Entries) != 2 || !r.Entries[1].Enabled {
			rt.Fatalf("%s: %d entries, the last one %+v", text, len(r.Entries), r.Entries[1])
		}
		for _, e := range r.Entries {
			if e.Outcome == importer.NotMoved && (e.Enabled || len(e.Notes) == 0) {
				rt.Fatalf("%s: not moved, and enabled or without a reason: %+v", text, e)
			}
		}
	})
}

// TestAnyTableOfAnotherCron: the same for tables of another cron, and expressions of Quartz.
func TestAnyTableOfAnotherCron(t *testing.T) {
	field := rapid.SampledFrom([]string{
		"*", "?", "0", "5", "07", "60", "1-5", "5-1", "*/2", "*/0", "5/15", "1,3", "1,,3", "L", "LW", "15W", "6L", "6#2", "MON", "mon-fri", "NOV", "oct", "-", "/", "#", "~", "0~9", "99999999999",
		"1-", "-1", "2026", "2020-2030/2",
	})
	rapid.Check(t, func(rt *rapid.T) {
		o := options(t, "Europe/Berlin")
		kind := rapid.SampledFrom([]importer.Kind{importer.Crontab, importer.CronD, importer.Anacron, importer.Quartz}).Draw(rt, "kind")
		o.Cron = rapid.SampledFrom(importer.Crons()).Draw(rt, "cron")
		text := strings.Join(rapid.SliceOfN(field, 1, 8).Draw(rt, "fields"), " ") + " command\n"
		if kind == importer.Quartz {
			text = strings.TrimSuffix(text, " command\n") + "\n"
		}
		r, err := importer.Import(kind, []importer.Source{{Name: "table", Data: []byte(text)}}, o)
		if err != nil && !strings.Contains(err.Error(), "no schedule") {
			rt.Fatalf("%q: %v", text, err)
		}
		for _, e := range r.Entries {
			if e.Outcome == importer.NotMoved && (e.Enabled || len(e.Notes) == 0) {
				rt.Fatalf("%q: not moved, and enabled or without a reason: %+v", text, e)
			}
		}
	})
}
