package gate

import (
	"context"
	"sync"
	"time"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// maxNap is how long the forecaster sleeps at most before it reads the wall clock again, which may have been
// set, or gone on while the machine slept (design §13).
const maxNap = 30 * time.Second

// forecaster closes a gate right before its credential lapses by its own account, so that not a single call
// is wasted to find out. It only ever publishes; the log closes the gate.
type forecaster struct {
	now     func() time.Time
	publish func(id string, f messages.Fact)

	mu     sync.Mutex
	lapses map[string]lapse // by session
	news   follow.Signal    // a lapse was added
	group  *startstop.Group
}

// lapse is a credential that will lapse.
type lapse struct {
	generation  uint64
	at, expires messages.Instant // at: when the gate closes
}

func newForecaster(now func() time.Time, publish func(string, messages.Fact)) *forecaster {
	return &forecaster{
		now: now, publish: publish,
		lapses: make(map[string]lapse), news: follow.NewSignal(), group: startstop.New(0),
	}
}

// start follows the forecasts on a goroutine of its own, until stop.
func (f *forecaster) start() { f.group.Go(f.run) }

func (f *forecaster) stop() { f.group.Stop() }

// expect sets what is known of a session's credential, taken in at that time; expires 0: nothing. What is
// known of the same generation already stays.
func (f *forecaster) expect(session string, generation uint64, at, expires messages.Instant) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if old, ok := f.lapses[session]; ok && old.generation == generation {
		return
	}
	delete(f.lapses, session)
	if expires != 0 {
		f.lapses[session] = lapse{generation: generation, at: policy.LapseAt(at, expires), expires: expires}
	}
	f.news.Set()
}

// vouch lets the credential of that generation go on to its end, and not only to shortly before: its source hands it
// out still, and has no other.
func (f *forecaster) vouch(session string, generation uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l, ok := f.lapses[session]; ok && l.generation == generation {
		l.at = l.expires
		f.lapses[session] = l
	}
}

// forget drops what is known: the gate is closed.
func (f *forecaster) forget(session string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.lapses, session)
}

func (f *forecaster) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.news:
		case <-timer.C:
		}
		if next, waits := f.tell(); waits {
			timer.Reset(min(next, maxNap))
		}
	}
}

// tell publishes the expiries that are due, and says when to look again.
func (f *forecaster) tell() (next time.Duration, waits bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := messages.At(f.now())
	for name, l := range f.lapses {
		wait := l.at.Sub(now)
		if wait <= 0 {
			f.publish(policy.Lapse(name, l.generation, l.expires))
			delete(f.lapses, name)
			continue
		}
		if !waits || wait < next {
			next, waits = wait, true
		}
	}
	return next, waits
}
