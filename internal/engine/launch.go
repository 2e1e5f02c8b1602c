package engine

import (
	"context"

	"curfew/actors/system/follow"
	"curfew/actors/system/gate"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// launch starts the parts that act on decisions, whoever makes them. Each reads the log from right after the recovered state, so that
// the facts which configure has just recorded reach them as they would reach a runtime that has run for days.
func (r *Runtime) launch(ctx context.Context, was recovered, left leftover, base uint64) error {
	r.background = startstop.New(0)
	if err := r.startHistory(); err != nil {
		return err
	}
	r.startReaders()
	r.background.Go(r.house.run)
	r.background.Go(r.watchJournal)
	sessions, after, err := r.sessions(ctx)
	if err != nil {
		return err
	}
	r.system = supervisor.NewSystem(r.o.Logger)
	r.gate, err = gate.Start(gate.Config{
		System: r.system, Store: r.store, Sessions: sessions, After: after,
		Reader:    func(after uint64) follow.Open { return r.reader("gate", after, gate.Topics...) },
		Elsewhere: r.o.Elsewhere, Renewals: renewals{r}, Decides: r.log.Leads,
		Last: r.log.Last, Publish: r.publish, Commit: r.commitGate, Now: r.o.Now, Fatal: r.fail,
		OnMessage: r.observe("gate"), Logger: r.o.Logger,
	})
	if err != nil {
		return err
	}
	if err := r.supervise(ctx, was, left, base); err != nil {
		return err
	}
	r.startMetrics(was)
	r.rush.ready.Store(true)
	return r.notice()
}

// commitGate is Commit in the form that the gate asks for: the seq, and whether the fact changed anything.
func (r *Runtime) commitGate(ctx context.Context, id string, f messages.Fact) (uint64, bool, error) {
	got, err := r.Commit(ctx, id, f)
	return got.Seq, len(got.Decisions) > 0, err
}

// reader opens readers of the log after a seq; no topics means all. The name is that in the metrics.
func (r *Runtime) reader(name string, after uint64, topics ...messages.Topic) follow.Open {
	return func(wake func()) follow.Reader { return r.log.Reader(after, wake, topics...).Named(name) }
}

func (r *Runtime) observe(who string) func(messages.Body) {
	if r.o.OnMessage == nil {
		return nil
	}
	return func(m messages.Body) { r.o.OnMessage(who, m) }
}

// sessions are the sessions as they are now, and the seq up to which that holds. The gate starts from them and not
// from the recovered state, so that it knows every session of the job file at once.
func (r *Runtime) sessions(ctx context.Context) (known []policy.SessionView, after uint64, err error) {
	err = r.View(ctx, func(m *policy.Machine) {
		after = r.log.Last()
		for _, name := range m.SessionNames("", policy.All) {
			v, _ := m.Session(name)
			known = append(known, v)
		}
	})
	return known, after, err
}
