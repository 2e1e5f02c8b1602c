package recorder_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/follow"
	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/memory"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

// journal is a log that readers read.
type journal struct {
	busy    atomic.Bool // others need the cores
	mu      sync.Mutex
	first   uint64
	records []messages.Record // from first on
	wake    func()
}

func (j *journal) add(bodies ...messages.Body) {
	j.mu.Lock()
	j.records = append(j.records, storetest.Log(j.first+uint64(len(j.records)), bodies...)...)
	wake := j.wake
	j.mu.Unlock()
	if wake != nil {
		wake()
	}
}

func (j *journal) last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.first + uint64(len(j.records)) - 1
}

type reader struct {
	j  *journal
	at uint64
}

func (r *reader) After() uint64 { return r.at }
func (r *reader) Close()        {}

func (r *reader) Next() ([]messages.Record, error) {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	from := max(r.at+1, r.j.first)
	page := r.j.records[from-r.j.first:]
	page = page[:min(len(page), recorder.MaxTake)]
	r.at += uint64(len(page))
	return page, nil
}

// flaky is a store that fails when it is told to.
type flaky struct {
	memory.Store
	mu      sync.Mutex
	err     error
	takes   int
	settles atomic.Int64
	resets  int
}

func (f *flaky) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *flaky) Take(records []messages.Record, upto uint64) error {
	f.mu.Lock()
	f.takes++
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.Store.Take(records, upto)
}

func (f *flaky) Settle() (more bool, err error) {
	f.settles.Add(1)
	return f.Store.Settle()
}

func (f *flaky) Reset() error {
	f.resets++
	f.fail(nil)
	return f.Store.Reset()
}

type world struct {
	*testing.T
	journal *journal
	store   *flaky
	rec     *recorder.Recorder
	logs    *observer.ObservedLogs
}

// play starts a recorder in a bubble.
func play(t *testing.T, j *journal, s *flaky, f func(*world)) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.WarnLevel)
		rec, err := recorder.Start(recorder.Config{
			Store: s, Last: j.last, First: func() (uint64, error) { return j.first, nil },
			Open: func(after uint64) follow.Open {
				return func(wake func()) follow.Reader {
					j.mu.Lock()
					defer j.mu.Unlock()
					j.wake = wake
					return &reader{j: j, at: after}
				}
			},
			Known: func() (recorder.Known, error) {
				return recorder.Known{Unfinished: map[messages.RunID]bool{"waits": true}}, nil
			},
			Gather: recorder.DefaultGather, Rest: j.busy.Load, Logger: zap.New(core),
		})
		if err != nil {
			t.Fatal(err)
		}
		f(&world{T: t, journal: j, store: s, rec: rec, logs: logs})
		if err := rec.Stop(); err != nil {
			t.Error(err)
		}
	})
}

func (w *world) expect(want string) {
	w.Helper()
	runs, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 99})
	got := ""
	for _, r := range runs {
		got += string(r.ID) + " "
	}
	if err != nil || got != want {
		w.Errorf("runs %q, %v; want %q", got, err, want)
	}
}

// TestReadYourWrites: who asks waits for what is in the log, and not for the gathering.
func TestReadYourWrites(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		for i := range 5 {
			w.journal.add(storetest.Queued(fmt.Sprint("r", i), "j"))
			began := time.Now()
			if err := w.rec.Flush(w.Context()); err != nil || time.Since(began) > 0 {
				t.Errorf("flushed after %v: %v", time.Since(began), err)
			}
		}
		w.expect("r4 r3 r2 r1 r0 ")
	})
}

// TestGather: without a question a burst is settled at once, in the end.
func TestGather(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		for i := range 100 {
			w.journal.add(storetest.Queued(fmt.Sprint("r", i), "j"))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if w.store.settles.Load() != 2 || w.rec.Cursor() != 100 { // one was of nothing, at the start
			w.Errorf("%d times settled, cursor %d", w.store.settles.Load(), w.rec.Cursor())
		}
	})
}

// TestRest: the busier the log, the more of it is settled together, and what is settled is never old. A calm log is
// settled soon, a question never waits.
func TestRest(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		busy := func(span, each time.Duration) (settles int64, oldest uint64) {
			from := w.store.settles.Load()
			for began := time.Now(); time.Since(began) < span; time.Sleep(each) {
				w.journal.add(storetest.Queued(fmt.Sprint(w.journal.last()), "j"))
				oldest = max(oldest, w.journal.last()-w.rec.Cursor())
			}
			return w.store.settles.Load() - from, oldest
		}
		if n, oldest := busy(time.Minute, time.Millisecond); n < 12 || n > 30 || oldest > 5300 {
			w.Errorf("a minute of 1,000 records a second was settled %d times, %d records late", n, oldest)
		}
		if err := w.rec.Flush(w.Context()); err != nil || w.rec.Cursor() != w.journal.last() {
			w.Errorf("a question: %v, cursor %d of %d", err, w.rec.Cursor(), w.journal.last())
		}
		time.Sleep(time.Minute)
		if n, _ := busy(time.Minute, time.Second); n < 59 {
			w.Errorf("a minute of a record a second was settled %d times", n)
		}
	})
}

// TestAnHourOfTrouble: a store that fails stops nobody, is tried again at a bounded pace, says so twice, and loses
// nothing.
func TestAnHourOfTrouble(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		w.journal.add(storetest.Queued("before", "j"))
		w.expect("before ")
		w.store.fail(errors.New("database is locked"))
		for i := range 60 {
			w.journal.add(storetest.Queued(fmt.Sprint("r", i), "j"))
			time.Sleep(time.Minute)
		}
		var behind *recorder.Behind
		if _, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 9}); !errors.As(err, &behind) || behind.Records != 60 {
			w.Errorf("a query gives %v", err)
		}
		if err := w.rec.Trouble(); err == nil || w.rec.Cursor() != 1 {
			w.Errorf("trouble %v, cursor %d", err, w.rec.Cursor())
		}
		if w.store.takes < 100 || w.store.takes > 200 {
			w.Errorf("%d tries in an hour", w.store.takes)
		}
		w.store.fail(nil)
		time.Sleep(31 * time.Second)
		runs, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 99})
		if len(runs) != 61 || err != nil || w.rec.Trouble() != nil || w.logs.Len() != 2 {
			w.Errorf("%d runs, %v, trouble %v, log %v", len(runs), err, w.rec.Trouble(), w.logs.All())
		}
	})
}

// TestQuestionsEndWithTrouble: who waits when trouble begins is told.
func TestQuestionsEndWithTrouble(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.store.fail(errors.New("disk full"))
		w.journal.add(storetest.Queued("a", "j"))
		began := time.Now()
		var behind *recorder.Behind
		if err := w.rec.Flush(w.Context()); !errors.As(err, &behind) || time.Since(began) > time.Second {
			w.Errorf("after %v: %v", time.Since(began), err)
		}
		w.store.fail(nil)
	})
}

// TestDamage: a damaged history is made anew from the log, once.
func TestDamage(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		w.journal.add(storetest.Queued("a", "j"))
		w.expect("a ")
		w.store.fail(fmt.Errorf("%w: rotten", recorder.ErrDamaged))
		w.journal.add(storetest.Queued("b", "j"))
		w.expect("b a ")
		if w.store.resets != 1 || w.logs.Len() != 1 {
			w.Errorf("%d resets, log %v", w.store.resets, w.logs.All())
		}
		w.store.fail(fmt.Errorf("%w: rotten again", recorder.ErrDamaged))
		w.journal.add(storetest.Queued("c", "j"))
		if err := w.rec.Flush(w.Context()); !errors.Is(err, recorder.ErrDamaged) || w.store.resets != 1 {
			w.Errorf("the second time: %v, %d resets", err, w.store.resets)
		}
		w.store.fail(nil)
	})
}

// TestGap: a cursor that is older than the log's beginning is loud and not fatal. What is unfinished goes on, and what
// may have ended in the gap is not shown for ever as if it ran.
func TestGap(t *testing.T) {
	s := &flaky{}
	if err := s.Take(storetest.Log(1, storetest.Queued("lost", "j"), storetest.Queued("waits", "j")), 2); err != nil {
		t.Fatal(err)
	}
	j := &journal{first: 50}
	j.add(storetest.Queued("new", "j"), storetest.Finished("waits", "j", "succeeded", ""))
	play(t, j, s, func(w *world) {
		w.expect("new waits ")
		if w.logs.Len() != 1 || w.rec.Cursor() != 51 {
			w.Errorf("log %v, cursor %d", w.logs.All(), w.rec.Cursor())
		}
	})
}

// TestAnotherJournal: a cursor behind the end of the journal says that the journal has lost its end. Nothing is made
// anew: the history is what still knows.
func TestAnotherJournal(t *testing.T) {
	s := &flaky{}
	if err := s.Take(storetest.Log(900, storetest.Queued("foreign", "j")), 900); err != nil {
		t.Fatal(err)
	}
	j := &journal{first: 1}
	j.add(storetest.Queued("ours", "j"))
	play(t, j, s, func(w *world) {
		if err := w.rec.Flush(w.Context()); err == nil || !strings.Contains(err.Error(), "has record 900, and the journal ends at record 1") {
			w.Errorf("it says %v", err)
		}
		if w.store.resets != 0 || w.logs.Len() != 1 {
			w.Errorf("%d resets, log %v", w.store.resets, w.logs.All())
		}
	})
}

// TestAPageAtATime: a start that is far behind takes in bounded pages.
func TestAPageAtATime(t *testing.T) {
	j := &journal{first: 1}
	for i := range 5 * recorder.MaxTake {
		j.add(storetest.Queued(fmt.Sprint(i), "j"))
	}
	play(t, j, &flaky{}, func(w *world) {
		if err := w.rec.Flush(w.Context()); err != nil || w.store.takes != 5 {
			w.Errorf("%d takes, %v", w.store.takes, err)
		}
	})
}
