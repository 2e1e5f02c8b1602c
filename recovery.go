package curfew

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"curfew/actors/env/procs"
	"curfew/actors/system/gate"
	"curfew/actors/system/notifier"
	"curfew/actors/system/ticker"
	"curfew/actors/system/waker"
	"curfew/bus"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// recovered is the state as the journal left it, for those who perform decisions: they take it as it is
// and read on behind it.
type recovered struct {
	last        uint64           // newest seq of the journal
	stopped     bool             // in order
	latest      messages.Instant // that the clock has shown, since it was last set back
	jobs        []ticker.Known
	spent       []messages.Definition // one-shots that have run and are to be forgotten with the file
	timers      []policy.Pending
	undelivered []notifier.Letter
	gates       []messages.Decision // for the supervisors' lock
}

// recover rebuilds the machine from the last snapshot, by applying what was recorded since; nothing is decided
// anew.
func (r *Runtime) recover() (recovered, error) {
	from, err := r.restore()
	if err != nil {
		return recovered{}, err
	}
	was := recovered{last: from - 1}
	var foreign foreigners
	err = bus.Scan(r.o.Journal, from, func(rec messages.Record) error {
		was.last = rec.Seq
		r.machine.Apply(rec)
		foreign.look(rec)
		return nil
	})
	if err != nil {
		return was, fmt.Errorf("curfew: recover: %w", err)
	}
	foreign.say(r.o.Logger)
	if err := r.compareTokens(was.last); err != nil {
		return was, err
	}
	r.keeper.count(int(was.last - (from - 1)))
	for _, l := range r.machine.Undelivered() {
		was.undelivered = append(was.undelivered, notifier.Letter(l))
	}
	for _, name := range r.machine.JobNames() {
		v, _ := r.machine.Job(name)
		was.jobs = append(was.jobs, ticker.Known{Definition: v.Definition, Mark: v.Mark})
	}
	was.spent, was.latest, was.stopped = r.machine.Spent(), r.machine.Latest(), r.machine.Stopped()
	for _, name := range r.machine.SessionNames() {
		v, _ := r.machine.Session(name)
		was.gates = append(was.gates, gateOf(v))
	}
	was.timers = r.machine.Timers()
	return was, nil
}

// advise adds what can be done about a damaged journal.
func advise(err error) error {
	var damaged *bus.Corrupt
	if !errors.As(err, &damaged) {
		return err
	}
	err = fmt.Errorf("%w; `curfew journal export` saves what is before it, `curfew journal restore` puts a backup in the journal's place", err)
	if damaged.AtEnd {
		err = fmt.Errorf("%w, `curfew start --accept-loss` goes on without it", err)
	}
	return err
}

// gateOf is the decision that made a gate what it is.
func gateOf(v policy.SessionView) messages.Decision {
	switch v.State {
	case policy.Closed:
		return messages.GateClosed{Session: v.Name, Generation: v.Generation, Reason: v.Reason, Source: v.Source}
	case policy.Probing:
		return messages.GateProbing{Session: v.Name, Generation: v.Generation, ExpiresAt: v.ExpiresAt}
	default:
		return messages.GateOpened{Session: v.Name, Generation: v.Generation, ExpiresAt: v.ExpiresAt}
	}
}

// sessions are the gates as they are now, and the seq up to which that is so. The gate starts from them
// and not from the recovered state, so that nobody finds a session unknown that the job file names.
func (r *Runtime) sessions(ctx context.Context) (known []gate.Known, after uint64, err error) {
	err = r.View(ctx, func(m *policy.Machine) {
		after = r.log.Last()
		for _, name := range m.SessionNames() {
			v, _ := m.Session(name)
			known = append(known, gate.Known{
				SessionConfig: v.SessionConfig, State: string(v.State), Generation: v.Generation,
				Since: v.Since, ExpiresAt: v.ExpiresAt, Quota: !v.Until.IsZero(),
				SignedOut: v.State == policy.Closed && v.Reason == messages.ReasonSignedOut && v.Source != policy.SourceConfig,
			})
		}
	})
	return known, after, err
}

// configure says with what settings and jobs the runtime starts: facts, like everything that decisions
// follow from. It returns the seq of the first.
func (r *Runtime) configure(ctx context.Context, was recovered) (uint64, error) {
	drafts := []bus.Draft{{Fact: r.o.Config.Runtime}}
	if back := r.clockBehind(was); back != nil {
		drafts = append(drafts, bus.Draft{Fact: *back})
	}
	known := map[string]messages.Definition{}
	for _, j := range was.jobs {
		known[j.Definition.Job] = j.Definition
	}
	for _, d := range was.spent {
		known[d.Job] = d
	}
	wanted := map[string]bool{}
	for _, d := range r.o.Config.Jobs {
		wanted[d.Job] = true
	}
	var diff difference
	for _, j := range was.jobs {
		if !wanted[j.Definition.Job] {
			diff.gone = append(diff.gone, j.Definition.Job)
			drafts = append(drafts, bus.Draft{Fact: messages.JobRemoved{Job: j.Definition.Job}})
		}
	}
	now := messages.At(r.wall())
	for _, d := range r.o.Config.Jobs {
		old, ok := known[d.Job]
		d = anchored(d, old, now)
		same := ok && sameDefinition(old, d)
		diff.note(d.Job, ok, same)
		if !same {
			drafts = append(drafts, bus.Draft{Fact: messages.JobDefined{Definition: d}})
		}
	}
	for _, d := range was.spent {
		if !wanted[d.Job] {
			drafts = append(drafts, bus.Draft{Fact: messages.JobRemoved{Job: d.Job}})
		}
	}
	got, err := r.log.Commit(ctx, drafts...)
	if err != nil {
		return 0, fmt.Errorf("curfew: configure: %w", err)
	}
	r.o.Logger.Info("cron: jobs: " + diff.String())
	return got[0].Seq, nil
}

// clockBehind is the fact that the clock was set back while nobody looked: it is behind what the journal has seen. What
// is recovered counts by the clock as it is now.
func (r *Runtime) clockBehind(was recovered) *messages.ClockSetBack {
	now := messages.At(r.wall())
	by := was.latest.Sub(now)
	if by < scheduler.SetBackMargin {
		return nil
	}
	f := messages.ClockSetBack{By: messages.Duration(by), To: now}
	for i := range was.jobs {
		was.jobs[i].Mark = was.jobs[i].Mark.SetBack(by, now)
	}
	ticker.SayBack(r.o.Logger, f)
	return &f
}

// anchored says from when a delay such as "in 10 minutes" counts: from when it was first defined.
func anchored(d, old messages.Definition, now messages.Instant) messages.Definition {
	s, err := scheduler.Parse(scheduler.SpecOf(d))
	switch {
	case err != nil || !s.Relative():
	case old.Schedule == d.Schedule && !old.Anchor.IsZero() && old.Anchor <= now: // else the clock was set back behind it
		d.Anchor = old.Anchor
	default:
		d.Anchor = now
	}
	return d
}

// sameDefinition compares definitions as they are written. Nearly all are the very same, which costs less to see.
func sameDefinition(a, b messages.Definition) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// endOrphans ends what the processes of an earlier runtime have left behind, before anything is tried again.
func (r *Runtime) endOrphans(ctx context.Context) (err error) {
	if r.o.Procs == "" {
		return nil
	}
	if r.ledger, err = procs.OpenLedger(r.o.Procs, r.o.Logger); err != nil {
		return fmt.Errorf("curfew: %w", err)
	}
	if err := r.ledger.EndOrphans(ctx); err != nil {
		return fmt.Errorf("curfew: %w", err)
	}
	return nil
}

// resume reports the attempts that the last runtime left in flight.
func (r *Runtime) resume(ctx context.Context, left leftover) error {
	if _, err := r.log.Commit(ctx, left.over...); err != nil {
		return fmt.Errorf("curfew: resume: %w", err)
	}
	return nil
}

// timersAt are the recovered timers as they are to be armed now.
func (w recovered) timersAt(now time.Time) []waker.Pending {
	out := make([]waker.Pending, len(w.timers))
	for i, p := range w.timers {
		out[i] = waker.Pending{Timer: p.Timer, Wait: p.Wait(messages.At(now)), Cause: p.Cause}
	}
	return out
}
