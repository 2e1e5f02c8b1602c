package backend

import (
	"context"
	"errors"

	"curfew/internal/api"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/supervisor/policy"
)

// maxExplaining bounds the explanations that are looked for at once: each reads the whole journal, and the
// readers of the log are to keep their share of it. The others wait.
const maxExplaining = 2

// Explain says what became of a slot or a run.
func (b backend) Explain(ctx context.Context, q api.ExplainQuery) (explain.Explanation, error) {
	free, err := b.explainer(ctx)
	if err != nil {
		return explain.Explanation{}, err
	}
	defer free()
	ask := explain.Question{Job: q.Job, At: q.At, Run: q.Run, Now: b.r.Now(), Live: true}
	err = b.r.View(ctx, func(m *policy.Machine) {
		if v, ok := m.Job(q.Job); ok {
			ask.Definition = &v.Definition
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
	return x, b.onTheirWay(ctx, x.Deliveries)
}

// explainer waits for a place among those that look through the journal; free gives it back.
func (b backend) explainer(ctx context.Context) (free func(), err error) {
	select {
	case b.explaining <- struct{}{}:
		return func() { <-b.explaining }, nil
	case <-ctx.Done():
		return nil, api.Unavailable("other explanations take long; ask again")
	}
}
