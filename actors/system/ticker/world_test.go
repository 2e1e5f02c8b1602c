package ticker

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// midnight is when time begins in a bubble.
var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// A world is a ticker in a bubble, with a log that holds definitions and a clock that can be set.
type world struct {
	t      *testing.T
	ticker *Ticker

	mu     sync.Mutex
	log    []messages.Record
	wake   func()
	broken error
	closed bool
	step   time.Duration // how much the wall clock is off
	looks  func()        // called whenever the clock is read
	said   []string      // what was published since the last look, and when
	sizes  []int         // of every batch of slots due
	fatal  []error
}

// inWorld runs f in a bubble with a ticker that knows the jobs.
func inWorld(t *testing.T, known []policy.JobGlance, log []messages.Record, f func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, log: log}
		quiet := actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) })
		var err error
		w.ticker, err = Start(Config{
			System: actor.NewActorSystem(quiet), Known: known, Reader: w.reader, Publish: w.publish, Now: w.now,
			Fatal:  func(err error) { w.mu.Lock(); w.fatal = append(w.fatal, err); w.mu.Unlock() },
			Logger: zap.NewNop(),
		})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		f(w)
		if err := w.ticker.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		w.said = nil
		time.Sleep(2 * MaxSleep) // longer than any sleep, and than the actor system's watch on dead letters
		w.expect("after the stop")
		if !w.closed {
			t.Error("the reader is not closed")
		}
	})
}

func (w *world) reader(wake func()) follow.Reader {
	w.wake = wake
	return &cursor{w: w}
}

type cursor struct {
	w  *world
	at int
}

func (c *cursor) Next() ([]messages.Record, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if c.w.broken != nil || c.at == len(c.w.log) {
		return nil, c.w.broken
	}
	c.at++ // one at a time: the ticker must not take a batch for all there is
	return c.w.log[c.at-1 : c.at], nil
}

func (c *cursor) After() uint64 { return uint64(c.at) }

func (c *cursor) Close() { c.w.closed = true }

func (w *world) now() time.Time {
	w.mu.Lock()
	looks := w.looks
	w.mu.Unlock()
	if looks != nil {
		looks()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.step)
}

// watch has f called whenever the clock is read.
func (w *world) watch(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks = f
}

func (w *world) set(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.step += d
}

// append puts facts into the log and wakes the ticker, more often than it needs.
func (w *world) append(facts ...messages.Fact) {
	for _, f := range facts {
		r := messages.Record{At: messages.At(w.now()), Body: f}
		w.mu.Lock()
		w.log = append(w.log, r)
		w.mu.Unlock()
		w.wake()
		w.wake()
	}
	synctest.Wait()
}

// publish notes a fact as "07:00:00 due a@07:00:00 b@07:00:00" or "09:00:00 missed a 07:00:00..08:00:00 2+0", with how
// many of those that are not named are old.
func (w *world) publish(f messages.Fact) {
	var text strings.Builder
	text.WriteString(clock(messages.At(w.now())))
	switch f := f.(type) {
	case messages.SlotsDue:
		text.WriteString(" due")
		for _, s := range f.Slots {
			fmt.Fprintf(&text, " %s@%s", s.Job, clock(s.Slot))
		}
		w.sizes = append(w.sizes, len(f.Slots))
	case messages.SlotsMissed:
		last := f.Slots[len(f.Slots)-1]
		fmt.Fprintf(&text, " missed %s %s..%s %d+%d", f.Job, clock(f.First), clock(last), len(f.Slots), f.More)
		if f.Old > 0 {
			fmt.Fprintf(&text, " old=%d..%s", f.Old, clock(f.Recent))
		}
		if f.Once {
			text.WriteString(" once")
		}
	case messages.ClockSetBack:
		fmt.Fprintf(&text, " back by %v", f.By)
	default:
		w.t.Errorf("the ticker published a %s", f.Name())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, text.String())
}

// clock is the time of an instant, with the day if it is not the first of the bubble.
func clock(i messages.Instant) string {
	if i.Time().Before(midnight) || i.Time().Sub(midnight) >= 24*time.Hour {
		return i.Time().Format("01-02T15:04:05")
	}
	return i.Time().Format("15:04:05")
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// expect compares what was published since the last look.
func (w *world) expect(what string, lines ...string) {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.said, lines) {
		w.t.Errorf("%s: published\n\t%s\nwant\n\t%s", what, strings.Join(w.said, "\n\t"), strings.Join(lines, "\n\t"))
	}
	w.said = nil
}

// job is a known job, looked at for the last time so long before midnight.
func job(name, schedule string, ago time.Duration) policy.JobGlance {
	return policy.JobGlance{
		Definition: messages.Keep(messages.Definition{Job: name, Timetable: messages.Timetable{Schedule: schedule}}),
		Mark:       scheduler.Mark{Since: messages.At(midnight.Add(-ago))},
	}
}

func defined(name, schedule string) messages.JobDefined {
	return messages.Defined(messages.Definition{Job: name, Timetable: messages.Timetable{Schedule: schedule}})
}

var errBroken = errors.New("disk on fire")
