package engine

import (
	"context"
	"sync"

	"go.uber.org/zap"

	"curfew/actors/system/notifier"
	"curfew/actors/system/orphans"
	"curfew/actors/system/pinger"
	"curfew/actors/system/refresher"
	"curfew/actors/system/ticker"
	"curfew/actors/system/tracer"
	"curfew/actors/system/waker"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// duties are the parts that make facts, or do something outside, from the time and the log alone: one runtime of a
// journal has them. What performs attempts, answers questions or keeps a copy is none of them.
type duties struct {
	r         *Runtime
	mu        sync.Mutex // held while parts are started or changed by a reload
	over      bool       // they end, and nothing is started any more
	waker     *waker.Waker
	notifier  *notifier.Notifier
	pinger    *pinger.Pinger // nil: no job has a monitor
	ticker    *ticker.Ticker
	orphans   *orphans.Reporter
	tracer    *tracer.Tracer // nil: the environment names no collector
	refresher *refresher.Refresher
	sources   []config.Credential // by which the refresher goes; under mu, once it has started
}

// takeUp starts the duties of a runtime that decides, from a state of the machine.
func (r *Runtime) takeUp(ctx context.Context, was recovered) error {
	d := &duties{r: r}
	if err := d.start(ctx, was); err != nil {
		d.end(ctx)
		return err
	}
	r.duties.Store(d) // whole
	return nil
}

// start starts the parts from a state of the machine. Each reads the log from right after it.
func (d *duties) start(ctx context.Context, was recovered) error {
	for _, part := range []func(context.Context, recovered) error{
		d.wake, d.notify, d.tick, d.lookForOrphans, d.trace, d.refresh,
	} {
		if err := part(ctx, was); err != nil {
			return err
		}
	}
	return nil
}

// wake starts the waker.
func (d *duties) wake(_ context.Context, was recovered) (err error) {
	d.waker, err = waker.Start(waker.Config{
		Timers: was.timers, At: d.r.Now(), Reader: d.r.reader("waker", was.last, waker.Topics...),
		Untimely: d.r.untimely, Publish: d.r.publish, Fatal: d.r.fail, Logger: d.r.o.Logger,
	})
	return err
}

// untimely asks the machine whether a timer is to be kept for now; if it does not answer, that is so. It publishes the
// expiry that comes before the timer, if there is one.
func (r *Runtime) untimely(ctx context.Context, t messages.Timer) (is bool) {
	var id string
	var first messages.SessionExpired
	var lapsed bool
	err := r.View(ctx, func(m *policy.Machine) {
		now := r.Now()
		is = m.Untimely(t, now)
		id, first, lapsed = m.Lapsed(t, now)
	})
	if err != nil {
		return true
	}
	if lapsed {
		r.publish(id, first)
	}
	return is
}

// tick starts the ticker.
func (d *duties) tick(_ context.Context, was recovered) (err error) {
	r := d.r
	d.ticker, err = ticker.Start(ticker.Config{
		System: r.system, Known: was.jobs, Reader: r.reader("ticker", was.last, ticker.Topics...),
		Publish: r.fromNobody, Fatal: r.fail, Now: r.o.Now, Logger: r.o.Logger,
	})
	return err
}

// freeze stops the parts that make new work: the ticker, the timers, what reports orphans, and what renews sign-ins. It
// waits for the ticker until ctx ends.
func (d *duties) freeze(ctx context.Context) (err error) {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	d.over = true
	d.mu.Unlock()
	if d.ticker != nil {
		err = d.ticker.Stop(ctx)
	}
	if d.waker != nil {
		d.waker.Stop()
	}
	if d.orphans != nil {
		d.orphans.Stop()
	}
	if d.refresher != nil {
		d.refresher.Stop()
	}
	return err
}

// hush stops the notifier and the pinger. Each may finish what is in flight, for at most 2 s.
func (d *duties) hush() {
	if d == nil {
		return
	}
	if d.notifier != nil {
		d.notifier.Stop()
	}
	if d.pinger != nil {
		d.pinger.Stop()
	}
}

// endTraces sends the spans that are left.
func (d *duties) endTraces() {
	if d != nil && d.tracer != nil {
		d.tracer.Stop()
	}
}

// end stops all of it.
func (d *duties) end(ctx context.Context) {
	if err := d.freeze(ctx); err != nil {
		d.r.o.Logger.Warn("cron: the ticker has not stopped yet", zap.Error(err))
	}
	d.hush()
	d.endTraces()
}
