package readers_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/follow"
	"curfew/actors/system/readers"
	"curfew/bus/bustest"
	"curfew/messages"
)

// world is a log, and what is kept of readers.
type world struct {
	log   bustest.Log
	first uint64
	kept  map[string]uint64
	logs  *observer.ObservedLogs
}

func (w *world) start(t *testing.T, read func(context.Context, []messages.Record) error) *readers.Readers {
	t.Helper()
	one := readers.Reader{Name: "test", Topics: []messages.Topic{messages.TopicConfig}, Read: read}
	if err := readers.Check([]readers.Reader{one}); err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zap.InfoLevel)
	w.logs = logs
	return readers.Start(readers.Config{
		Readers: []readers.Reader{one}, Logger: zap.New(core),
		Open: func(r readers.Reader, after uint64) follow.Open {
			return func(wake func()) follow.Reader { return w.log.Reader(after, wake, r.Topics...) }
		},
		First:  func() (uint64, error) { return max(1, w.first), nil },
		Cursor: func(name string) (uint64, error) { return w.kept[name], nil },
		Keep: func(name string, seq uint64) error {
			if w.kept == nil {
				w.kept = map[string]uint64{}
			}
			w.kept[name] = seq
			return nil
		},
	})
}

func (w *world) append(jobs ...string) {
	for _, job := range jobs {
		w.log.Append(messages.JobRemoved{Job: job})
	}
}

// said are the lines of the log, without what is beside the text.
func (w *world) said() (lines []string) {
	for _, e := range w.logs.All() {
		lines = append(lines, e.Message)
	}
	return lines
}

// into is a Read that collects jobs.
func into(got *[]string) func(context.Context, []messages.Record) error {
	return func(_ context.Context, batch []messages.Record) error {
		for _, r := range batch {
			*got = append(*got, r.Body.Key())
		}
		return nil
	}
}

// TestEverythingOverStarts: what was there before the first, what comes while it runs, and what comes between.
func TestEverythingOverStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w world
		var got []string
		w.append("before")
		w.log.Append(messages.JobPaused{Job: "another topic"})
		r := w.start(t, into(&got))
		synctest.Wait()
		w.append("meanwhile")
		synctest.Wait()
		time.Sleep(2 * time.Second) // of the bubble: the cursor is kept within one
		synctest.Wait()
		if w.kept["test"] != 3 {
			t.Errorf("the cursor is %d", w.kept["test"])
		}
		r.Stop()
		w.append("between")
		r = w.start(t, into(&got))
		r.Stop() // it reads to the end of the log
		if want := []string{"before", "meanwhile", "between"}; !slices.Equal(got, want) || w.kept["test"] != 4 {
			t.Errorf("read %q up to %d, want %q", got, w.kept["test"], want)
		}
		if w.logs.Len() > 0 {
			t.Errorf("it says %q", w.said())
		}
	})
}

// TestFailure: after errors and panics the same records come again, later each time; it is said once, and that it is over.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w world
		var got []string
		var tries []time.Time
		w.append("a", "b")
		r := w.start(t, func(ctx context.Context, batch []messages.Record) error {
			tries = append(tries, time.Now())
			switch len(tries) {
			case 1:
				return errors.New("the disk is full")
			case 2:
				panic("at the disk")
			case 3:
				return errors.New("the disk is still full")
			}
			return into(&got)(ctx, batch)
		})
		time.Sleep(time.Minute)
		r.Stop()
		if want := []string{"a", "b"}; !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
		var pauses []time.Duration
		for i := range tries[1:] {
			pauses = append(pauses, tries[i+1].Sub(tries[i]))
		}
		const ms = time.Millisecond
		if want := []time.Duration{100 * ms, 200 * ms, 400 * ms}; !slices.Equal(pauses, want) {
			t.Errorf("it was tried again after %v, want %v", pauses, want)
		}
		said := w.said()
		if len(said) != 2 || !strings.Contains(said[0], "has failed") || !strings.Contains(said[1], "works again") {
			t.Errorf("it says %q", said)
		}
	})
}

// TestNothingIsReadOfAFailure: a batch that is not taken before the stop comes after the next start.
func TestNothingIsReadOfAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w world
		w.append("a")
		r := w.start(t, func(context.Context, []messages.Record) error { return errors.New("never") })
		time.Sleep(10 * time.Minute)
		r.Stop()
		if w.kept["test"] != 0 {
			t.Errorf("the cursor is %d", w.kept["test"])
		}
		var got []string
		w.start(t, into(&got)).Stop()
		if !slices.Equal(got, []string{"a"}) {
			t.Errorf("read %q", got)
		}
	})
}

// TestPruned: what the journal no longer has is passed over and said; a new reader just begins where the journal does.
func TestPruned(t *testing.T) {
	for name, c := range map[string]struct {
		cursor uint64
		want   string
	}{"behind": {1, "missed records"}, "new": {0, ""}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := world{first: 3, kept: map[string]uint64{"test": c.cursor}}
				w.append("a", "b", "c")
				var got []string
				w.start(t, into(&got)).Stop()
				said := strings.Join(w.said(), "\n")
				if !slices.Equal(got, []string{"c"}) || !strings.Contains(said, c.want) || said != "" && c.want == "" {
					t.Errorf("read %q, and it says %q", got, said)
				}
			})
		})
	}
}

// TestStopIsBounded: a reader that does not return is left behind.
func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w world
		w.append("a")
		release := make(chan struct{})
		r := w.start(t, func(context.Context, []messages.Record) error { <-release; return nil })
		synctest.Wait()
		began := time.Now()
		r.Stop()
		if took := time.Since(began); took != readers.StopTime {
			t.Errorf("the stop took %v", took)
		}
		if said := w.said(); len(said) != 1 || !strings.Contains(said[0], "has not returned") {
			t.Errorf("it says %q", said)
		}
		close(release)
	})
}

func TestCheck(t *testing.T) {
	read := func(context.Context, []messages.Record) error { return nil }
	for want, all := range map[string][]readers.Reader{
		"not a valid name":      {{Name: "No such", Read: read}},
		"two readers of the na": {{Name: "a", Read: read}, {Name: "a", Read: read}},
		"has no Read":           {{Name: "a"}},
		"at most 64":            make([]readers.Reader, 65),
	} {
		if err := readers.Check(all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
