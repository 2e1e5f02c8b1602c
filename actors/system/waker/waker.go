// Package waker performs WakeScheduled: when a timer that the log has decided goes off, it publishes Woke. It decides
// nothing: a timer that is no longer waited for changes nothing when it goes off, and the machine says of a forecast
// whether it is to be kept for now, and of the renewal of a quota whether the credential has lapsed before it.
package waker

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Topics are what the reader of the waker is to read.
var Topics = []messages.Topic{messages.TopicAttempt, messages.TopicRun}

// maxSleep is the longest sleep, so that a change of the clock is noticed which a timer does not notice.
const maxSleep = 30 * time.Second

// Config is what the waker needs from the rest of the runtime.
type Config struct {
	// Timers are those of the recovered state that have not gone off; the reader begins right after it.
	Timers []policy.Pending
	// At is the wall clock's reading from which their waits are counted.
	At messages.Instant
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Untimely asks the machine about a forecast, or the renewal of a quota, that is due: whether it is to be kept for
	// [policy.UntimelyFor]; see [policy.Machine.Untimely]. If it cannot be asked, that is so. What is to be reported before
	// the timer is, by [policy.Machine.Lapsed], has been published when it returns.
	Untimely func(context.Context, messages.Timer) bool
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// Now is the clock; nil: time.Now. Spans are measured by its monotonic reading.
	Now    func() time.Time
	Logger *zap.Logger
}

// Waker arms timers on one goroutine.
type Waker struct {
	cfg    Config
	group  *startstop.Group
	log    *follow.Feed
	timers timers
}

// Start arms the recovered timers and follows the log.
func Start(c Config) (*Waker, error) {
	if c.Reader == nil || c.Untimely == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("waker: Reader, Untimely, Publish and Fatal must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	w := &Waker{cfg: c, group: startstop.New(0)}
	now := c.Now()
	for _, t := range c.Timers {
		w.timers.arm(t.Timer, t.Cause, now.Add(t.Wait(c.At)))
	}
	w.log = follow.New("waker", c.Reader)
	w.group.Go(w.run)
	return w, nil
}

// Stop ends the goroutine and waits for it. The next start recovers the timers that have not gone off.
func (w *Waker) Stop() { w.group.Stop() }

func (w *Waker) run(ctx context.Context) {
	defer w.log.Close()
	sleep := time.NewTimer(maxSleep)
	defer sleep.Stop()
	for {
		sleep.Reset(w.fire(ctx))
		select {
		case <-ctx.Done():
			return
		case <-sleep.C:
		case <-w.log.Woken():
			batch, err := w.log.Next()
			if err != nil {
				w.cfg.Fatal(err)
				return
			}
			w.take(batch)
		}
	}
}

// fire publishes the timers that are due, and returns how long to sleep.
func (w *Waker) fire(ctx context.Context) time.Duration {
	now := w.cfg.Now()
	for {
		t, ok := w.timers.first()
		if !ok {
			return maxSleep
		}
		if left := t.at.Sub(now); left > 0 {
			return min(left, maxSleep)
		}
		w.timers.pop()
		if asked(t.Why) && w.cfg.Untimely(ctx, t.Timer) {
			w.timers.arm(t.Timer, t.cause, now.Add(policy.UntimelyFor))
			continue
		}
		w.cfg.Publish(t.ID(t.cause), messages.Woke{Timer: t.Timer})
	}
}

// asked reports whether the machine is asked about a timer that is due, before that is published.
func asked(why messages.WakeReason) bool {
	return why == messages.WakeForecast || why == messages.WakeQuota
}

// take takes in one batch.
func (w *Waker) take(batch []messages.Record) {
	now := w.cfg.Now()
	for _, r := range batch {
		switch m := r.Body.(type) {
		case messages.WakeScheduled:
			// Due and At are wall-clock readings of one moment; only their distance counts.
			w.timers.arm(m.Timer, r.Cause, now.Add(m.Due.Sub(r.At)))
		case messages.RunFinished:
			w.timers.drop(m.Run)
		}
	}
}
