package compare_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/bus/replay/compare"
	"curfew/messages"
)

// counter is a small machine with a state: a request of a job makes three decisions, which say how many
// requests of that job there were; other facts make none.
type counter map[string]int

func (c counter) Step(now messages.Instant, _ uint64, f messages.Fact) []messages.Decision {
	r, ok := f.(messages.RunRequested)
	if !ok {
		return nil
	}
	c[r.Job]++
	n := c[r.Job]
	run := messages.RequestedRun(r.Job, r.Request)
	return []messages.Decision{
		messages.RunQueued{Run: run, Job: r.Job, Missed: n},
		messages.AttemptStarted{Run: run, Job: r.Job, Attempt: n},
		messages.WakeScheduled{Timer: messages.Timer{Run: run, Job: r.Job, Why: messages.WakeRetry, Due: now.Add(time.Minute)}},
	}
}

const version = 1

// story is a journal that a log recorded: five requests with three decisions each (facts 1, 5, 9, 13 and
// 17), and a pause (21).
func story(t *testing.T) []string {
	t.Helper()
	j := memory.New()
	now := time.Date(2026, 5, 1, 7, 0, 0, 0, time.UTC)
	l, err := bus.Open(bus.Options{Journal: j, Step: counter{}.Step, PolicyVersion: version, Now: func() time.Time {
		now = now.Add(time.Second)
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		var f messages.Fact = messages.RunRequested{Job: "a", Request: fmt.Sprint(i)}
		if i == 5 {
			f = messages.JobPaused{Job: "a"}
		}
		if _, err := l.Commit(t.Context(), bus.Draft{ID: fmt.Sprint("fact-", i), Fact: f}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := jsonl.Export(&b, j); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(b.String()))
}

func compared(t *testing.T, lines ...string) compare.Report {
	t.Helper()
	r, err := compare.Journal(strings.NewReader(strings.Join(lines, "")), counter{}, version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// edit changes a line and puts its checksum right.
func edit(t *testing.T, line string, oldNew ...string) string {
	t.Helper()
	changed := strings.NewReplacer(oldNew...).Replace(line)
	if changed == line {
		t.Fatalf("nothing to replace in %s", line)
	}
	b, err := jsonl.Seal([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

func TestEqual(t *testing.T) {
	r := compared(t, story(t)...)
	if got := r.String(); got != "6 facts, 15 decisions, 0 differences" || r.OtherVersion {
		t.Errorf("report %q, other version %v", got, r.OtherVersion)
	}
}

// insert, remove and replace change the story's lines; seqs count from 1.
func insert(s []string, before int, line string) []string {
	return slices.Insert(slices.Clone(s), before-1, line)
}

func remove(s []string, seq int) []string { return slices.Delete(slices.Clone(s), seq-1, seq) }

func replace(s []string, seq int, line string) []string { return insert(remove(s, seq), seq, line) }

func TestDifferences(t *testing.T) {
	s := story(t)
	for name, c := range map[string]struct {
		lines []string
		want  string // every difference, "kind seq"
	}{
		"a changed decision":        {replace(s, 7, edit(t, s[6], `"attempt":2`, `"attempt":3`)), "different 7"},
		"its name changed":          {replace(s, 6, edit(t, s[9], `"seq":10`, `"seq":6`, `"cause":9`, `"cause":5`)), "different 6"},
		"its id changed":            {replace(s, 7, edit(t, s[6], `"id":"`, `"id":"x`)), "different 7"},
		"its time changed":          {replace(s, 7, edit(t, s[6], "07:00:02", "07:00:03")), "different 7"},
		"two changed":               {replace(replace(s, 7, edit(t, s[6], `"attempt":2`, `"attempt":3`)), 8, edit(t, s[7], `retry`, `ask`)), "different 7, different 8"},
		"the first one deleted":     {remove(s, 6), "missing 5"},
		"a middle one deleted":      {remove(s, 7), "missing 5"},
		"the last one deleted":      {remove(s, 8), "missing 5"},
		"all deleted":               {remove(remove(remove(s, 8), 7), 6), "missing 5, missing 5, missing 5"},
		"a line twice":              {insert(s, 8, s[6]), "extra 7"},
		"inserted, with a new seq":  {insert(s, 7, edit(t, s[6], `"seq":7`, `"seq":77`, `"id":"`, `"id":"x`)), "extra 77"},
		"inserted at the end":       {insert(s, 9, edit(t, s[6], `"seq":7`, `"seq":78`)), "extra 78"},
		"inserted behind no fact":   {insert(s, 1, s[5]), "extra 6"},
		"of another fact":           {insert(s, 11, s[5]), "extra 6"},
		"behind a fact without any": {insert(s, 22, edit(t, s[5], `"seq":6`, `"seq":22`, `"cause":5`, `"cause":21`)), "extra 22"},
		"one deleted, one changed":  {remove(replace(s, 8, edit(t, s[7], `retry`, `ask`)), 6), "missing 5, different 8"},
		"a fact without any gone":   {remove(s, 21), ""},
		"a decision unreadable":     {replace(s, 7, "x"+s[6]), "corrupt 7"},
		"the last one unreadable":   {replace(s, 8, s[7][:50]+"\n"), "corrupt 8"},
		"a fact unreadable":         {replace(s, 21, "x"+s[20]), "corrupt 21"},
		"two unreadable, one gone":  {replace(replace(remove(s, 6), 6, "x\n"), 7, "x\n"), "missing 5, corrupt 6, corrupt 7"},
		"facts out of order":        {insert(s, 9, s[0]), "corrupt 1"},
		"far behind its fact":       {append(slices.Clone(s), s[19]), "extra 20"},
	} {
		t.Run(name, func(t *testing.T) {
			r := compared(t, c.lines...)
			var got []string
			for _, d := range r.Differences {
				got = append(got, fmt.Sprintf("%s %d", d.Kind, d.Seq))
			}
			if strings.Join(got, ", ") != c.want || r.Total != len(got) {
				t.Errorf("differences %v (%d), want %s\n%s", got, r.Total, c.want, r)
			}
		})
	}
}

// Without one of its facts every later decision is different, and all of them are counted.
func TestFactRemoved(t *testing.T) {
	s := story(t)
	for name, lines := range map[string][]string{"gone": remove(s, 5), "unreadable": replace(s, 5, "x\n")} {
		r := compared(t, lines...)
		kinds := make(map[compare.Kind]int)
		for _, d := range r.Differences {
			kinds[d.Kind]++
		}
		// Its three decisions are extra; for each of the three requests after it, two decisions have another number.
		if kinds[compare.Extra] != 3 || kinds[compare.Different] != 6 || kinds[compare.Missing] != 0 {
			t.Errorf("%s: %v\n%s", name, kinds, r)
		}
	}
}

func TestReportText(t *testing.T) {
	s := story(t)
	got := compared(t, replace(s, 7, edit(t, s[6], `"attempt":2`, `"attempt":3`))...).String()
	run := messages.RequestedRun("a", "1")
	want := fmt.Sprintf(`different: record 7
  recorded: attempt.started.v1 {"run":"%[1]s","job":"a","attempt":3,"slot":null,"session":"","generation":0,"canary":false}
  replayed: attempt.started.v1 {"run":"%[1]s","job":"a","attempt":2,"slot":null,"session":"","generation":0,"canary":false}
  because: 7 2026-05-01T07:00:02.000Z attempt.started.v1 a
  because: 5 2026-05-01T07:00:02.000Z run.requested.v1 a
6 facts, 15 decisions, 1 differences`, run)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A fact that answers a decision leads on to what that decision follows from.
func TestChainGoesOn(t *testing.T) {
	s := story(t)
	due := time.Date(2026, 5, 1, 7, 1, 2, 0, time.UTC)
	woke := messages.Record{Seq: 22, At: messages.At(due), ID: "w", PolicyVersion: version, Body: messages.Woke{
		Timer: messages.Timer{Run: messages.RequestedRun("a", "1"), Job: "a", Why: messages.WakeRetry, Due: messages.At(due)},
	}}
	extra := messages.Record{Seq: 23, At: messages.At(due), ID: "e", Cause: 22, PolicyVersion: version, Body: messages.RunFinished{Job: "a"}}
	for _, r := range []messages.Record{woke, extra} {
		line, err := jsonl.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, string(line)+"\n")
	}
	r := compared(t, s...)
	var seqs []uint64
	for _, l := range r.Differences[0].Chain {
		seqs = append(seqs, l.Seq)
	}
	if fmt.Sprint(seqs) != "[23 22 8 5]" {
		t.Errorf("chain %v, want 23 ← 22 ← 8 ← 5\n%s", seqs, r)
	}
}

// TestLongChain: of a timer that has followed from its like many times, the latest links are shown.
func TestLongChain(t *testing.T) {
	var lines []string
	for i := range 400 {
		due := messages.Instant(1_800_000_000_000 + i/2)
		r := messages.Record{Seq: uint64(i + 1), At: due, ID: fmt.Sprint(i), PolicyVersion: version}
		r.Body = messages.Woke{Timer: messages.Timer{Session: "default", Why: messages.WakeRelease, Due: due}}
		if i%2 == 1 {
			r.Cause, r.Body = uint64(i), messages.WakeScheduled{Timer: messages.Timer{Session: "default", Why: messages.WakeRelease, Due: due + 1}}
		}
		line, err := jsonl.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line)+"\n")
	}
	for i, d := range compared(t, lines...).Differences {
		n := min(8, 2*(i+1))
		if len(d.Chain) != n {
			t.Fatalf("record %d: %d links, want %d", d.Seq, len(d.Chain), n)
		}
		for k, l := range d.Chain {
			if l.Seq != d.Seq-uint64(k) {
				t.Errorf("record %d: link %d is of record %d", d.Seq, k, l.Seq)
			}
		}
	}
}

func TestManyDifferencesAreCounted(t *testing.T) {
	s := story(t)
	lines := slices.Clone(s)
	for range 1000 {
		lines = append(lines, s[19])
	}
	if r := compared(t, lines...); r.Total != 1000 || len(r.Differences) != compare.MaxDifferences {
		t.Errorf("%d differences, %d listed", r.Total, len(r.Differences))
	}
}

func TestOtherVersion(t *testing.T) {
	r, err := compare.Journal(strings.NewReader(strings.Join(story(t), "")), counter{}, version+1)
	if err != nil || !r.OtherVersion || r.Total != 0 || !strings.HasPrefix(r.String(), "some records were decided by another version") {
		t.Errorf("%v, %v", r, err)
	}
}

// unstable is a decider that cannot go on.
type unstable struct{}

func (unstable) Step(_ messages.Instant, seq uint64, _ messages.Fact) []messages.Decision {
	panic(fmt.Sprint("lost at ", seq))
}

func TestDeciderPanics(t *testing.T) {
	if _, err := compare.Journal(strings.NewReader(story(t)[0]), unstable{}, version); err == nil || !strings.Contains(err.Error(), "lost at 1") {
		t.Errorf("error %v", err)
	}
}

// wordy is the counter with one more decision before the others, which shifts their ids.
type wordy struct{ counter }

func (w wordy) Step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	ds := w.counter.Step(now, seq, f)
	if len(ds) == 0 {
		return nil
	}
	return append([]messages.Decision{messages.NotificationRequested{Job: f.Key()}}, ds...)
}

// A decision that only the new policy makes is missing; the decisions after it are still the same.
func TestShiftedIDs(t *testing.T) {
	r, err := compare.Journal(strings.NewReader(strings.Join(story(t), "")), wordy{counter{}}, version)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Differences {
		if d.Kind != compare.Missing {
			t.Errorf("%s", d)
		}
	}
	if r.Total != 5 {
		t.Errorf("%d differences, want one for each request", r.Total)
	}
}
