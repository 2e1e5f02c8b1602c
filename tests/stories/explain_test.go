package stories

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/explain"
	lookup "curfew/internal/explain/find"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestExplain explains what happened in every story: testdata/explain has a file for each, in which
// `verdicts` is one line for every slot and run by hand of every job, and `explain JOB [at=TIME]` a whole
// explanation. After `go test ./tests/stories -run TestExplain -rewrite` read every line: is it true, is it plain?
func TestExplain(t *testing.T) {
	stories, err := filepath.Glob("../testdata/stories/*.txt")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, story := range stories {
		name := filepath.Base(story)
		t.Run(strings.TrimSuffix(name, ".txt"), func(t *testing.T) {
			world.UnlessHurried(t, *everySlot)
			told := tell(t, story)
			datadriven.RunTest(t, filepath.Join("../testdata/explain", name), func(t *testing.T, d *datadriven.TestData) string {
				switch d.Cmd {
				case "verdicts":
					return told.verdicts(t)
				case "explain":
					return told.explain(t, d)
				default:
					return "unknown directive " + d.Cmd
				}
			})
		})
	}
}

// telling is the log of a story.
type telling struct {
	records []messages.Record
	now     messages.Instant
	file    bus.Journal
}

// tell tells a story to the pure machine and returns the log.
func tell(t *testing.T, path string) telling {
	t.Helper()
	w := world.TellPure(t, path)
	file, err := sqlite.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if err := file.Append(w.All()); err != nil {
		t.Fatal(err)
	}
	return telling{records: w.All(), now: w.Now(), file: file}
}

func (h telling) ask(t *testing.T, q explain.Question) explain.Explanation {
	t.Helper()
	q.Now, q.First, q.Live = h.now, 1, true
	e := explain.New(q, h.records)
	for _, r := range h.records {
		if m, ok := r.Body.(messages.SlotsMissed); ok && e.Fleet() {
			i := slices.IndexFunc(h.records, func(o messages.Record) bool { return o.At >= m.First || o.Seq == r.Seq })
			e.Silent(r.Seq, h.records[max(0, i-1)].At, h.records[i].At)
		}
		e.Add(r)
	}
	x := e.Answer()
	if !slices.IsSortedFunc(x.Chain, func(a, b explain.Link) int { return int(a.Seq) - int(b.Seq) }) {
		t.Errorf("%+v: the chain is out of order", q)
	}
	for _, l := range x.Chain {
		if r := h.records[l.Seq-1]; l.Text == "" || l.Name != r.Body.Name() || l.At != r.At {
			t.Errorf("%+v: link %+v is not record %+v", q, l, r)
		}
	}
	return x
}

var everySlot = flag.Bool("slots", false, "have TestExplain ask about every slot of every story; else of a job with thousands about one in many")

// Of a job with many slots, slotEnds at both ends are explained, and one in slotStride between them: each explanation
// reads all records.
const (
	slotEnds   = 150
	slotStride = 40
)

func asked(i, of int) bool {
	return *everySlot || i < slotEnds || i >= of-slotEnds || i%slotStride == 0
}

// verdicts returns a line for every slot and every run by hand.
func (h telling) verdicts(t *testing.T) string {
	t.Helper()
	w := &strings.Builder{}
	last, same := "", 0
	again := func() {
		if same > 0 {
			fmt.Fprintf(w, "  and %d more\n", same)
		}
		last, same = "", 0
	}
	for _, job := range h.jobs() {
		all := h.slots(job)
		for i, slot := range all {
			if !asked(i, len(all)) {
				same++ // if it is not, what follows differs, too
				continue
			}
			at, err := explain.ParseWhen(slot.String())
			if err != nil {
				t.Fatal(err)
			}
			x := h.ask(t, explain.Question{Job: job, At: at})
			_, about, _ := strings.Cut(x.Verdict, slot.Time().In(zone(t, x)).Format("15:04"))
			if about == last {
				same++
			} else {
				again()
				fmt.Fprintf(w, "%s: %s\n", job, x.Verdict)
			}
			last = about
			if x.Status == nil {
				t.Errorf("%s: nothing is known of slot %s", job, slot)
			}
		}
		again()
		for _, run := range h.runsByHand(job) {
			q := explain.Question{Job: job, Run: run}
			x := h.ask(t, q)
			h.find(t, q, x)
			fmt.Fprintf(w, "%s: %s\n", job, x.Verdict)
		}
		fmt.Fprintf(w, "%s: newest: %s\n", job, h.ask(t, explain.Question{Job: job}).Verdict)
	}
	return w.String()
}

func zone(t *testing.T, x explain.Explanation) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(x.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func (h telling) explain(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	q := explain.Question{Job: d.CmdArgs[0].Key}
	for _, a := range d.CmdArgs[1:] {
		if a.Key == "at" {
			var err error
			if q.At, err = explain.ParseWhen(strings.Join(a.Vals, " ")); err != nil {
				return err.Error() + "\n"
			}
		}
	}
	x := h.ask(t, q)
	h.find(t, q, x)
	return page(x)
}

// find asks a journal in a file the same, where only records that may concern the job are decoded.
func (h telling) find(t *testing.T, q explain.Question, want explain.Explanation) {
	t.Helper()
	if h.file == nil {
		return
	}
	q.Now, q.Live = h.now, true
	got, err := lookup.Explain(t.Context(), h.file, q)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v: the file says\n%s%v\nwant\n%s", q, page(got), err, page(want))
	}
}

// page returns an explanation as people read it.
func page(x explain.Explanation) string {
	w := &strings.Builder{}
	fmt.Fprintln(w, x.Verdict)
	if x.Now != "" {
		fmt.Fprintln(w, x.Now)
	}
	for _, l := range x.Chain {
		fmt.Fprintf(w, "%4d  %s  %s\n", l.Seq, l.At.Time().Format("02T15:04:05"), l.Text)
	}
	if x.Omitted > 0 {
		fmt.Fprintf(w, "%d records are left out\n", x.Omitted)
	}
	return w.String()
}

func (h telling) jobs() (names []string) {
	for _, r := range h.records {
		if d, ok := r.Body.(messages.JobDefined); ok && !slices.Contains(names, d.Job) {
			names = append(names, d.Job)
		}
	}
	return names
}

// slots returns the slots that a fact names or a decision is about, or that the end of another job's run has made.
func (h telling) slots(job string) (slots []messages.Instant) {
	judged := map[uint64]bool{}
	for _, r := range h.records {
		switch r.Body.(type) {
		case messages.SlotSkipped, messages.RunQueued, messages.RunHeld:
			judged[r.Cause] = judged[r.Cause] || r.Body.Key() == job
		}
	}
	for _, r := range h.records {
		switch f := r.Body.(type) {
		case messages.RunQueued:
			if f.Job == job && f.After != nil {
				slots = append(slots, f.Slot)
			}
		case messages.RunHeld:
			if f.Job == job && f.After != nil {
				slots = append(slots, f.Slot)
			}
		case messages.SlotSkipped:
			if f.Job == job && f.After != nil {
				slots = append(slots, f.Slot)
			}
		case messages.SlotsDue:
			for _, s := range f.Slots {
				if s.Job == job && judged[r.Seq] {
					slots = append(slots, s.Slot)
				}
			}
		case messages.SlotsMissed:
			if f.Job == job && judged[r.Seq] {
				slots = append(slots, f.Slots...)
			}
		}
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}

func (h telling) runsByHand(job string) (runs []messages.RunID) {
	for _, r := range h.records {
		if q, ok := r.Body.(messages.RunQueued); ok && q.Job == job && q.Trigger == messages.TriggerManual {
			runs = append(runs, q.Run)
		}
	}
	return runs
}

// TestEveryExplanationHasItsStory: there is no file for a story that is gone.
func TestEveryExplanationHasItsStory(t *testing.T) {
	files, err := filepath.Glob("../testdata/explain/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no explanations: %v", err)
	}
	for _, f := range files {
		if _, err := os.Stat(filepath.Join("../testdata/stories", filepath.Base(f))); err != nil {
			t.Error(err)
		}
	}
}
