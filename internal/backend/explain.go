package backend

import (
	"context"
	"errors"

	"curfew/internal/contract"
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
	err = b.r.View(ctx, func(m *policy.Machine) {
		if v, ok := m.Job(q.Job); ok {
			ask.Definition = v.Definition
		}
	})
	if err != nil {
		return explain.Explanation{}, err
	}
	x, err := find.Explain(ctx, b.r.Journal(), ask)
	if errors.Is(err, find.ErrUnknownJob) {
		return x, noJob(q.Job)
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
