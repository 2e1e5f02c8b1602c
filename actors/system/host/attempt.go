package host

import (
	"cmp"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor"
)

// maxReason bounds the reason of a SessionExpired, in bytes.
const maxReason = 512

// attempt is one try of a run, from the order to its end.
type attempt struct {
	host  *Host
	order *supervisor.Start
	actor mailer
	kind  *actors.Kind // nil: there is no such kind
	since time.Time    // when it was made
	log   *zap.Logger
	live  Live           // its output so far
	shown secrets.Writer // to live
	term  term
	place place // guarded by the set of the running attempts

	mu        sync.Mutex
	told      error       // the first order to stop; nil: there was none
	over      bool        // it has returned
	grace     *time.Timer // runs from the order to stop on; nil: there was none
	abandoned chan bool   // it did not return in time; gets whether that was reported; nil: it is not abandoned
	orphaned  bool        // the actor is gone: failures go straight to the log
	muted     bool        // the actor has failed under it: its end was reported already
	failure   *messages.AttemptFailed

	effect  sync.Mutex
	changes bool // its first call of a tool that is not read-only is durable; guarded by effect
}

// begin makes the attempt of an order, among the running ones.
func (h *Host) begin(order *supervisor.Start, actor mailer) *attempt {
	a := &attempt{
		host: h, order: order, actor: actor, kind: h.kinds[order.Definition.Actor], since: time.Now(),
		live: Live{Attempt: order.Attempt.Attempt}, shown: secrets.Writer{Set: h.cfg.Secrets},
	}
	a.shown.To = &a.live
	a.log = h.cfg.Logger.WithLazy( // most attempts log nothing
		zap.String("job", order.Attempt.Job), zap.String("run", string(order.Attempt.Run)),
		zap.Int("attempt", order.Attempt.Attempt))
	timeout := a.timeout()
	if timeout > 0 {
		a.term.deadline = a.since.Add(timeout)
	}
	h.attempts.begin(a, timeout)
	return a
}

// timeout is how long the attempt may take; 0: it has no bound.
func (a *attempt) timeout() time.Duration {
	d := a.order.Definition
	if d.NoTimeout {
		return 0
	}
	return cmp.Or(d.Timeout.D(), a.traits().Timeout, actors.DefaultTimeout)
}

// Run runs the attempt and reports its end. An attempt that does not return within the grace is abandoned.
func (a *attempt) Run() {
	defer a.term.stop()
	r := result{called: true, panic: "panic: the actor ended its goroutine instead of returning"} // unless call returns
	defer func() {
		if late := a.returned(); late != nil {
			a.late(r, <-late)
			return
		}
		a.report(r)
	}()
	if a.cause() != nil { // it has waited for this goroutine, and was told to stop meanwhile: it is not begun
		err := a.term.Err()
		r = result{err: err, text: err.Error()}
		return
	}
	r = a.call()
}

// cancel orders the attempt to stop. Only the first order counts.
func (a *attempt) cancel(why error) {
	a.mu.Lock()
	a.told = cmp.Or(a.told, why)
	a.mu.Unlock()
	a.term.stop()
	a.stopping()
}

// timedOut is called when the timeout is over.
func (a *attempt) timedOut() {
	a.term.expire()
	a.stopping()
}

// cause is why the context of the attempt has ended; nil: it has not.
func (a *attempt) cause() error {
	cause := a.term.cause()
	if cause == nil || errors.Is(cause, errTimeout) {
		return cause
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.told
}

// traits are those of its actor type.
func (a *attempt) traits() actors.Traits {
	if a.kind == nil {
		return actors.Traits{}
	}
	return a.kind.Traits
}

// stopping gives an attempt that was told to stop, or has timed out, its grace.
func (a *attempt) stopping() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.over && a.grace == nil {
		a.grace = time.AfterFunc(a.host.cfg.Grace, a.abandon)
	}
}

// returned notes that the attempt has returned. If it was abandoned before, late tells whether that was reported.
func (a *attempt) returned() (late <-chan bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
	if a.grace != nil {
		a.grace.Stop()
	}
	return a.abandoned
}

// report reports the result of an attempt that has returned in time.
func (a *attempt) report(r result) {
	defer a.host.attempts.end(a)
	a.logLeft(r.left)
	f := judge(a.order, a.traits(), a.cause(), r)
	lost, ok := f.(messages.AttemptFailed)
	if _, success := f.(messages.AttemptSucceeded); success && !a.isMuted() {
		a.remember(r)
	}
	if !ok {
		a.publish(f)
		a.actor.current.leave(a)
		return
	}
	if lost.Class == messages.ClassSessionExpired {
		a.expired(lost)
	}
	a.fail(lost)
}

// logLeft logs the processes that the attempt has left running; nil: none.
func (a *attempt) logLeft(l *messages.Left) {
	if l == nil {
		return
	}
	level := zap.WarnLevel
	if l.Kept && l.Alive == 0 {
		level = zap.InfoLevel
	}
	a.log.Log(level, "cron: an attempt has left processes in the background", zap.Int("count", l.Count),
		zap.String("processes", l.Names()), zap.String("then", l.Fate()))
}

// expired reports that the session has expired: first to the door, then to the log.
func (a *attempt) expired(f messages.AttemptFailed) {
	a.log.Debug("cron:session-expired", zap.Uint64("generation", f.Generation))
	if !f.Called {
		return // the door has refused it, and knows
	}
	a.host.cfg.Door.Close(f.Session, f.Generation)
	a.publish(messages.SessionExpired{
		Session: f.Session, Generation: f.Generation, Source: "agent:" + f.Job, Reason: text.Head(f.Error, maxReason),
	})
}

// abandon reports an attempt that did not stop; nothing waits for it any longer.
func (a *attempt) abandon() {
	a.mu.Lock()
	if a.over {
		a.mu.Unlock()
		return
	}
	reported := make(chan bool, 1)
	a.abandoned = reported
	a.mu.Unlock()
	a.host.attempts.abandon(a)
	a.log.Error("cron: an attempt did not stop when it was told to; it is abandoned",
		zap.Duration("grace", a.host.cfg.Grace))
	reported <- a.publish(messages.AttemptAbandoned{AttemptRef: a.order.Ref()})
}

// late reports that an abandoned attempt has returned.
func (a *attempt) late(r result, reported bool) {
	defer a.host.attempts.returned(a)
	a.log.Warn("cron: an abandoned attempt has returned")
	if reported {
		f := messages.AttemptInterrupted{AttemptRef: a.order.Ref(), Why: messages.InterruptLate, Called: r.called}
		a.host.cfg.Publish(supervisor.FactID(f, f.AttemptRef), f)
	}
	a.actor.current.leave(a)
}

// isMuted reports whether the attempt must publish nothing more.
func (a *attempt) isMuted() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.muted
}

// publish reports a fact about the attempt, unless it is muted.
func (a *attempt) publish(f messages.Fact) bool {
	if a.isMuted() {
		return false
	}
	a.host.cfg.Publish(supervisor.FactID(f, a.order.Ref()), f)
	return true
}

// fail hands the failure to the actor, or to the log if the actor is gone.
func (a *attempt) fail(f messages.AttemptFailed) {
	a.mu.Lock()
	orphaned := a.orphaned
	if !orphaned {
		a.failure = &f
	}
	a.mu.Unlock()
	if orphaned {
		a.publish(f)
		a.actor.current.leave(a)
		return
	}
	a.actor.send(failed{a})
}

// take returns the failure that the actor fails with; nil if it was taken already or the attempt is muted.
func (a *attempt) take() *messages.AttemptFailed {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.failure
	a.failure = nil
	if a.muted {
		return nil
	}
	return f
}

// orphan orders the attempt to stop because its actor stops. From here on the actor takes no failure; a failure that it
// has not taken yet is published.
func (a *attempt) orphan() {
	a.mu.Lock()
	f := a.failure
	a.orphaned, a.failure = true, nil
	a.mu.Unlock()
	if f != nil {
		a.publish(*f)
	}
	a.cancel(errStopped)
}

// mute orders the attempt to stop and to publish nothing: its actor is restarted, or others report its end.
func (a *attempt) mute() {
	a.mu.Lock()
	a.muted = true
	a.mu.Unlock()
	a.cancel(errStopped)
}
