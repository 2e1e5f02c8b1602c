package ticker

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

func TestADayOfSlots(t *testing.T) {
	known := []policy.JobGlance{
		job("c", "30 7 * * *", 0), job("b", "0 */6 * * *", 0), job("a", "every 6h", 0), job("once", "at 2000-01-01T13:00:00.250Z", 0),
		{Definition: messages.Keep(messages.Definition{Job: "zone", Timetable: messages.Timetable{Schedule: "0 9-17/4 * * *", Timezone: "Asia/Tokyo", ActiveHours: &messages.ActiveHours{Start: "10:00", End: "23:00"}}}), Mark: scheduler.Mark{Since: messages.At(midnight)}},
	}
	inWorld(t, known, nil, func(w *world) {
		w.pass(24*time.Hour - time.Second)
		w.expect("the day",
			"04:00:00 due zone@04:00:00",
			"05:42:25 due a@05:42:25", // its place in the six hours
			"06:00:00 due b@06:00:00",
			"07:30:00 due c@07:30:00",
			"08:00:00 due zone@08:00:00",
			"11:42:25 due a@11:42:25",
			"12:00:00 due b@12:00:00",
			"13:00:00 due once@13:00:00",
			"17:42:25 due a@17:42:25",
			"18:00:00 due b@18:00:00",
			"23:42:25 due a@23:42:25",
		)
	})
}

// At the start, and at no other time; behind what was missed, and after the job's last slot.
func TestReboot(t *testing.T) {
	known := []policy.JobGlance{job("a", "@reboot", time.Hour), job("b", "@reboot; 0 */6 * * *", 7*time.Hour), job("c", "@reboot", 0)}
	inWorld(t, known, nil, func(w *world) {
		w.expect("the start", "00:00:00 missed b 12-31T18:00:00..00:00:00 2+0", "00:00:00 due a@00:00:00 b@00:00:00 c@00:00:00")
		w.pass(7 * time.Hour)
		w.expect("later", "06:00:00 due b@06:00:00")
	})
}

// A job file that is read by a newer build says more; where it means the same, what was missed is not lost.
func TestADefaultThatIsFilledInChangesNothing(t *testing.T) {
	old := job("a", "0 7 * * *", 16*time.Hour+time.Minute)
	filled := old.Definition.Whole()
	filled.DST, filled.Exclude = messages.DSTVixie, []string{}
	log := []messages.Record{{Seq: 1, At: messages.At(midnight), Body: messages.Defined(filled)}}
	inWorld(t, []policy.JobGlance{old}, log, func(w *world) {
		w.expect("at the start")
		w.pass(7 * time.Hour)
		w.expect("in the morning", "07:00:00 due a@07:00:00")
	})
	old.Mark.Since = messages.At(midnight.Add(-18 * time.Hour))
	inWorld(t, []policy.JobGlance{old}, log, func(w *world) {
		w.expect("at the start", "00:00:00 missed a 12-31T07:00:00..12-31T07:00:00 1+0")
	})
}

// A window that changes makes no other slots: what was missed is not lost, and is judged by the new one. Two jobs of
// one schedule may have two windows.
func TestWindow(t *testing.T) {
	windowed := func(name string, window time.Duration) policy.JobGlance {
		k := job(name, "* * * * *", 72*time.Hour-time.Minute)
		d := k.Definition.Whole()
		d.CatchUp.Window = messages.Duration(window)
		k.Definition = messages.Keep(d)
		return k
	}
	a, b := windowed("a", 24*time.Hour), windowed("b", 48*time.Hour)
	inWorld(t, []policy.JobGlance{a, b}, nil, func(w *world) {
		w.expect("at the start",
			"00:00:00 missed a 12-29T00:02:00..00:00:00 1000+3319 old=2878..12-31T00:00:00",
			"00:00:00 missed b 12-29T00:02:00..00:00:00 1000+3319 old=1438..12-30T00:00:00")
	})
	tab := newTable()
	id, _, err := tab.set(a.Definition, a.Mark)
	if err != nil {
		t.Fatal(err)
	}
	anew := a.Definition.Whole()
	anew.CatchUp.Window = messages.Duration(time.Hour)
	again, changed, err := tab.set(messages.Keep(anew), scheduler.Mark{Since: messages.At(midnight)})
	if err != nil || again != id || changed || tab.last[id] != a.Mark.Since || tab.schedules[tab.plans[id]].like.CatchUp.Window.D() != time.Hour || len(tab.byKey) != 1 {
		t.Errorf("another window: %v changed %v, last %v, %d schedules", err, changed, tab.last[id], len(tab.byKey))
	}
}

// Jobs of one text share a schedule only if they have the same slots.
func TestSchedulesThatDependOnTheJob(t *testing.T) {
	tab := newTable()
	for i := range 500 {
		for _, d := range []messages.Definition{
			{Job: fmt.Sprint("every-", i), Timetable: messages.Timetable{Schedule: "every 7s"}},
			{Job: fmt.Sprint("hash-", i), Timetable: messages.Timetable{Schedule: "H(0-4) 7 * * *"}},
			{Job: fmt.Sprint("splay-", i), Timetable: messages.Timetable{Schedule: "0 7 * * *", Splay: messages.Duration(2 * time.Second)}},
			{Job: fmt.Sprint("thursday-", i), Timetable: messages.Timetable{Schedule: "0 7 * * THU"}},
		} {
			id, _, err := tab.set(messages.Keep(d), scheduler.Mark{})
			if err != nil {
				t.Fatal(err)
			}
			own, err := scheduler.Parse(d.Timetable, d.Job)
			if err != nil {
				t.Fatal(err)
			}
			from := midnight.Add(time.Hour)
			want, _ := own.Next(from)
			if got, _ := tab.schedule(id).Next(from); !got.Equal(want) {
				t.Fatalf("%s: %v, want %v", d.Job, got, want)
			}
		}
	}
	if n := len(tab.schedules); n != 7+5+3+1 {
		t.Errorf("%d schedules for 2,000 jobs, want 16", n)
	}
}

func TestAHerdIsFewMessages(t *testing.T) {
	const jobs = 2000
	var known []policy.JobGlance
	for i := range jobs {
		known = append(known, job(fmt.Sprintf("job-%04d", (i*7919)%jobs), "0 7 * * *", 0))
	}
	inWorld(t, known, nil, func(w *world) {
		w.pass(7 * time.Hour)
		if !slices.Equal(w.sizes, []int{messages.MaxSlotsDue, jobs - messages.MaxSlotsDue}) {
			t.Fatalf("batches of %v", w.sizes)
		}
		var names []string
		for _, line := range w.said {
			names = append(names, strings.Fields(line)[2:]...)
		}
		if len(slices.Compact(names)) != jobs || !slices.IsSorted(names) || names[0] != "job-0000@07:00:00" {
			t.Errorf("%d names, the first %q, sorted: %v", len(names), names[0], slices.IsSorted(names))
		}
	})
}

// What fell due while nobody looked, published at the start.
func TestStart(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name  string
		known []policy.JobGlance
		want  []string
	}{
		{"nothing", []policy.JobGlance{job("a", "30 7 * * *", time.Hour)}, nil},
		{"one slot, just now", []policy.JobGlance{job("a", "59 23 * * *", time.Hour)}, []string{"00:00:00 due a@12-31T23:59:00"}},
		{"one slot, too long ago", []policy.JobGlance{job("a", "58 23 * * *", time.Hour)}, []string{"00:00:00 missed a 12-31T23:58:00..12-31T23:58:00 1+0"}},
		{"the slot of this very instant", []policy.JobGlance{job("a", "0 0 * * *", time.Hour)}, []string{"00:00:00 due a@00:00:00"}},
		{"since is done already", []policy.JobGlance{job("a", "0 0 * * *", 0)}, nil},
		{"16 days", []policy.JobGlance{job("a", "0 7 * * *", 16*day)}, []string{"00:00:00 missed a 12-16T07:00:00..12-31T07:00:00 16+0"}},
		{"more than are named", []policy.JobGlance{job("a", "every 1s", day)}, []string{"00:00:00 missed a 12-31T00:00:01..00:00:00 1000+85400"}},
		{"a late one shot", []policy.JobGlance{job("a", "at 1999-12-30T00:00:00Z", 3*day)}, []string{"00:00:00 missed a 12-30T00:00:00..12-30T00:00:00 1+0 once"}},
		{"a one shot that is done", []policy.JobGlance{job("a", "at 1999-12-30T00:00:00Z", 2*day)}, nil},
		{
			"the missed first, then by instant, then by name",
			[]policy.JobGlance{job("d", "0 0 * * *", time.Hour), job("c", "*/10 * * * *", time.Hour), job("b", "0 0 * * *", time.Hour), job("f", "59 23 * * *", time.Hour), job("a", "*/10 * * * *", time.Hour)},
			[]string{"00:00:00 missed a 12-31T23:10:00..00:00:00 6+0", "00:00:00 missed c 12-31T23:10:00..00:00:00 6+0", "00:00:00 due f@12-31T23:59:00 b@00:00:00 d@00:00:00"},
		},
		{"a schedule that is not understood is left out", []policy.JobGlance{job("a", "0 0 30 2 *", time.Hour), job("b", "0 0 * * *", time.Hour)}, []string{"00:00:00 due b@00:00:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, c.known, nil, func(w *world) {
				w.expect("at the start", c.want...)
				w.pass(50 * time.Millisecond)
				w.expect("and again")
			})
		})
	}
}

// What stands in the log behind the recovered state counts before the clock is looked at.
func TestStartReadsTheLogFirst(t *testing.T) {
	minuteAgo := messages.At(midnight.Add(-time.Minute))
	log := []messages.Record{
		{At: minuteAgo, Body: messages.JobRemoved{Job: "gone"}},
		{At: minuteAgo, Body: defined("new", "0 0 * * *")},
		{At: minuteAgo, Body: messages.RuntimeConfigured{}},
		{At: minuteAgo, Body: defined("changed", "0 0 * * *")},
		{At: minuteAgo, Body: defined("same", "0 * * * *")},
	}
	known := []policy.JobGlance{job("gone", "0 * * * *", 5*time.Hour), job("changed", "0 * * * *", 5*time.Hour), job("same", "0 * * * *", 5*time.Hour)}
	inWorld(t, known, log, func(w *world) {
		w.expect("at the start", "00:00:00 missed same 12-31T20:00:00..00:00:00 5+0", "00:00:00 due changed@00:00:00 new@00:00:00")
	})
}

func TestJobsComeAndGo(t *testing.T) {
	inWorld(t, []policy.JobGlance{job("a", "0 * * * *", 0)}, nil, func(w *world) {
		w.pass(90 * time.Minute)
		w.expect("from the start", "01:00:00 due a@01:00:00")
		w.append(defined("b", "0 * * * *"))
		w.pass(time.Hour)
		w.expect("defined", "02:00:00 due a@02:00:00 b@02:00:00")
		w.append(defined("a", "*/20 * * * *"), defined("b", "0 * * * *"))
		w.pass(30 * time.Minute)
		w.expect("redefined", "02:40:00 due a@02:40:00", "03:00:00 due a@03:00:00 b@03:00:00")
		w.append(messages.JobRemoved{Job: "a"}, messages.JobRemoved{Job: "never was"})
		w.pass(time.Hour)
		w.expect("removed", "04:00:00 due b@04:00:00")
		w.append(defined("c", "30 4 * * *"), defined("b", "what"))
		w.pass(time.Hour)
		w.expect("in the place of another, and no schedule", "04:30:00 due c@04:30:00")
		hours := defined("c", "*/15 * * * *")
		hours.ActiveHours = &messages.ActiveHours{Start: "06:00", End: "06:20"}
		w.append(hours)
		w.pass(2 * time.Hour)
		w.expect("hours", "06:00:00 due c@06:00:00", "06:15:00 due c@06:15:00")
	})
}

func TestTheClockIsSet(t *testing.T) {
	inWorld(t, []policy.JobGlance{job("hourly", "0 * * * *", 0), job("daily", "30 3 * * *", 0)}, nil, func(w *world) {
		w.pass(time.Hour)
		w.expect("first", "01:00:00 due hourly@01:00:00")
		w.set(150 * time.Minute)
		w.pass(MaxSleep)
		w.expect("forward: noticed within a sleep", "03:30:30 missed hourly 02:00:00..03:00:00 2+0", "03:30:30 due daily@03:30:00")
		w.set(-3 * time.Hour)
		w.pass(3*time.Hour + 20*time.Minute)
		w.expect("three hours back: all go by the new time", "00:31:00 back by 3h0m0s", "01:00:00 due hourly@01:00:00",
			"02:00:00 due hourly@02:00:00", "03:00:00 due hourly@03:00:00", "03:30:00 due daily@03:30:00")
		w.set(-time.Hour)
		w.pass(2*time.Hour - 20*time.Minute)
		w.expect("an hour back: what has a time of day does not come twice", "02:51:00 back by 1h0m0s",
			"03:00:00 due hourly@03:00:00", "04:00:00 due hourly@04:00:00")
		w.append(defined("daily", "31 4 * * *"), defined("hourly", "59 * * * *"))
		w.pass(30 * time.Minute)
		w.expect("redefined", "04:31:00 due daily@04:31:00", "04:59:00 due hourly@04:59:00")
		w.set(-time.Hour)
		w.append(defined("hourly", "58 * * * *"))
		w.pass(time.Hour)
		w.expect("redefined after it was set back", "04:00:30 back by 1h0m0s", "04:58:00 due hourly@04:58:00")
		w.set(-4 * time.Second)
		w.pass(MaxSleep)
		w.expect("a step that is not worth a word")
	})
}

// The clock may be set in the middle of a tick: what is published is judged by the clock right before.
func TestTheClockIsSetInsideATick(t *testing.T) {
	for _, c := range []struct {
		name string
		step time.Duration
		want []string
	}{
		{"back", -10 * time.Second, []string{"00:30:00 back by 10s", "00:30:00 due a@00:30:00"}},
		{"forward", 61 * time.Second, []string{"00:31:01 missed a 00:30:00..00:30:00 1+0"}},
		{"forward over a slot", time.Hour, []string{"01:30:00 missed a 00:30:00..01:30:00 2+0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, []policy.JobGlance{job("a", "30 * * * *", 0)}, nil, func(w *world) {
				w.pass(30*time.Minute - time.Second)
				looks := 0
				w.watch(func() {
					if looks++; looks == 3 { // the second finds the slot, the third publishes it
						w.set(c.step)
					}
				})
				w.pass(30 * time.Second)
				w.expect(c.name, c.want...)
			})
		})
	}
}

func TestFatal(t *testing.T) {
	inWorld(t, []policy.JobGlance{job("a", "* * * * *", 0)}, nil, func(w *world) {
		w.mu.Lock()
		w.broken = errBroken
		w.mu.Unlock()
		w.wake()
		w.pass(time.Hour)
		w.expect("without a log")
		if len(w.fatal) != 1 || !errors.Is(w.fatal[0], errBroken) {
			t.Errorf("fatal: %v", w.fatal)
		}
	})
	inWorld(t, []policy.JobGlance{job("a", "* * * * *", 0)}, nil, func(w *world) {
		w.watch(func() { panic("no clock") })
		w.pass(time.Hour)
		if len(w.fatal) != 1 || w.fatal[0].Error() != "ticker: panicked: no clock" {
			t.Errorf("fatal: %v", w.fatal)
		}
	})
}

func TestStartNeedsItsConfig(t *testing.T) {
	if _, err := Start(Config{}); err == nil {
		t.Error("started out of nothing")
	}
}

// TestSchedulesWithEqualHashes: a hash only says where a schedule is looked for.
func TestSchedulesWithEqualHashes(t *testing.T) {
	orders := [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}
	for _, order := range orders {
		tab := newTable()
		tab.hash = func(planKey) uint64 { return 7 }
		schedule := func(i int) *messages.Kept {
			return messages.Keep(messages.Definition{Job: fmt.Sprint("job-", i), Timetable: messages.Timetable{Schedule: fmt.Sprint(i, " 7 * * *")}})
		}
		there := map[int]bool{}
		look := func() {
			t.Helper()
			for i := range 3 {
				p, ok := tab.find(keyOf(schedule(i)))
				if ok != there[i] || ok && tab.schedules[p].key() != keyOf(schedule(i)) {
					t.Errorf("%v: schedule %d: found %v, want %v", order, i, ok, there[i])
				}
			}
		}
		for range 2 { // the second time into the gaps of the first
			for i := range 3 {
				if _, _, err := tab.set(schedule(i), scheduler.Mark{}); err != nil {
					t.Fatal(err)
				}
				there[i] = true
				look()
			}
			for _, i := range order {
				tab.forget(schedule(i).Job)
				there[i] = false
				look()
			}
		}
		if len(tab.byKey) != 0 {
			t.Errorf("%v: %d hashes are left", order, len(tab.byKey))
		}
	}
}
