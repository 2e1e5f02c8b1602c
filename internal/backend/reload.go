package backend

import (
	"context"
	"errors"
	"fmt"

	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/supervisor/policy"
)

// Reload reads the job file again and goes on by it.
func (b backend) Reload(ctx context.Context) (contract.Reloaded, error) {
	got, err := b.r.Reload(ctx)
	if err != nil {
		return contract.Reloaded{}, b.changeProblem(err)
	}
	out := contract.Reloaded{
		New: contract.OrEmpty(got.New), Changed: contract.OrEmpty(got.Changed), Gone: contract.OrEmpty(got.Gone),
		Same: got.Same, ByAPI: got.ByAPI, Settings: contract.OrEmpty(got.Settings),
		NeedsRestart: contract.OrEmpty(got.NeedsRestart), Seq: contract.OrNull(got.Seq),
		Warnings: contract.OrEmpty(places(got.Warnings)),
	}
	out.Cancelled = []contract.CancelledRuns{}
	for _, c := range got.Cancelled {
		out.Cancelled = append(out.Cancelled, contract.CancelledRuns{Job: c.Job, Runs: c.Runs})
	}
	return out, nil
}

// places are problems with their places in a file.
func places(ps []config.Problem) (out []contract.Fault) {
	for _, p := range ps {
		out = append(out, contract.Fault{Location: fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col), Message: p.Message})
	}
	return out
}

// changeProblem gives an error of a change of jobs or settings its kind.
func (b backend) changeProblem(err error) error {
	var invalid *config.Invalid
	switch {
	case errors.As(err, &invalid):
		refused := contract.Refused("the job file is not taken in, and %s: %s", engine.Left(err), config.OneLine(err))
		refused.Faults = places(invalid.Problems)
		return refused
	case errors.Is(err, engine.ErrHalfway) && errors.Is(err, policy.ErrRefused): // the same again is refused again
		return contract.Refused("%v: %s", engine.ErrHalfway, forPeople(err))
	case errors.Is(err, engine.ErrHalfway):
		return contract.Unavailable("%v", err)
	case errors.Is(err, engine.ErrStopping):
		return b.stopping()
	case errors.Is(err, engine.ErrNoFile):
		return contract.Conflict("the job file cannot be read again: the daemon has read it from its standard input, or has none; " +
			"start it again with --config FILE")
	}
	return refusal(err)
}
