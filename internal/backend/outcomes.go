package backend

import (
	"context"

	"curfew/internal/contract"
	"curfew/messages"
)

// outcomes are what the run history says of all jobs; a list of it is nil if nobody asked for it.
type outcomes struct {
	failing map[string]messages.Instant // since when, of the jobs that fail
	ended   map[string]messages.Instant // when the last run ended
}

// outcomesOf asks the history what a filter and an order need of it.
func (b backend) outcomesOf(ctx context.Context, c *catalogue, failing bool, by contract.JobSort) (p outcomes, err error) {
	if failing || by == contract.SortFailing {
		if p.failing, err = b.allFailing(ctx); err != nil {
			return outcomes{}, err
		}
	}
	if by == contract.SortLast {
		if err := b.readEnds(ctx, c); err != nil {
			return outcomes{}, err
		}
		p.ended = c.ended
	}
	return p, nil
}

// allFailing are all jobs that fail, and since when.
func (b backend) allFailing(ctx context.Context) (map[string]messages.Instant, error) {
	out := make(map[string]messages.Instant)
	for after := ""; ; {
		part, err := b.r.History().Sums().Failing(ctx, after, contract.MaxLimit)
		if err != nil {
			return nil, historyProblem(err)
		}
		for _, f := range part {
			out[f.Job] = f.Since
			after = f.Job
		}
		if len(part) < contract.MaxLimit {
			return out, nil
		}
	}
}

// readEnds takes in when the last runs of jobs have ended since it was asked last.
func (b backend) readEnds(ctx context.Context, c *catalogue) error {
	ends, upto, err := b.r.History().Sums().Ends(ctx, c.endedAt)
	if err == nil && upto < c.endedAt { // the history was made anew
		clear(c.ended)
		ends, upto, err = b.r.History().Sums().Ends(ctx, 0)
	}
	if err != nil {
		return historyProblem(err)
	}
	if len(c.ended) > 2*len(c.jobs)+len(ends) { // most are of jobs that are gone
		clear(c.ended)
		if ends, upto, err = b.r.History().Sums().Ends(ctx, 0); err != nil {
			return historyProblem(err)
		}
	}
	for _, e := range ends {
		c.ended[e.Job] = e.At
	}
	c.endedAt = upto
	return nil
}
