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

// maxNap is the longest sleep of the forecaster. Then it reads the wall clock again, which may have been set, or may
// have gone on while the machine was suspended (design §13).
const maxNap = 30 * time.Second

// lookWhoDecides is the time between two looks whether this node decides, when a credential lapses.
const lookWhoDecides = time.Second

// forecaster publishes an expiry right before a credential's own expiry passes, so that no call has to fail first. The
// log closes the gate.
type forecaster struct {
	now     func() time.Time
	decides func() bool // nil: it does
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

func newForecaster(now func() time.Time, decides func() bool, publish func(string, messages.Fact)) *forecaster {
	return &forecaster{
		now: now, decides: decides, publish: publish,
		lapses: make(map[string]lapse), news: follow.NewSignal(), group: startstop.New(0),
	}
}

// start runs the forecaster on a goroutine of its own, until stop.
func (f *forecaster) start() { f.group.Go(f.run) }

func (f *forecaster) stop() { f.group.Stop() }

// expect sets when a session's credential expires; 0: unknown. At is when the credential was taken in. What is known of
// the same generation already stays.
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

// vouch lets the credential of that generation last to its very end, not only to shortly before: its source still hands
// it out, and has no other.
func (f *forecaster) vouch(session string, generation uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l, ok := f.lapses[session]; ok && l.generation == generation {
		l.at = l.expires
		f.lapses[session] = l
	}
}

// forget drops what is known of a session's credential: the gate is closed.
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
		if next, waits := f.publishDue(); waits {
			timer.Reset(min(next, maxNap))
		}
	}
}

// publishDue publishes the expiries that are due, and returns after which time the next is; waits is false if there is
// none.
func (f *forecaster) publishDue() (next time.Duration, waits bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := messages.At(f.now())
	for name, l := range f.lapses {
		wait := l.at.Sub(now)
		if wait <= 0 && f.decides != nil && !f.decides() { // the one that does may know better; it may become this one
			wait = lookWhoDecides
		}
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
