package engine

import (
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// recovered is the state at the journal's end. The parts that act on decisions start from it and read on from there.
type recovered struct {
	last        uint64           // newest seq of the journal
	stopped     bool             // the last runtime stopped in order
	latest      messages.Instant // newest instant that the clock has shown since it was last set back
	jobs        []policy.JobGlance
	spent       []*messages.Kept // one-shots that have run; each is kept until the job file no longer has it
	timers      []policy.Pending
	undelivered []policy.Letter
	gates       []messages.Decision // for the supervisors' lock
}

// definitions are those of its jobs.
func (w recovered) definitions() []*messages.Kept {
	return definitionsOf(w.jobs)
}

func definitionsOf(jobs []policy.JobGlance) []*messages.Kept {
	all := make([]*messages.Kept, len(jobs))
	for i, j := range jobs {
		all[i] = j.Definition
	}
	return all
}

// recover rebuilds the machine: it reads the newest snapshot and applies the records after it. Nothing is decided
// again.
func (r *Runtime) recover() (recovered, error) {
	if err := r.checkRules(); err != nil {
		return recovered{}, err
	}
	from, err := r.restore()
	if err != nil {
		return recovered{}, err
	}
	was := recovered{last: from - 1}
	var foreign foreigners
	err = bus.Scan(r.o.Journal, from, func(rec messages.Record) error {
		was.last = rec.Seq
		r.machine.Apply(rec)
		foreign.note(rec)
		return nil
	})
	if err != nil {
		return was, fmt.Errorf("recover: %w", err)
	}
	foreign.report(r.o.Logger)
	if err := r.compareTokens(was.last); err != nil {
		return was, err
	}
	r.grown(int(was.last - (from - 1)))
	was.take(r.machine)
	return was, nil
}

// checkRules refuses the journal of a fleet that decides by newer rules already. In a fleet they only become newer, so the
// newest record tells. A runtime on its own goes on by its own rules.
func (r *Runtime) checkRules() error {
	if !r.fleet() {
		return nil
	}
	last, err := r.o.Journal.Last()
	if err != nil || last == 0 {
		return err
	}
	rs, err := r.o.Journal.Read(last, 1)
	if err == nil && len(rs) > 0 {
		err = bus.CheckRules(rs[0], policy.Version)
	}
	if err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	return nil
}

// take takes the state of the machine.
func (w *recovered) take(m *policy.Machine) {
	w.undelivered = m.Undelivered()
	w.jobs = m.JobGlances(make([]policy.JobGlance, 0, m.JobCount()), "", policy.All)
	w.spent, w.latest, w.stopped = m.Spent(), m.Latest(), m.Stopped()
	for _, name := range m.SessionNames("", policy.All) {
		v, _ := m.Session(name)
		w.gates = append(w.gates, gateOf(v))
	}
	w.timers = m.Timers()
}

// configured reports whether a runtime has recorded its settings: there is a session at least.
func (w recovered) configured() bool { return len(w.gates) > 0 }

// advise is Advise for this runtime: the journal of a fleet is not in a file.
func (r *Runtime) advise(err error) error {
	var damaged *bus.Corrupt
	if !r.fleet() || !errors.As(err, &damaged) {
		return Advise(err)
	}
	return fmt.Errorf("%w; `curfew journal export --fleet` saves what is before it, and `curfew journal import` makes another "+
		"realm of that", err)
}

// Advise adds to an error about the journal what can be done about it. It returns other errors as they are.
func Advise(err error) error {
	if errors.Is(err, bus.ErrFenced) {
		return fmt.Errorf("%w: another node decides since then; nothing that was recorded is lost; start this node again "+
			"(a service manager does so by itself)", err)
	}
	var damaged *bus.Corrupt
	if !errors.As(err, &damaged) {
		return err
	}
	err = fmt.Errorf("%w; `curfew journal export` saves what is before it, "+
		"`curfew journal restore` puts a backup in the journal's place", err)
	if damaged.AtEnd {
		err = fmt.Errorf("%w, `curfew start --accept-loss` goes on without it", err)
	}
	return err
}

// gateOf is the decision that brought a gate into its state.
func gateOf(v policy.SessionView) messages.Decision {
	switch v.State {
	case messages.StateClosed:
		return messages.GateClosed{Session: v.Name, Generation: v.Generation, Reason: v.Reason, Source: v.Source}
	case messages.StateProbing:
		return messages.GateProbing{Session: v.Name, Generation: v.Generation, ExpiresAt: v.ExpiresAt}
	default:
		return messages.GateOpened{Session: v.Name, Generation: v.Generation, ExpiresAt: v.ExpiresAt}
	}
}
