package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/memory"
	"curfew/messages"
)

// slowJournal is a journal whose appends wait for permission.
type slowJournal struct {
	bus.Journal
	allow   chan struct{}
	appends int
}

func (j *slowJournal) Append(rs []messages.Record) error {
	<-j.allow
	j.appends++
	return j.Journal.Append(rs)
}

// Facts that are published during an append share the next one.
func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j, Step: step})
		const callers = 500
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() { commit(t, l, fmt.Sprint(i), paused("a")) })
			if i == 0 {
				synctest.Wait() // the writer is in the first append
			}
		}
		synctest.Wait()
		close(j.allow)
		wg.Wait()
		if j.appends != 2 {
			t.Errorf("%d callers took %d appends, want 2", callers, j.appends)
		}
		if got := l.Last(); got != 2*callers {
			t.Errorf("last is %d, want %d", got, 2*callers)
		}
	})
}

// Each fact is right before its decisions, the facts of one call are together, and the facts of one publisher are in
// its order, however many publish at once.
func TestOrderUnderConcurrentPublishers(t *testing.T) {
	j := memory.New()
	l := openLog(t, bus.Options{Journal: j, Step: step, PolicyVersion: 7})
	const publishers, calls = 8, 300
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range calls {
				job := fmt.Sprintf("p%d", p)
				l.Publish(bus.Draft{ID: fmt.Sprintf("%s-%d-a", job, i), Fact: paused(job)}, bus.Draft{ID: fmt.Sprintf("%s-%d-b", job, i), Fact: resumed(job)})
			}
		})
	}
	wg.Wait()
	commit(t, l, "end", resumed("end"))

	next := make(map[string]int)
	rs := bustest.Records(t, j)
	if want := publishers*calls*3 + 1; len(rs) != want {
		t.Fatalf("%d records, want %d", len(rs), want)
	}
	for i := 0; i < len(rs)-1; i += 3 {
		job := rs[i].Body.Key()
		want := []string{fmt.Sprintf("%s-%d-a", job, next[job]), messages.DerivedID(rs[i].Seq, 0), fmt.Sprintf("%s-%d-b", job, next[job])}
		for k, cause := range []uint64{0, rs[i].Seq, 0} {
			r := rs[i+k]
			if r.ID != want[k] || r.Cause != cause || r.Seq != uint64(i+k+1) || r.PolicyVersion != 7 || r.At.IsZero() {
				t.Fatalf("record %+v, want id %s and cause %d", r, want[k], cause)
			}
		}
		next[job]++
	}
}

// A call that is larger than a batch stays together, too.
func TestLargeCallStaysTogether(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New()})
	var ds []bus.Draft
	for range 3000 {
		ds = append(ds, bus.Draft{Fact: paused("a")})
	}
	rs, err := l.Commit(t.Context(), ds...)
	if err != nil || len(rs) != len(ds) || rs[2999].Seq-rs[0].Seq != 2999 {
		t.Fatalf("%d receipts, error %v", len(rs), err)
	}
}

func TestDuplicates(t *testing.T) {
	for name, reopen := range map[string]bool{"same log": false, "log opened again": true} {
		t.Run(name, func(t *testing.T) {
			j := memory.New()
			o := bus.Options{Journal: j, Step: step}
			l := openLog(t, o)
			first := commit(t, l, "x", paused("a"))
			if reopen {
				_ = l.Close()
				l = openLog(t, o)
			}
			again := commit(t, l, "x", paused("b"))
			if !again.Duplicate || again.Seq != first.Seq || again.Decisions != nil || l.Last() != 2 {
				t.Errorf("again: %+v, last %d", again, l.Last())
			}
			if other := commit(t, l, "y", paused("a")); other.Duplicate || other.Seq != 3 || len(other.Decisions) != 1 {
				t.Errorf("another id: %+v", other)
			}
		})
	}
}

func TestRefusal(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	bad := errors.New("unknown job")
	admit := func(f messages.Fact) (messages.Fact, error) {
		switch f.Key() {
		case "bad":
			return nil, bad
		case "resolve":
			return paused("resolved"), nil
		}
		return f, nil
	}
	l := openLog(t, bus.Options{Journal: memory.New(), Admit: admit, Step: step, Logger: zap.New(core)})

	rs, err := l.Commit(t.Context(), bus.Draft{Fact: paused("resolve")}, bus.Draft{ID: "b", Fact: paused("bad")}, bus.Draft{Fact: paused("c")})
	var refused *bus.Refused
	if !errors.As(err, &refused) || refused.ID != "b" || !errors.Is(err, bad) {
		t.Errorf("error %v does not tell that b was refused", err)
	}
	if len(rs) != 3 || rs[0].Seq != 1 || rs[1].Seq != 0 || rs[2].Seq != 3 || rs[0].Fact != paused("resolved") {
		t.Errorf("receipts %+v", rs)
	}
	if r := commit(t, l, "b", paused("good")); r.Duplicate {
		t.Error("the id of a refused fact counts as used")
	}
	l.Publish(bus.Draft{Fact: paused("bad")}, bus.Draft{Fact: paused("d")}, bus.Draft{})
	if r := commit(t, l, "end", resumed("end")); r.Seq != 9 {
		t.Errorf("after a Publish with one good fact of three the next stands at %d, want 9", r.Seq)
	}
	if n := logs.FilterMessage("bus: refused").Len(); n != 2 {
		t.Errorf("%d refusals were logged, want the 2 that were published and not committed", n)
	}
	pointer := messages.JobPaused{Job: "a"}
	for name, d := range map[string]bus.Draft{
		"no fact":       {},
		"a pointer":     {Fact: &pointer},
		"a long id":     {ID: strings.Repeat("x", 257), Fact: paused("a")},
		"an id no text": {ID: "\xff", Fact: paused("a")},
		"bad raw JSON":  {Fact: messages.Defined(messages.Definition{Job: "a", With: []byte("{")})},
	} {
		if rs, err := l.Commit(t.Context(), d, bus.Draft{Fact: paused("a")}); rs != nil || !errors.As(err, &refused) {
			t.Errorf("%s: receipts %v, error %v", name, rs, err)
		}
	}
	if l.Last() != 9 {
		t.Errorf("last is %d: something that was refused got in", l.Last())
	}
}

// failingJournal fails from its second append on.
type failingJournal struct {
	bus.Journal
	appends int
}

func (j *failingJournal) Append(rs []messages.Record) error {
	if j.appends++; j.appends > 1 {
		return errDisk
	}
	return j.Journal.Append(rs)
}

func TestStopsItself(t *testing.T) {
	admitAll := func(f messages.Fact) (messages.Fact, error) { return f, nil }
	for name, c := range map[string]struct {
		journal bus.Journal
		admit   func(messages.Fact) (messages.Fact, error)
		step    func(messages.Instant, uint64, messages.Fact) []messages.Decision
		reason  string
	}{
		"panic in Step": {memory.New(), admitAll, func(at messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
			if f.Key() == "poison" {
				panic("no such state")
			}
			return step(at, seq, f)
		}, "no such state"},
		"panic in Admit": {memory.New(), func(f messages.Fact) (messages.Fact, error) {
			if f.Key() == "poison" {
				panic("no such state")
			}
			return f, nil
		}, step, "no such state"},
		"failed append": {&failingJournal{Journal: memory.New()}, admitAll, step, errDisk.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			stopped := make(chan error, 2)
			var l *bus.Log
			l = openLog(t, bus.Options{Journal: c.journal, Admit: c.admit, Step: c.step, Stopped: func(err error) {
				_ = l.Close() // must not deadlock
				stopped <- err
			}})
			commit(t, l, "", paused("a"))
			_, err := l.Commit(t.Context(), bus.Draft{Fact: paused("b")}, bus.Draft{Fact: paused("poison")})
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("error %v, want one with %q", err, c.reason)
			}
			if why := <-stopped; why.Error() != err.Error() {
				t.Errorf("stopped with %v, the caller was told %v", why, err)
			}
			l.Publish(bus.Draft{Fact: paused("c")})
			if _, later := l.Commit(t.Context(), bus.Draft{Fact: paused("c")}); later == nil || later.Error() != err.Error() {
				t.Errorf("a later Commit says %v", later)
			}
			if later := l.View(t.Context(), func() { t.Error("a View ran") }); later == nil || later.Error() != err.Error() {
				t.Errorf("a later View says %v", later)
			}
			if rs := bustest.Records(t, c.journal); len(rs) != 2 || l.Last() != 2 {
				t.Errorf("the journal has %d records and Last is %d, want 2: it went on half-decided", len(rs), l.Last())
			}
			if len(stopped) != 0 {
				t.Error("Stopped was called twice")
			}
		})
	}
}

// In a bubble, the calls of one instant are sorted.
func TestSettleAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := memory.New()
		l := openLog(t, bus.Options{
			Journal: j, Settle: synctest.Wait,
			Order: func(a, b messages.Fact) int { return strings.Compare(a.Key(), b.Key()) },
		})
		var wg sync.WaitGroup
		for _, key := range []string{"c", "a", "d", "b"} {
			wg.Go(func() { l.Publish(bus.Draft{Fact: paused(key)}, bus.Draft{Fact: resumed("0" + key)}) })
		}
		wg.Wait()
		time.Sleep(time.Millisecond)
		var got []string
		for _, r := range bustest.Records(t, j) {
			got = append(got, r.Body.Key())
		}
		if want := "a 0a b 0b c 0c d 0d"; strings.Join(got, " ") != want {
			t.Errorf("order %v, want %s", got, want)
		}
	})
}

func TestView(t *testing.T) {
	steps := 0
	l := openLog(t, bus.Options{Journal: memory.New(), Step: func(messages.Instant, uint64, messages.Fact) []messages.Decision {
		steps++
		return nil
	}})
	for i := range 100 {
		l.Publish(bus.Draft{Fact: paused("a")})
		if err := l.View(t.Context(), func() {
			if steps != i+1 || l.Last() != uint64(i+1) {
				t.Errorf("after %d facts a View sees %d steps, last %d", i+1, steps, l.Last())
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.View(t.Context(), func() { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Errorf("a View that panics says %v", err)
	}
	commit(t, l, "", paused("a")) // the log goes on
}

// The function of a caller that gave up does not run later.
func TestViewGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j})
		l.Publish(bus.Draft{Fact: paused("a")})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ran := false
		if err := l.View(ctx, func() { ran = true }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if _, err := l.Commit(ctx, bus.Draft{Fact: paused("b")}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(j.allow)
		commit(t, l, "", paused("c"))
		if ran || l.Last() != 3 {
			t.Errorf("the View ran: %v; last %d, want 3", ran, l.Last())
		}
	})
}

// Close makes durable every fact that was published before it.
func TestCloseDrains(t *testing.T) {
	j := memory.New()
	l := openLog(t, bus.Options{Journal: j})
	for range 5000 {
		l.Publish(bus.Draft{Fact: paused("a")})
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(bustest.Records(t, j)); n != 5000 {
		t.Errorf("%d records after Close, want 5000", n)
	}
	if _, err := l.Commit(t.Context(), bus.Draft{Fact: paused("a")}); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("a Commit after Close says %v", err)
	}
}
