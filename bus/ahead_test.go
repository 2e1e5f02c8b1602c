package bus_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/memory"
	"curfew/messages"
)

// fullBatch is how many facts share an append, at most.
const fullBatch = 4096

// counting is a machine that counts the facts that it was given.
func counting(n *atomic.Int64) func(messages.Instant, uint64, messages.Fact) []messages.Decision {
	return func(messages.Instant, uint64, messages.Fact) []messages.Decision { n.Add(1); return nil }
}

// Under load one batch is decided while the one before goes to the disk, and no more; nobody learns of it before it is
// durable. Without load all that comes during an append shares the next (TestGroupCommit).
func TestDecidesOneBatchAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var decided atomic.Int64
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j, Step: counting(&decided)})
		r := l.Reader(0, func() {})
		defer r.Close()
		l.Publish(bus.Draft{Fact: paused("first")})
		synctest.Wait() // the writer is in the first append
		for i := range 4 * fullBatch {
			l.Publish(bus.Draft{Fact: paused(fmt.Sprint(i))})
		}
		synctest.Wait()
		for n, want := range []struct{ decided, durable int64 }{
			{1, 0}, {1 + 2*fullBatch, 1}, {1 + 3*fullBatch, 1 + fullBatch}, {1 + 4*fullBatch, 1 + 2*fullBatch},
		} {
			if n > 0 {
				j.allow <- struct{}{}
				synctest.Wait()
			}
			if got := decided.Load(); got != want.decided || l.Last() != uint64(want.durable) {
				t.Fatalf("after %d appends %d facts are decided and %d durable, want %+v", n, got, l.Last(), want)
			}
			if rs := drain(t, r); n > 0 && rs[len(rs)-1].Seq != l.Last() {
				t.Fatalf("a reader was given record %d, and %d are durable", rs[len(rs)-1].Seq, l.Last())
			}
		}
		close(j.allow)
	})
}

// Large facts end a batch early: it is at most 8 MiB and one call.
func TestLargeFactsEndABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const large, facts = 1 << 20, 40
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j})
		l.Publish(bus.Draft{Fact: paused("first")})
		synctest.Wait() // the writer is in the first append
		for range facts {
			l.Publish(bus.Draft{Fact: messages.AttemptSucceeded{Output: strings.Repeat("x", large)}})
		}
		for last := uint64(0); last < 1+facts; {
			j.allow <- struct{}{}
			synctest.Wait()
			if n := l.Last() - last; n > 8 {
				t.Fatalf("%d facts of a MiB share an append", n)
			}
			last = l.Last()
		}
	})
}

// brokenJournal fails from one append on, which begins when it is allowed.
type brokenJournal struct {
	slowJournal
	good int
}

func (j *brokenJournal) Append(rs []messages.Record) error {
	<-j.allow
	if j.appends++; j.appends > j.good {
		return errDisk
	}
	return j.Journal.Append(rs)
}

// If an append fails while the next batch is decided, or if deciding that fails, the log stops: what was appended before
// is answered, and everybody else is told why.
func TestStopsWithABatchAhead(t *testing.T) {
	for name, c := range map[string]struct {
		good     int // appends that succeed
		poison   int // the fact that cannot be decided
		answered int // calls that succeed
	}{
		"the append of the batch before": {good: 1, poison: -1, answered: 1},
		"the append of the batch ahead":  {good: 2, poison: -1, answered: 1 + fullBatch},
		"the decision":                   {good: 9, poison: fullBatch + 7, answered: 1 + fullBatch},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &brokenJournal{slowJournal{Journal: memory.New(), allow: make(chan struct{})}, c.good}
				var stopped []error
				l := openLog(t, bus.Options{
					Journal: j, Stopped: func(err error) { stopped = append(stopped, err) },
					Step: func(_ messages.Instant, _ uint64, f messages.Fact) []messages.Decision {
						if f.Key() == fmt.Sprint("poison ", c.poison) {
							panic("no such state")
						}
						return nil
					},
				})
				var good, bad atomic.Int64
				var all sync.WaitGroup
				send := func(job string) {
					all.Go(func() {
						if _, err := l.Commit(t.Context(), bus.Draft{Fact: paused(job)}); err != nil {
							bad.Add(1)
							return
						}
						good.Add(1)
					})
				}
				send("first")
				synctest.Wait() // the writer is in the first append
				for i := range 3 * fullBatch {
					send(fmt.Sprint("poison ", i))
					synctest.Wait() // one after another
				}
				close(j.allow)
				all.Wait()
				synctest.Wait()
				if good.Load() != int64(c.answered) || bad.Load() != int64(1+3*fullBatch-c.answered) {
					t.Errorf("%d calls succeeded and %d failed, want %d to succeed", good.Load(), bad.Load(), c.answered)
				}
				if rs := bustest.Records(t, j.Journal); len(rs) != c.answered || l.Last() != uint64(c.answered) {
					t.Errorf("the journal has %d records and Last is %d, want %d", len(rs), l.Last(), c.answered)
				}
				if len(stopped) != 1 {
					t.Errorf("stopped with %v", stopped)
				}
			})
		})
	}
}

// In a view the machine is as far as the journal, whatever is decided ahead around it. The records are whole, and in
// the order of each publisher.
func TestViewsUnderLoad(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		const publishers, calls, each = 4, 200, 30
		var decided atomic.Int64
		l := openLog(t, bus.Options{Journal: j, Step: counting(&decided)})
		var all sync.WaitGroup
		for p := range publishers {
			all.Go(func() {
				for c := range calls {
					ds := make([]bus.Draft, each)
					for i := range ds {
						ds[i] = bus.Draft{ID: fmt.Sprintf("%d-%05d", p, c*each+i), Fact: paused(fmt.Sprint(p))}
					}
					l.Publish(ds...)
					if c%40 != 0 {
						continue
					}
					err := l.View(t.Context(), func() {
						last, err := j.Last()
						if n := uint64(decided.Load()); err != nil || n != l.Last() || n != last {
							t.Errorf("%d facts are decided, %d are durable, the journal has %d: %v", n, l.Last(), last, err)
						}
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		commit(t, l, "9", paused("end"))
		next := make([]int, publishers)
		rs := bustest.Records(t, j)
		if len(rs) != publishers*calls*each+1 {
			t.Fatalf("%d records", len(rs))
		}
		for _, r := range rs[:len(rs)-1] {
			p := int(r.ID[0] - '0')
			if want := fmt.Sprintf("%d-%05d", p, next[p]); r.ID != want {
				t.Fatalf("record %d is %s, and should be %s", r.Seq, r.ID, want)
			}
			next[p]++
		}
	})
}

// After an append that another process delayed, the same records are tried again, also when they were staged.
func TestStagedRecordsAreTriedAgain(t *testing.T) {
	j := &staged{Journal: memory.New()}
	l := openLog(t, bus.Options{Journal: j})
	commit(t, l, "a", paused("a"))
	commit(t, l, "b", paused("b"))
	if rs := bustest.Records(t, j.Journal); len(rs) != 2 || j.stages != 2 || j.writes != 4 {
		t.Errorf("%d records, %d stages, %d writes", len(rs), j.stages, j.writes)
	}
}

// staged is a journal that appends in two steps, and is locked each first time.
type staged struct {
	bus.Journal
	stages, writes int
}

var _ bus.Stager = (*staged)(nil)

func (j *staged) Append([]messages.Record) error { return errors.New("not in two steps") }

func (j *staged) Stage(rs []messages.Record) (func() error, error) {
	j.stages++
	return func() error {
		if j.writes++; j.writes%2 == 1 {
			return bus.ErrLocked
		}
		return j.Journal.Append(rs)
	}, nil
}
