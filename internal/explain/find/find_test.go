package find_test

import (
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/sqlite"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/messages"
)

var start = messages.At(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))

func definition(job string) messages.Definition {
	return messages.Definition{Job: job, Actor: "shell", Timetable: messages.Timetable{Schedule: "0 7 * * *", Timezone: "UTC"}, Retry: messages.Retry{Attempts: 1, Factor: 1}}
}

// records is a thousand of them, of 200 hours, with these messages in the place of some; a decision follows from
// the newest fact before it.
func records(bodies map[int]messages.Body) []messages.Record {
	rs := others(1000, time.Hour)
	for i, b := range bodies {
		rs[i].Body = b
	}
	cause := uint64(0)
	for i := range rs {
		if rs[i].Cause = cause; messages.KindOf(rs[i].Body) == messages.KindFact {
			cause, rs[i].Cause = rs[i].Seq, 0
		}
	}
	return rs
}

func file(t *testing.T, rs []messages.Record) bus.Journal {
	t.Helper()
	j, err := sqlite.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	for len(rs) > 0 {
		n := min(len(rs), 7)
		if err := j.Append(rs[:n]); err != nil {
			t.Fatal(err)
		}
		rs = rs[n:]
	}
	return j
}

func ask(t *testing.T, j bus.Journal, q explain.Question, at string) explain.Explanation {
	t.Helper()
	var err error
	if q.At, err = explain.ParseWhen(at); err != nil {
		t.Fatal(err)
	}
	q.Now, q.Live = start.Add(200*time.Hour), true
	x, err := find.Explain(t.Context(), j, q)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func held(slot, first messages.Instant, missed int) messages.Body {
	return messages.RunHeld{Run: "r", Job: "mine", Holds: []messages.Hold{messages.HoldPaused}, Slot: slot, FirstSlot: first, Missed: missed}
}

func due(slot messages.Instant) messages.Body {
	return messages.SlotsDue{Slots: []messages.JobSlot{{Job: "other", Slot: slot}, {Job: "mine", Slot: slot}}}
}

// heldForLong is a run that began to be held in the beginning and took in a slot 150 hours later.
func heldForLong() (rs []messages.Record, slot messages.Instant) {
	first, slot := start.Add(2*time.Hour), start.Add(152*time.Hour)
	return records(map[int]messages.Body{
		0: messages.Defined(definition("mine")), 5: messages.JobPaused{Job: "mine", By: "ada"},
		10: due(first), 11: messages.RunQueued{Run: "r", Job: "mine", Slot: first, FirstSlot: first, Trigger: messages.TriggerSchedule},
		12: held(first, first, 0), 760: due(slot), 761: held(slot, first, 1),
	}), slot
}

// The story of a run that had been held for days is told from its beginning: the search begins near the
// slot, and goes back when it finds that it must.
func TestStoryThatBeganLongBefore(t *testing.T) {
	rs, slot := heldForLong()
	for _, j := range []bus.Journal{file(t, rs), late(t, rs, 1)} {
		x := ask(t, j, explain.Question{Job: "mine"}, slot.String())
		var seqs []uint64
		for _, l := range x.Chain {
			seqs = append(seqs, l.Seq)
		}
		if len(seqs) != 6 || seqs[0] != 6 || seqs[1] != 11 || seqs[5] != 762 {
			t.Errorf("%T: the chain is %v", j, seqs)
		}
		if want := "The slot 2027-01-07 08:00 is held since 08:00: the job is paused; `curfew job resume mine`; one run for 2 slots."; x.Verdict != want {
			t.Errorf("%s\nwant %s", x.Verdict, want)
		}
		if y := ask(t, j, explain.Question{Job: "mine", Run: "r"}, ""); len(y.Chain) != 6 {
			t.Errorf("by the run: %+v", y)
		}
	}
}

// lateJournal is a journal that has forgotten its beginning.
type lateJournal struct {
	*memory.Journal
	first uint64
}

func (j lateJournal) First() (uint64, error) { return j.first, nil }

func late(t *testing.T, rs []messages.Record, first uint64) bus.Journal {
	t.Helper()
	j := lateJournal{memory.New(), first}
	if err := j.Append(rs); err != nil {
		t.Fatal(err)
	}
	return j
}

// What is older than the journal is not explained, and that is said; what is newer is, as far as it goes.
func TestJournalThatForgot(t *testing.T) {
	rs, slot := heldForLong()
	j := late(t, rs, 501)
	q := explain.Question{Job: "mine", Definition: messages.Keep(definition("mine"))}
	if x := ask(t, j, q, start.Add(7*time.Hour).String()); x.Verdict != "The journal begins at 2027-01-05 04:00 (seq 501): what is older was forgotten." || x.Status != nil {
		t.Errorf("%+v", x)
	}
	if x := ask(t, j, q, slot.String()); *x.Run != "r" || len(x.Chain) != 2 {
		t.Errorf("%+v", x)
	}
	q.At, q.Definition = explain.When{}, nil
	if _, err := find.Explain(t.Context(), j, q); !errors.Is(err, find.ErrUnknownJob) {
		t.Errorf("a job that nobody knows: %v", err)
	}
}

// That no node decided is said only of a time whose beginning is still in the journal: of what is older nothing is known.
func TestSilenceThatBeganBeforeTheJournal(t *testing.T) {
	slot := start.Add(7 * time.Hour)
	rs := records(map[int]messages.Body{
		0: messages.Defined(definition("mine")), 1: messages.NodeJoined{Node: "a", Incarnation: 1},
		50: messages.NodeJoined{Node: "a", Incarnation: 2}, 51: messages.SlotsMissed{Job: "mine", First: slot, Slots: []messages.Instant{slot}},
		52: messages.SlotSkipped{Job: "mine", First: slot, Last: slot, Count: 1, Reason: messages.SkipCatchUpNone},
	})
	q := explain.Question{Job: "mine", Definition: messages.Keep(definition("mine"))}
	for first, want := range map[uint64]bool{1: true, 45: false} {
		j := late(t, rs, first)
		if err := j.Drop(first); err != nil {
			t.Fatal(err)
		}
		if x := ask(t, j, q, ""); len(x.Chain) != 2 || strings.Contains(x.Verdict, "no node decided") != want {
			t.Errorf("of a journal from %d on: %s (%d records)", first, x.Verdict, len(x.Chain))
		}
	}
}

// looks counts the reads of single records, as a bisection makes.
type looks struct {
	bus.Journal
	n int
}

func (l *looks) Read(from uint64, limit int) ([]messages.Record, error) {
	if limit < bus.PageSize {
		l.n++
	}
	return l.Journal.Read(from, limit)
}

// When a silence began is looked for in the journal of a fleet only: a daemon on its own says when it starts.
func TestSilenceOfAFleetOnly(t *testing.T) {
	slot := start.Add(7 * time.Hour)
	for fleet, first := range map[bool]messages.Body{true: messages.NodeJoined{Node: "a", Incarnation: 1}, false: messages.JobPaused{Job: "other"}} {
		j := &looks{Journal: file(t, records(map[int]messages.Body{
			0: messages.Defined(definition("mine")), 1: first,
			51: messages.SlotsMissed{Job: "mine", First: slot, Slots: []messages.Instant{slot}},
			52: messages.SlotSkipped{Job: "mine", First: slot, Last: slot, Count: 1, Reason: messages.SkipCatchUpNone},
		}))}
		q := explain.Question{Job: "mine", Definition: messages.Keep(definition("mine"))}
		if x := ask(t, j, q, ""); len(x.Chain) != 2 || (j.n > 1) != fleet { // one is of the end
			t.Errorf("in a fleet (%t) %d records are looked at one by one: %s", fleet, j.n, x.Verdict)
		}
	}
}

func TestUnknown(t *testing.T) {
	rs, _ := heldForLong()
	j := file(t, rs)
	for _, q := range []explain.Question{{Job: "nobody"}, {Job: `mine"`}, {Job: ""}} {
		if _, err := find.Explain(t.Context(), j, q); !errors.Is(err, find.ErrUnknownJob) {
			t.Errorf("%q: %v", q.Job, err)
		}
	}
	others := rs[20].Body.(messages.SlotsDue).Slots[0]
	for _, run := range []messages.RunID{"nothing", messages.SlotRun(others.Job, others.Slot, 0)} {
		if _, err := find.Explain(t.Context(), j, explain.Question{Job: "mine", Run: run}); !errors.Is(err, find.ErrUnknownRun) {
			t.Errorf("run %s: %v", run, err)
		}
	}
}

// Every way of having no slot is told apart.
func TestNoSlot(t *testing.T) {
	d := definition("mine")
	d.Exclude, d.ActiveHours = []string{"2027-01-04"}, &messages.ActiveHours{Start: "06:00", End: "12:00"}
	d.Schedule = "0 7,20 * * *"
	d.End = start.Add(21 * 24 * time.Hour)
	paused := definition("off")
	j := file(t, records(map[int]messages.Body{
		10: messages.Defined(d), 15: messages.Defined(paused), 20: messages.JobPaused{Job: "off", By: "ada"},
		25: messages.Defined(definition("gone")), 500: messages.JobRemoved{Job: "gone"},
	}))
	for _, c := range []struct{ job, at, want string }{
		{"mine", "", "Nothing has fallen due yet; the next slot is 2027-01-10 07:00; as things are it would run."},
		{"off", "", "Nothing has fallen due yet; the next slot is 2027-01-10 07:00"},
		{"gone", "", "The job was removed at 2027-01-05 04:00, and nothing of it had fallen due."},
		{"mine", "2027-01-01 01:00", "No slot at 2027-01-01 01:00: the job was first defined at 2027-01-01 02:00."},
		{"mine", "2027-01-04 07:00", "No slot at 2027-01-04 07:00: the date is in exclude."},
		{"mine", "2027-01-05 20:00", "No slot at 2027-01-05 20:00: it is outside active_hours 06:00 to 12:00."},
		{"mine", "2027-01-05 08:30", "No slot at 2027-01-05 08:30: the schedule is"},
		{"mine", "2027-01-12 07:00", "The slot 2027-01-12 07:00 lies ahead, in 2d 23h; as things are it would run."},
		{"off", "2027-01-12 07:00", "The slot 2027-01-12 07:00 lies ahead, in 2d 23h; as things are it would be skipped: the job is paused."},
		{"mine", "2027-01-12 07:01", "2027-01-12 07:01 lies ahead, and is not a slot; near: 2027-01-12 07:00, 2027-01-13 07:00."},
		{"mine", "2027-01-23 07:00", "2027-01-23 07:00 lies ahead, and is not a slot; the last was 2027-01-21 07:00."},
		{"gone", "2027-01-06 07:00", "No slot at 2027-01-06 07:00: the job had been removed at 2027-01-05 04:00."},
		{"mine", "2027-01-06 07:00", "The slot 2027-01-06 07:00 is of the schedule, but nothing in the journal names it."},
	} {
		x := ask(t, j, explain.Question{Job: c.job}, c.at)
		if !strings.HasPrefix(x.Verdict, c.want) || x.Status != nil || x.Run != nil {
			t.Errorf("%s %s:\n%s\nwant\n%s", c.job, c.at, x.Verdict, c.want)
		}
	}
}

// TestScheduleGivenUpWhileNoDaemonRan: a slot that passed then is not caught up if the start took in another schedule.
func TestScheduleGivenUpWhileNoDaemonRan(t *testing.T) {
	other := definition("mine")
	other.Schedule = "0 8 * * *"
	for want, then := range map[string]map[int]messages.Body{
		"The slot 2027-01-02 07:00 is not caught up: no daemon ran from 2027-01-02 06:00 to 2027-01-02 08:00, and then the " +
			"job got another schedule (every day at 08:00 in UTC), which counts from then on.": {
			150: messages.RuntimeStopped{}, 160: messages.RuntimeConfigured{}, 161: messages.Defined(other),
		},
		"The slot 2027-01-02 07:00 is not caught up: no daemon ran from 2027-01-02 06:00 to 2027-01-02 08:00, and then the " +
			"job was removed.": {
			150: messages.RuntimeStopped{}, 160: messages.RuntimeConfigured{}, 161: messages.JobRemoved{Job: "mine"},
		},
		"The slot 2027-01-02 07:00 is not caught up: no daemon noticed it before the start at 2027-01-02 08:00, when the job " +
			"was removed.": {160: messages.RuntimeConfigured{}, 161: messages.JobRemoved{Job: "mine"}},
		"The slot 2027-01-02 07:00 is of the schedule, but nothing in the journal names it.": {
			160: messages.RuntimeConfigured{}, 161: messages.Defined(definition("mine")),
		},
		"The slot 2027-01-02 07:00 is not caught up: nobody had noticed it at 2027-01-02 09:00, when the job was removed.": {
			155: messages.RuntimeConfigured{Reloaded: true}, 165: messages.JobRemoved{Job: "mine"},
		},
	} {
		bodies := map[int]messages.Body{0: messages.Defined(definition("mine")), 1: messages.RuntimeConfigured{}}
		maps.Copy(bodies, then)
		if x := ask(t, file(t, records(bodies)), explain.Question{Job: "mine"}, "2027-01-02T07:00:00Z"); x.Verdict != want {
			t.Errorf("%s\nwant %s", x.Verdict, want)
		}
	}
}
