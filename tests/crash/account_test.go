package crash

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// killedEvery is the time between two slots of each job of killedFile.
var killedEvery = map[string]time.Duration{
	"quick": time.Second, "slow": time.Second, "slower": 2 * time.Second, "inbox": time.Second, "digest": 2 * time.Second,
}

// attemptOf identifies an attempt.
type attemptOf struct {
	run    messages.RunID
	number int
}

// accounts are the slots, runs and attempts of a journal.
type accounts struct {
	job     map[messages.RunID]string
	stands  map[messages.RunID]int // how many slots a run stands for
	over    map[messages.RunID]messages.RunFinished
	trail   map[messages.RunID][]string // what became of it, for a complaint
	started map[attemptOf]string        // the job
	ended   map[attemptOf]bool          // by themselves, having run; false: they were in flight at a kill
	skipped map[string]int              // slots by job
	first   map[string]messages.Instant // slots
	last    map[string]messages.Instant
	defined map[string]messages.Instant
}

func readAccounts(recs []messages.Record) accounts {
	a := accounts{
		job: map[messages.RunID]string{}, stands: map[messages.RunID]int{}, over: map[messages.RunID]messages.RunFinished{},
		trail:   map[messages.RunID][]string{},
		started: map[attemptOf]string{}, ended: map[attemptOf]bool{}, skipped: map[string]int{},
		first: map[string]messages.Instant{}, last: map[string]messages.Instant{},
		defined: map[string]messages.Instant{},
	}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.JobDefined:
			if _, again := a.defined[b.Job]; !again {
				a.defined[b.Job] = r.At
			}
		case messages.RunQueued:
			a.job[b.Run], a.stands[b.Run] = b.Job, b.Missed+1
			a.see(b.Job, b.FirstSlot, b.Slot)
		case messages.RunHeld:
			a.stands[b.Run] = b.Missed + 1
			a.see(b.Job, b.FirstSlot, b.Slot)
		case messages.RunFinished:
			a.over[b.Run] = b
			a.note(r, b.Run)
			if b.Into != "" { // which stands for its slots now
				a.stands[b.Run] = 0
			}
		case messages.SlotSkipped:
			a.skipped[b.Job] += max(b.Count, 1)
			a.see(b.Job, max(b.Slot, b.First), max(b.Slot, b.Last))
		case messages.AttemptStarted:
			a.started[attemptOf{b.Run, b.Attempt}] = b.Job
			a.note(r, b.Run)
		case messages.AttemptSucceeded:
			a.ended[attemptOf{b.Run, b.Attempt}] = true
		case messages.AttemptFailed:
			a.ended[attemptOf{b.Run, b.Attempt}] = b.Called
			a.note(r, b.Run)
		case messages.AttemptInterrupted:
			a.note(r, b.Run)
		}
	}
	return a
}

func (a accounts) note(r messages.Record, run messages.RunID) {
	a.trail[run] = append(a.trail[run], fmt.Sprintf("%d %s %+v", r.Seq, r.At, r.Body))
}

func (a accounts) see(job string, first, last messages.Instant) {
	if old, ok := a.first[job]; !ok || first < old {
		a.first[job] = first
	}
	a.last[job] = max(a.last[job], last)
}

// account accounts for every slot, run and attempt of a daemon that was killed. It compares its journal, the lines that
// its shell jobs wrote, and the calls that the backend recorded, and prints the line that docs/testing.md quotes.
func account(t *testing.T, recs []messages.Record, book string, backend *world.Backend, kills int) {
	t.Helper()
	a := readAccounts(recs)
	slots, losses := a.slots(t)
	for id, job := range a.job {
		if end := a.over[id]; end.Status != messages.StatusSucceeded && end.Into == "" {
			t.Errorf("run %s of %s has come to %q:\n%s", id, job, end.Status, strings.Join(a.trail[id], "\n"))
			losses++
		}
	}
	twice := a.lines(t, book) + a.calls(t, backend)
	t.Logf("%d kills, %d slots, %d runs, %d attempts, %d duplicates in flight, %d losses",
		kills, slots, len(a.job), len(a.started), twice, losses)
}

// slots counts the slots of the schedules, by the clock and not by the journal, and those that have neither a run nor a
// reason to be skipped.
func (a accounts) slots(t *testing.T) (slots, losses int) {
	t.Helper()
	named := maps.Clone(a.skipped)
	for id, job := range a.job {
		named[job] += a.stands[id]
	}
	newest := slices.Max(slices.Collect(maps.Values(a.last)))
	for job, every := range killedEvery {
		n := int(a.last[job].Sub(a.first[job])/every) + 1
		if named[job] != n || n < 3 {
			t.Errorf("%s had %d slots; its runs stand for %d, and %d were skipped",
				job, n, named[job]-a.skipped[job], a.skipped[job])
			losses += max(n-named[job], 0)
		}
		if a.first[job].Sub(a.defined[job]) > every || newest.Sub(a.last[job]) > every {
			t.Errorf("%s had slots from %v to %v; it was defined at %v, and the last slot of all is %v",
				job, a.first[job], a.last[job], a.defined[job], newest)
		}
		slots += n
	}
	return slots, losses
}

// lines compares the lines that the shell jobs wrote with the attempts of the journal. It returns how many lines belong
// to attempts that were in flight at a kill, and so were repeated.
func (a accounts) lines(t *testing.T, book string) (twice int) {
	t.Helper()
	written, runs := map[attemptOf]int{}, map[messages.RunID]int{}
	for line := range strings.Lines(book) {
		var at attemptOf
		var job, slot string
		if _, err := fmt.Sscan(line, &job, &at.run, &at.number, &slot); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		if a.started[at] != job {
			t.Errorf("attempt %d of %s ran for %s, and the journal does not have it", at.number, job, slot)
		}
		written[at]++
		runs[at.run]++
	}
	for at, job := range a.started {
		if slices.Contains(killedAgents, job) {
			continue
		}
		if n := written[at]; n > 1 || n == 0 && a.ended[at] {
			t.Errorf("attempt %d of %s ran %d times", at.number, job, n)
		}
		if !a.ended[at] {
			twice += written[at]
		}
	}
	for id, job := range a.job {
		if !slices.Contains(killedAgents, job) && runs[id] == 0 && a.over[id].Into == "" {
			t.Errorf("a run of %s succeeded, and never ran", job)
		}
	}
	return twice
}

// killedAgents are the jobs that the backend counts.
var killedAgents = []string{"inbox", "digest"}

// calls compares the calls that the backend recorded with the attempts of the journal: an attempt that ended by itself
// made one call, and one that was in flight at a kill at most one.
func (a accounts) calls(t *testing.T, backend *world.Backend) (twice int) {
	t.Helper()
	calls, ended, all := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range backend.Book() {
		calls[c.Job]++
	}
	for at, job := range a.started {
		all[job]++
		called, answered := a.ended[at]
		switch {
		case called:
			ended[job]++
		case answered:
			all[job]-- // it was stopped at the door
		}
	}
	for _, job := range killedAgents {
		if calls[job] < ended[job] || calls[job] > all[job] {
			t.Errorf("%s made %d calls; %d attempts ended, of %d", job, calls[job], ended[job], all[job])
		}
		twice += calls[job] - ended[job]
	}
	return twice
}
