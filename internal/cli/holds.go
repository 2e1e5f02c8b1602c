package cli

import (
	"context"
	"fmt"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/messages"
)

func explainHolds(ctx context.Context, s *sheet.Sheet, c *api.Client, job string, holds []messages.Hold) {
	for _, h := range holds {
		s.Line("  %s", explainHold(ctx, s, c, job, h))
	}
}

// explainHold says what a run waits for, and how to end the wait.
func explainHold(ctx context.Context, s *sheet.Sheet, c *api.Client, job string, h messages.Hold) string {
	switch h {
	case messages.HoldSession:
		return explainSession(ctx, s, c, job)
	case messages.HoldPaused:
		if j, err := c.Job(ctx, job); err == nil && j.Body.Disabled {
			return "held: the job is " + disabled
		}
		return fmt.Sprintf("held: the job is paused; resume it with `curfew job resume %s`", job)
	case messages.HoldAsk, messages.HoldSuspect:
		return fmt.Sprintf("held until a person decides: `curfew job run %s` runs it, `curfew job cancel %s` cancels it", job, job)
	case messages.HoldCircuit:
		return "held: the backend does not answer; the run starts when it answers again"
	default:
		return "held: " + string(h)
	}
}

// explainSession names the session and why it is not open, as far as the daemon says.
func explainSession(ctx context.Context, s *sheet.Sheet, c *api.Client, job string) string {
	j, err := c.Job(ctx, job)
	if err != nil || j.Body.Session == nil {
		return "held by its session: sign in with `curfew session login NAME`"
	}
	name := *j.Body.Session
	session, err := c.Session(ctx, name)
	if err != nil {
		return fmt.Sprintf("held by session %s: sign in with `curfew session login %s`", name, name)
	}
	state, why := string(session.Body.State), why(s, session.Body)
	if why != "" {
		state += ": " + why
	}
	if session.Body.State == messages.StateProbing {
		return fmt.Sprintf("held by session %s (%s)", name, state)
	}
	return fmt.Sprintf("held by session %s (%s): sign in with `curfew session login %s`", name, state, name)
}
