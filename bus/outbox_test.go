package bus_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus"
)

// While nobody can be reached, what is published waits; at the close it is sent, or it is said what was not.
func TestOutboxWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.cut = true
		for i := range 5000 {
			f.logs[1].Publish(bus.Draft{ID: fmt.Sprint(i), Fact: paused("a")})
		}
		time.Sleep(time.Hour)
		want := "facts cannot be handed on to the log that decides; they are kept and sent again"
		if got := f.logs[1].Trouble(); got != want {
			t.Errorf("its trouble is %q", got)
		}
		f.mu.Lock()
		f.cut = false
		f.mu.Unlock()
		time.Sleep(time.Second)
		if got := f.logs[1].Trouble(); got != "" {
			t.Errorf("it still has trouble: %q", got)
		}
		f.carry(f.logs[0])
		ids, twice := f.facts()
		if len(ids) != 5000 || twice > 0 || ids[0] != "0" || ids[4999] != "4999" {
			t.Errorf("%d facts arrived", len(ids))
		}
		f.mu.Lock()
		f.cut = true
		f.mu.Unlock()
		wait := f.waits(f.logs[1], bus.Draft{Fact: paused("a")})
		synctest.Wait()
		if err := f.logs[1].Close(); err != nil {
			t.Error(err)
		}
		if _, err := wait(); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("a caller got %v", err)
		}
	})
}

// What nobody took before the close was over is counted by its kind, but for what a caller waits for, or has waited for
// until his time was up: he was told.
func TestOutboxGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		core, logs := observer.New(zap.InfoLevel)
		sends := 0
		l, err := bus.Open(bus.Options{
			Journal: f.realm.Open(), Step: step, Logger: zap.New(core),
			Send: func(ctx context.Context, _ bus.Parcel) error {
				sends++
				<-ctx.Done()
				return context.Cause(ctx)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2500 { // several parcels
			l.Publish(bus.Draft{ID: fmt.Sprint(i), Fact: paused("a")})
		}
		l.Publish(bus.Draft{Fact: resumed("a")}, bus.Draft{Fact: resumed("b")})
		brief, done := context.WithTimeout(t.Context(), time.Second)
		defer done()
		if _, err := l.Commit(brief, bus.Draft{Fact: resumed("gone")}); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("who gave up waiting got %v", err)
		}
		told := make(chan error, 1)
		go func() {
			_, err := l.Commit(t.Context(), bus.Draft{Fact: paused("waits")})
			told <- err
		}()
		synctest.Wait()
		err = l.Close()
		var lost *bus.GivenUp
		if want := map[string]int{"job.paused.v1": 2500, "job.resumed.v1": 2}; !errors.As(err, &lost) || !reflect.DeepEqual(lost.ByName, want) {
			t.Fatalf("the close says %v, want %v", err, want)
		}
		const want = "bus: facts were given up, as the log that decides did not take them within 10s: 2502 in all: " +
			"job.paused.v1 (2500), job.resumed.v1 (2)"
		if err.Error() != want || !errors.Is(<-told, bus.ErrClosed) {
			t.Errorf("the close says %q", err)
		}
		if again := l.Close(); again.Error() != want {
			t.Errorf("a second close says %v", again)
		}
		// One line, and one try: what is given up is not called "kept and sent again".
		if all := logs.All(); len(all) != 1 || all[0].Message != "bus: facts were given up" || sends != 1 {
			t.Errorf("after %d tries the log says %v", sends, all)
		}
	})
}
