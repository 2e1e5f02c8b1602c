// Package ticker is the scheduler actor: it watches the clock and publishes the slots that fall due. It decides neither
// whether a slot makes a run nor when that runs. Package scheduler says which instants a schedule names.
package ticker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Topics are what the reader of the ticker is to read.
var Topics = []messages.Topic{messages.TopicConfig}

const (
	// MaxSleep is the longest sleep. A timer stands still while the machine is suspended, and does not notice when
	// the clock is set; reading the clock does.
	MaxSleep = 30 * time.Second

	// MissedAfter is how late a slot may be noticed and still be due. Noticed later, it is missed.
	MissedAfter = 60 * time.Second

	// minSleep prevents a hot loop when the clock runs slower than the timer.
	minSleep = time.Millisecond

	// name is the actor's, once per actor system.
	name = "ticker"
)

// Config is what the ticker needs from the rest of the runtime.
type Config struct {
	System *actor.ActorSystem
	// Known are the jobs of the recovered state; the reader begins right after that state.
	Known []policy.JobGlance
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Publish reports SlotsDue, SlotsMissed and ClockSetBack. It must not block.
	Publish func(messages.Fact)
	// Fatal is called, at most once, when the ticker cannot go on: the runtime must stop. It must not block.
	Fatal func(error)
	// Now is the wall clock; nil: time.Now.
	Now    func() time.Time
	Logger *zap.Logger
}

// Ticker is the handle of the scheduler actor.
type Ticker struct{ actor *startstop.Actor }

// Start starts the actor. It first publishes the slots that fell due before the start.
func Start(c Config) (*Ticker, error) {
	if c.System == nil || c.Reader == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("ticker: System, Reader, Publish and Fatal must be set")
	}
	began := time.Now()
	passed := func(time.Time) time.Duration { return time.Since(began) }
	if c.Now == nil {
		c.Now, passed = time.Now, func(now time.Time) time.Duration { return now.Sub(began) }
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	a, err := startstop.Spawn(c.System, name, &ticker{
		cfg: c, table: newTable(), spans: make(map[spanKey]span),
		passed: passed,
	})
	if err != nil {
		return nil, err
	}
	return &Ticker{actor: a}, nil
}

// Stop stops the actor and waits until it has stopped, or ctx ends, which is the error. Nothing is published after it.
func (t *Ticker) Stop(ctx context.Context) error { return t.actor.Stop(ctx) }

type (
	// alarm is the message that the sleep of that number is over.
	alarm struct{ sleep uint64 }
	// news is the message that there is something to read.
	news struct{}
)

// ticker is the actor. Everything in it belongs to its mailbox's goroutine.
type ticker struct {
	cfg     Config
	self    *actor.PID
	log     *follow.Feed
	table   *table
	armed   scheduler.Timers // the next slot of each job, by its id in the table
	pending []slot           // of this tick; kept for its memory
	spans   map[spanKey]span
	passed  func(now time.Time) time.Duration // by the monotonic clock, at that reading of the wall clock
	ahead   time.Duration                     // how far the wall clock has come before the monotonic one since the start
	zero    time.Time                         // the wall clock at the start
	timer   *time.Timer
	sleep   uint64 // number of the sleep that counts
	failed  bool
}

var _ actor.Actor = (*ticker)(nil)

// Receive reads the log when there is something to read, and the clock after every message.
func (t *ticker) Receive(c actor.Context) {
	defer t.guard()
	switch m := c.Message().(type) {
	case *actor.Started:
		t.start(c)
	case *actor.Stopping:
		t.release()
	case news:
		t.follow()
		t.tick()
	case alarm:
		if m.sleep == t.sleep {
			t.tick()
		}
	}
}

// guard, deferred, turns a panic into the end of the runtime: a restarted ticker would begin with the state of the
// runtime's start.
func (t *ticker) guard() {
	if r := recover(); r != nil {
		t.cfg.Logger.Error("cron: the ticker panicked", zap.Any("panic", r), zap.ByteString("stack", debug.Stack()))
		t.fail(fmt.Errorf("ticker: panicked: %v", r))
	}
}

func (t *ticker) fail(err error) {
	if t.failed {
		return
	}
	t.release()
	t.cfg.Fatal(err)
}

// start takes in the recovered jobs, then the log after them, and only then reads the clock: a job that was removed
// meanwhile has no slots.
func (t *ticker) start(c actor.Context) {
	t.self = c.Self()
	now := t.cfg.Now()
	t.zero, t.ahead = now.Round(0), -t.passed(now)
	t.log = follow.NewMailbox(name, t.cfg.Reader, func() { t.cfg.System.Root.Send(t.self, news{}) })
	for _, k := range sorted(t.cfg.Known) {
		t.define(k.Definition, k.Mark)
	}
	t.cfg.Known = nil // the table has them now
	t.follow()
	t.tick()
	t.boot()
}

// release ends the reader and the alarm: the actor sends itself no more messages.
func (t *ticker) release() {
	t.failed = true // the messages that are still in the mailbox do nothing
	t.sleep++
	if t.timer != nil {
		t.timer.Stop()
	}
	if t.log != nil {
		t.log.Close()
	}
}

// follow takes in the definitions of jobs from the log.
func (t *ticker) follow() {
	if t.failed {
		return
	}
	if err := t.log.Drain(t.take); err != nil {
		t.fail(err)
	}
}

func (t *ticker) take(batch []messages.Record) {
	for _, r := range batch {
		switch m := r.Body.(type) {
		case messages.JobDefined:
			t.define(m.Kept, scheduler.Mark{Since: r.At})
		case messages.JobRemoved:
			t.remove(m.Job)
		}
	}
}

// tick publishes what is due and goes to sleep until the next slot, MaxSleep at most.
func (t *ticker) tick() {
	if t.failed {
		return
	}
	t.checkSetBack()
	t.publishDue()
	d := MaxSleep
	if due, ok := t.armed.NextDue(); ok {
		d = max(minSleep, min(d, due.Time().Sub(t.cfg.Now())))
	}
	t.sleep++
	if t.timer != nil {
		t.timer.Stop()
	}
	next := alarm{t.sleep}
	t.timer = time.AfterFunc(d, func() { t.cfg.System.Root.Send(t.self, next) })
}
