package bus_test

import (
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// countingJournal counts reads.
type countingJournal struct {
	bus.Journal
	reads int
}

func (j *countingJournal) Read(from uint64, limit int) ([]messages.Record, error) {
	j.reads++
	return j.Journal.Read(from, limit)
}

// A reader that is far behind reads from the journal; one that keeps up does not.
func TestReaderFarBehind(t *testing.T) {
	j := &countingJournal{Journal: memory.New()}
	l := openLog(t, bus.Options{Journal: j, Step: step})
	ahead, behind := l.Reader(0, func() {}), l.Reader(0, func() {})
	const calls, each = 50, 500 // 50,000 records: more than the log keeps in memory
	read := 0
	for range calls {
		ds := make([]bus.Draft, each)
		for i := range ds {
			ds[i].Fact = paused("a")
		}
		if _, err := l.Commit(t.Context(), ds...); err != nil {
			t.Fatal(err)
		}
		read += len(drain(t, ahead))
	}
	if read != 2*calls*each || j.reads != 0 {
		t.Errorf("the reader that keeps up has read %d records and the journal was read %d times", read, j.reads)
	}
	rs := drain(t, behind)
	for i, r := range rs {
		if r.Seq != uint64(i+1) {
			t.Fatalf("record %d where %d is next", r.Seq, i+1)
		}
	}
	if len(rs) != 2*calls*each || j.reads == 0 {
		t.Errorf("the reader that is behind has read %d records, the journal was read %d times", len(rs), j.reads)
	}
}

func TestReaderTopics(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New(), Step: step})
	if err := l.Publisher().Publish("elsewhere", foreign("x")); err != nil {
		t.Fatal(err)
	}
	commit(t, l, "", paused("a"))  // 2, and its decision 3
	commit(t, l, "", resumed("a")) // 4
	for name, c := range map[string]struct {
		after  uint64
		topics []messages.Topic
		want   []uint64
	}{
		"all of Curfew's": {0, nil, []uint64{2, 3, 4}},
		"from a cursor":   {3, nil, []uint64{4}},
		"one topic":       {0, []messages.Topic{messages.TopicRun}, []uint64{3}},
		"two topics":      {0, []messages.Topic{messages.TopicCommand, "elsewhere"}, []uint64{1, 2, 4}},
		"no such record":  {0, []messages.Topic{messages.TopicDue}, nil},
		"ahead of it":     {99, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []uint64
			for _, r := range drain(t, l.Reader(c.after, func() {}, c.topics...)) {
				got = append(got, r.Seq)
			}
			if len(got) != len(c.want) {
				t.Fatalf("read %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Fatalf("read %v, want %v", got, c.want)
				}
			}
		})
	}
}

// A reader is woken once until it has read to the end, and only for records of its topics.
func TestWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLog(t, bus.Options{Journal: memory.New(), Step: step})
		commit(t, l, "", resumed("a"))
		wakes := 0
		r := l.Reader(0, func() { wakes++ }, messages.TopicCommand)
		runs := 0
		l.Reader(l.Last(), func() { runs++ }, messages.TopicRun)
		expect := func(when string, want int) {
			t.Helper()
			synctest.Wait()
			if wakes != want {
				t.Errorf("%s: woken %d times, want %d", when, wakes, want)
			}
		}
		expect("made while behind", 1)
		commit(t, l, "", resumed("a"))
		expect("before it has read", 1)
		if n := len(drain(t, r)); n != 2 {
			t.Errorf("read %d records, want 2", n)
		}
		commit(t, l, "", resumed("a"))
		commit(t, l, "", resumed("a"))
		expect("after it has read", 2)
		drain(t, r)
		if runs != 0 {
			t.Errorf("the reader of runs was woken %d times by commands", runs)
		}
		commit(t, l, "", paused("a"))
		r.Close()
		commit(t, l, "", resumed("a"))
		expect("after it was closed", 3)
		if runs != 1 {
			t.Errorf("the reader of runs was woken %d times, want 1", runs)
		}
		if _, err := r.Next(); err == nil {
			t.Error("a closed reader reads")
		}
	})
}
