package bus_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// lockedJournal is a journal whose lock another process holds for the next left appends.
type lockedJournal struct {
	*memory.Journal
	left    int
	trouble func() string
	said    []string
}

func (l *lockedJournal) Append(rs []messages.Record) error {
	if l.trouble != nil {
		l.said = append(l.said, l.trouble())
	}
	if l.left > 0 {
		l.left--
		return bus.ErrLocked
	}
	return l.Journal.Append(rs)
}

// While the journal is locked the log tries again, and says so; after the last try it stops with the reason.
func TestLogLocked(t *testing.T) {
	core, logs := observer.New(zapcore.WarnLevel)
	j := &lockedJournal{Journal: memory.New(), left: bus.LockTries - 1}
	stopped := make(chan error, 1)
	l := openLog(t, bus.Options{Journal: j, Step: step, Logger: zap.New(core), Stopped: func(err error) { stopped <- err }})
	j.trouble = l.Trouble
	if got := commit(t, l, "one", paused("a")); got.Seq != 1 || l.Trouble() != "" {
		t.Errorf("the fact has seq %d; trouble %q", got.Seq, l.Trouble())
	}
	if j.said[0] != "" || !strings.HasPrefix(j.said[1], "nothing can be recorded") || logs.FilterMessageSnippet("nothing can be recorded").Len() != bus.LockTries-1 {
		t.Errorf("it said %q, and the log %v", j.said, logs.All())
	}
	j.left = bus.LockTries
	if _, err := l.Commit(t.Context(), bus.Draft{ID: "two", Fact: paused("b")}); !errors.Is(err, bus.ErrLocked) {
		t.Errorf("a journal that stays locked: %v", err)
	}
	if err := <-stopped; !errors.Is(err, bus.ErrLocked) || !strings.Contains(err.Error(), "end the other process") {
		t.Errorf("the log stopped: %v", err)
	}
	if last, _ := j.Last(); last != 2 {
		t.Errorf("the journal has %d records", last)
	}
}

// A journal that does not answer is said to be trouble after two seconds, and no longer when it answers.
func TestSlowJournalIsTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j})
		l.Publish(bus.Draft{Fact: paused("a")})
		time.Sleep(2*time.Second - time.Millisecond)
		if got := l.Trouble(); got != "" {
			t.Errorf("at once: %q", got)
		}
		time.Sleep(time.Second)
		if got, want := l.Trouble(), "nothing can be recorded: the journal has not answered for 2s"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		close(j.allow)
		synctest.Wait()
		if got := l.Trouble(); got != "" || l.Last() != 1 {
			t.Errorf("afterwards: %q, %d records", got, l.Last())
		}
	})
}

// lateJournal answers when the log's patience is over, to the nanosecond.
type lateJournal struct{ *memory.Journal }

func (j lateJournal) Append(rs []messages.Record) error {
	time.Sleep(bus.TroubleAfter)
	return j.Journal.Append(rs)
}

// A journal that has answered is no trouble any more, also if it answers in the moment in which the log says that it
// does not.
func TestAnswerInTheLastMoment(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			l := openLog(t, bus.Options{Journal: lateJournal{memory.New()}})
			commit(t, l, "one", paused("a"))
			synctest.Wait()
			if got := l.Trouble(); got != "" {
				t.Fatalf("the journal has answered, and the trouble is still %q", got)
			}
		})
	}
}
