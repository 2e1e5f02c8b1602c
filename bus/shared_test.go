package bus_test

import (
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// fill commits that many facts, each with a decision.
func fill(t *testing.T, l *bus.Log, facts int) {
	t.Helper()
	for ; facts > 0; facts -= 500 {
		ds := make([]bus.Draft, min(facts, 500))
		for i := range ds {
			ds[i].Fact = paused("a")
		}
		if _, err := l.Commit(t.Context(), ds...); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadersShareWhatTheyRead: readers that are behind read each page of the journal once for all of them, and nothing
// is kept when they have read to the end.
func TestReadersShareWhatTheyRead(t *testing.T) {
	j := &countingJournal{Journal: memory.New()}
	l := openLog(t, bus.Options{Journal: j, Step: step})
	fill(t, l, 30_000)
	together := func() (reads int) {
		before := j.reads
		topics := [][]messages.Topic{nil, {messages.TopicRun}, {messages.TopicCommand}, {messages.TopicRun, messages.TopicCommand}, {messages.TopicDue}}
		readers, read := make([]*bus.Reader, len(topics)), make([]int, len(topics))
		for i := range readers {
			readers[i] = l.Reader(0, func() {}, topics[i]...)
			defer readers[i].Close()
		}
		for more := true; more; {
			more = false
			for i, r := range readers {
				page, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				read[i] += len(page)
				more = more || len(page) > 0
			}
		}
		for i, want := range []int{60_000, 30_000, 30_000, 60_000, 0} {
			if read[i] != want {
				t.Errorf("reader %d has read %d records, want %d", i, read[i], want)
			}
		}
		return j.reads - before
	}
	first := together()
	if most := 60_000/bus.PageSize + 1; first == 0 || first > most {
		t.Errorf("five readers have read %d pages of the journal, want at most %d", first, most)
	}
	if again := together(); again != first {
		t.Errorf("the second time %d pages were read, and the first time %d: some were kept", again, first)
	}
}

// TestReadingTheTailCopiesNothing: the newest records are handed out as views.
func TestReadingTheTailCopiesNothing(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New(), Step: step})
	fill(t, l, 8_000)
	n := testing.AllocsPerRun(10, func() {
		r := l.Reader(0, func() {})
		defer r.Close()
		for read := 0; read < 16_000; {
			page, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			read += len(page)
		}
	})
	if n > 8 { // the reader, and the list of readers with and without it
		t.Errorf("reading 16,000 records allocates %v times", n)
	}
}

// TestWhatIsGivenBackKeepsItsPlace: calls that do not fit into a batch come next, before later ones.
func TestWhatIsGivenBackKeepsItsPlace(t *testing.T) {
	wordy := func(_ messages.Instant, _ uint64, f messages.Fact) (out []messages.Decision) {
		for range 5_000 { // two such facts end a batch
			out = append(out, messages.RunQueued{Job: f.Key()})
		}
		return out
	}
	l := openLog(t, bus.Options{Journal: memory.New(), Step: wordy})
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, name := range names {
		l.Publish(bus.Draft{Fact: paused(name)})
	}
	commit(t, l, "", paused("last"))
	var got []string
	for _, r := range drain(t, l.Reader(0, func() {}, messages.TopicCommand)) {
		got = append(got, r.Body.Key())
	}
	if len(got) != 8 || got[7] != "last" {
		t.Fatalf("read %q", got)
	}
	for i, name := range names {
		if got[i] != name {
			t.Errorf("read %q, want %q and last", got, names)
		}
	}
}
