package backend

import (
	"context"
	"errors"

	"curfew/internal/contract"
	"curfew/internal/engine"
)

// checkToken asks the session's backend whether it accepts a token, and gives a refusal its status.
func (b backend) checkToken(ctx context.Context, session, token string) error {
	var (
		notSent  *engine.NotSent
		notAsked *engine.NotAsked
		refused  *engine.Refused
	)
	err := b.r.CheckToken(ctx, session, token)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, engine.ErrNoProbe):
		return contract.Malformed("session %q has no probe to check a token with; "+
			"add `probe: /path` to it in the job file, or do not ask for a check", session)
	case errors.As(err, &notSent), errors.As(err, &refused):
		return contract.Refused("%v", err)
	case errors.As(err, &notAsked):
		return contract.Unavailable("%v", err)
	}
	return b.gateProblem(ctx, session, err)
}
