package backend

import (
	"context"
	"errors"

	"curfew/bus"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/supervisor/policy"
)

// maxExplaining is how many explanations are looked for at once. Each reads the whole journal, and the readers of the
// log must keep their share of it. Further ones wait.
const maxExplaining = 2

// Explain says what became of a slot or a run.
func (b backend) Explain(ctx context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	free, err := b.explainer(ctx)
	if err != nil {
		return explain.Explanation{}, err
	}
	defer free()
	ask := explain.Question{Job: q.Job, At: q.At, Run: q.Run, Now: b.r.Now(), Live: true}
	var session engine.SessionSeen
	var gated bool
	err = b.view(ctx, func(m *policy.Machine) {
		if v, ok := m.Job(q.Job); ok {
			ask.Definition, ask.Paused = v.Definition, v.Paused
			if v.Definition.Gated {
				session, gated = engine.SeeSession(m, v.Definition.Session)
			}
		}
	})
	if err != nil {
		return explain.Explanation{}, err
	}
	if gated {
		ask.SignIn = b.r.SignInText(session)
	}
	from := bus.Records(b.r.Journal())
	if ask.AsOf, err = b.asOf(ctx); err != nil {
		return explain.Explanation{}, err
	}
	if !ask.AsOf.IsZero() {
		from = b.r.Log().Newest()
	}
	x, err := find.Explain(ctx, from, ask)
	if errors.Is(err, find.ErrUnknownJob) {
		return x, b.noJob(ctx, q.Job)
	}
	if errors.Is(err, find.ErrUnknownRun) && !ask.AsOf.IsZero() {
		return x, contract.Unavailable("this node does not reach the servers of its fleet, and has nothing about run %q in memory; "+
			"`curfew run show %[1]s` shows what it has kept of it", q.Run)
	}
	if err != nil {
		return x, noRun(q, err)
	}
	b.addTargetStates(x.Deliveries)
	return x, nil
}

// explainer waits until fewer than maxExplaining explanations are looked for; free ends this one.
func (b backend) explainer(ctx context.Context) (free func(), err error) {
	select {
	case b.explaining <- struct{}{}:
		return func() { <-b.explaining }, nil
	case <-ctx.Done():
		return nil, contract.Unavailable("other explanations are still being looked for; ask again")
	}
}
