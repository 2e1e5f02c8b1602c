package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/gate"
	"curfew/actors/system/notifier"
	"curfew/actors/system/ticker"
	"curfew/actors/system/waker"
	"curfew/bus"
	"curfew/messages"
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

// restore makes the machine of the newest snapshot that can be read, and says from which record on the journal
// is to be applied. One that cannot be read is passed over, loudly; without any, the journal tells everything,
// unless its beginning was let go.
func (r *Runtime) restore() (from uint64, err error) {
	first, err := r.o.Journal.First()
	if err != nil {
		return 0, fmt.Errorf("curfew: recover: %w", err)
	}
	last, err := r.o.Journal.Last()
	if err != nil {
		return 0, fmt.Errorf("curfew: recover: %w", err)
	}
	snapshots, err := r.o.Journal.Snapshots()
	if err != nil {
		return 0, fmt.Errorf("curfew: recover: %w", err)
	}
	for _, s := range snapshots {
		m, err := r.restoreFrom(s, first, last)
		if err == nil {
			r.machine, r.keeper.saved = m, s
			return s.Seq + 1, nil
		}
		r.o.Logger.Error("cron: a snapshot cannot be read; the one before it, or the whole journal, takes its place",
			zap.Uint64("seq", s.Seq), zap.Error(err))
	}
	if first > 1 {
		return 0, fmt.Errorf("curfew: recover: the journal begins at record %d and no snapshot of what was before can be read: "+
			"restore a backup with `curfew journal restore`", first)
	}
	r.machine = policy.New()
	return first, nil
}

func (r *Runtime) restoreFrom(s bus.Snapshot, first, last uint64) (*policy.Machine, error) {
	if s.Seq > last || s.Seq+1 < first {
		return nil, fmt.Errorf("it is of record %d, and the journal has %d to %d", s.Seq, first, last)
	}
	return policy.RestoreLines(r.o.Journal.SnapshotLines(s.Seq))
}

// Advise adds what can be done about a damaged journal.
func Advise(err error) error {
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

// timersAt are the recovered timers as they are to be armed now.
func (w recovered) timersAt(now time.Time) []waker.Pending {
	out := make([]waker.Pending, len(w.timers))
	for i, p := range w.timers {
		out[i] = waker.Pending{Timer: p.Timer, Wait: p.Wait(messages.At(now)), Cause: p.Cause}
	}
	return out
}
