// Package waker performs WakeScheduled: when a timer that the log has decided on goes off, it publishes
// Woke. It decides nothing: a timer that nobody waits for any more changes nothing when it goes off.
package waker

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// A Reader hands out records of the log in order.
type Reader interface {
	// Next is a bounded number of records behind the cursor, nil when there are none now.
	Next() ([]messages.Record, error)
	Close()
}

// Topics are what the reader of the waker is to read.
var Topics = []messages.Topic{messages.TopicAttempt, messages.TopicRun}

// maxSleep is the longest sleep, so that a change of the clock that a timer does not notice is noticed.
const maxSleep = 30 * time.Second

// Pending is a timer of the recovered state.
type Pending struct {
	messages.Timer
	Wait  time.Duration // how long from now
	Cause uint64        // seq of the fact from which it followed
}

// Config is what the waker needs from the rest of the runtime.
type Config struct {
	// Timers are those of the recovered state that have not gone off; the reader begins right behind it.
	Timers []Pending
	// Reader makes a reader of Topics. It may call wake from any goroutine.
	Reader func(wake func()) Reader
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
	cfg     Config
	reader  Reader
	news    chan struct{} // holds at most one wake
	done    chan struct{}
	stopped chan struct{}
	stop    sync.Once
	timers  timers
}

// Start arms the recovered timers and follows the log.
func Start(c Config) (*Waker, error) {
	if c.Reader == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("waker: Reader, Publish and Fatal must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	w := &Waker{cfg: c, news: make(chan struct{}, 1), done: make(chan struct{}), stopped: make(chan struct{})}
	now := c.Now()
	for _, t := range c.Timers {
		w.timers.arm(t.Timer, t.Cause, now.Add(t.Wait))
	}
	w.reader = c.Reader(w.wake)
	w.wake()
	go w.run()
	return w, nil
}

// Stop ends the goroutine and waits for it. Timers that have not gone off are found again by recovery.
func (w *Waker) Stop() {
	w.stop.Do(func() { close(w.done) })
	<-w.stopped
}

func (w *Waker) wake() {
	select {
	case w.news <- struct{}{}:
	default: // one is waiting already
	}
}

func (w *Waker) run() {
	defer close(w.stopped)
	defer w.reader.Close()
	sleep := time.NewTimer(maxSleep)
	defer sleep.Stop()
	for {
		sleep.Reset(w.fire())
		select {
		case <-w.done:
			return
		case <-sleep.C:
		case <-w.news:
			if err := w.read(); err != nil {
				w.cfg.Fatal(err)
				return
			}
		}
	}
}

// fire lets the timers go off that are due, and says how long to sleep.
func (w *Waker) fire() time.Duration {
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
		w.cfg.Publish(t.ID(t.cause), messages.Woke{Timer: t.Timer})
	}
}

// read takes in one batch, and wakes itself again if there was one.
func (w *Waker) read() error {
	records, err := w.reader.Next()
	if err != nil {
		return fmt.Errorf("waker: read the log: %w", err)
	}
	now := w.cfg.Now()
	for _, r := range records {
		switch m := r.Body.(type) {
		case messages.WakeScheduled:
			// Due and At are wall-clock readings of one moment; only their distance counts.
			w.timers.arm(m.Timer, r.Cause, now.Add(m.Due.Sub(r.At)))
		case messages.RunFinished:
			w.timers.drop(m.Run)
		}
	}
	if len(records) > 0 {
		w.wake()
	}
	return nil
}
