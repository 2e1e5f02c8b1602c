package oracle

import (
	"maps"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer"
	"curfew/messages"
)

// TestCronReboot is rule A.11: cron runs @reboot once after the machine has started, and not when only cron starts again.
// Nor does the job: in the start of the machine in which it comes over, cron has run the line.
func TestCronReboot(t *testing.T) {
	t.Parallel()
	r := newCron(t, "UTC")
	r.program("probe", []byte(probe))
	r.write("etc/cron.d/boot", "@reboot root /probe boot\n")
	for _, want := range []int{1, 0} {
		r.watch(watch{from: begin, to: begin.Add(2 * time.Minute), real: true})
		if got := len(r.outputs()); got != want {
			t.Errorf("cron has run it %d times, want %d", got, want)
		}
	}
	all := r.imports(importer.CronD, "/etc/cron.d")
	if status := r.daemon(all.File).run(all.Entries[0]); status != 0 || !all.Entries[0].Enabled {
		t.Errorf("exit status %d, enabled: %v", status, all.Entries[0].Enabled)
	}
	if got := len(r.outputs()); got != 0 {
		t.Error("the job has run the command, and cron would not")
	}
}

// TestCronStartsBeside: cron starts a job beside one that still runs, and so does the job that comes over. Each of them
// waits for the third.
func TestCronStartsBeside(t *testing.T) {
	t.Parallel()
	r := newCron(t, "UTC")
	r.write("etc/cron.d/long", "* * * * * root echo >>/out/started; until [ $(wc -l </out/started) -ge 3 ]; do sleep 0.1; done\n")
	saw := r.watch(watch{from: begin, to: begin.Add(4 * time.Minute), real: true, beside: true})
	if len(saw.starts) != 3 {
		t.Errorf("%d starts, want 3: %v", len(saw.starts), saw.starts)
	}
	all := r.imports(importer.CronD, "/etc/cron.d")
	if e := all.Entries[0]; !e.Enabled || all.jobs[e.Job].Overlap != messages.OverlapAllow {
		t.Errorf("%v, overlap %s", e.Notes, all.jobs[e.Job].Overlap)
	}
}

// set lets cron run these expressions from midnight on. Somebody sets its clock at five past one, and it goes on for a
// while. It returns how often cron starts each of them from then on.
func set(t *testing.T, by, goesOn time.Duration, texts ...string) (r *root, at time.Time, starts map[string]int) {
	t.Helper()
	const past = 65 * time.Minute
	at = begin.Add(past)
	r = newCron(t, "UTC")
	var table strings.Builder
	for _, text := range texts {
		table.WriteString(text + " root : " + text + "\n")
	}
	r.write("etc/cron.d/jobs", table.String())
	saw := r.watch(watch{from: begin, to: at.Add(by + goesOn), jumpAt: at, jumpBy: by})
	starts = map[string]int{}
	passed := false
	for i, s := range saw.starts {
		passed = passed || s.at.After(at) || i > 0 && s.at.Before(saw.starts[i-1].at)
		if passed {
			starts[strings.TrimPrefix(s.command, ": ")]++
		}
	}
	return r, at, starts
}

// TestCronClockIsSetForward is the end of table F: what cron makes up for after a sleep, or when its clock is set, is what
// catch_up of the job takes up: each slot of a fixed time, within three hours, and none of a pace.
func TestCronClockIsSetForward(t *testing.T) {
	t.Parallel()
	texts := []string{"30 1 * * *", "0 1-3 * * *", "*/10 * * * *", "@hourly", "0 */2 * * *"}
	for by, want := range map[time.Duration]map[string]int{
		2 * time.Hour: {"30 1 * * *": 1, "0 1-3 * * *": 2},
		4 * time.Hour: {},
	} {
		r, at, starts := set(t, by, 3*time.Minute, texts...)
		if !maps.Equal(starts, want) {
			t.Errorf("%s: cron makes up for %v, want %v", by, starts, want)
		}
		all := r.imports(importer.CronD, "/etc/cron.d")
		for i, e := range all.Entries {
			missed, catchUp := len(all.slots(t, e, at, at.Add(by), unbounded)), all.jobs[e.Job].CatchUp
			if catchUp.Policy != messages.CatchUpAll || by > time.Duration(catchUp.Window) {
				missed = 0
			}
			if missed != starts[texts[i]] {
				t.Errorf("%s, %s: cron makes up for %d, the job for %d", by, e.Text, starts[texts[i]], missed)
			}
		}
	}
}

// TestCronClockIsSetBack: after an hour fixed times are not repeated, and paces follow the clock; after four hours
// everything is.
func TestCronClockIsSetBack(t *testing.T) {
	t.Parallel()
	texts := []string{"50 0 * * *", "0 1 * * *", "50 23 * * *", "@hourly", "*/30 0 * * *"}
	for by, want := range map[time.Duration]map[string]int{
		-time.Hour:     {"@hourly": 1, "*/30 0 * * *": 1},
		-4 * time.Hour: {"50 0 * * *": 1, "0 1 * * *": 1, "50 23 * * *": 1, "@hourly": 4, "*/30 0 * * *": 2},
	} {
		if _, _, starts := set(t, by, -by, texts...); !maps.Equal(starts, want) {
			t.Errorf("%s: cron starts %v, want %v", by, starts, want)
		}
	}
}
