package cli

import (
	"context"
	"fmt"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

func explainHolds(ctx context.Context, s *sheet.Sheet, c *api.Client, job string, holds []messages.Hold) {
	for _, h := range holds {
		s.Line("  %s", explainHold(ctx, s, c, job, h))
	}
}

// explainHold says what a run waits for, and how to end the wait.
func explainHold(ctx context.Context, s *sheet.Sheet, c *api.Client, job string, h messages.Hold) string {
	reply, err := c.Job(ctx, job)
	j := reply.Body
	if h == messages.HoldSession {
		return explainSession(ctx, s, c, j)
	}
	text := words.Held(h, j, "")
	switch h {
	case messages.HoldPaused:
		if err == nil && j.Disabled {
			return text
		}
		return fmt.Sprintf("%s; resume it with `curfew job resume %s`", text, job)
	case messages.HoldAsk, messages.HoldSuspect:
		return fmt.Sprintf("%s: `curfew job run %s` runs it, `curfew job cancel %s` cancels it", text, job, job)
	default:
		return text
	}
}

// explainSession names the session and why it is not open, as far as the daemon says.
func explainSession(ctx context.Context, s *sheet.Sheet, c *api.Client, j contract.Job) string {
	if j.Session == nil {
		return words.Held(messages.HoldSession, j, "")
	}
	name := *j.Session
	session, err := c.Session(ctx, name)
	if err != nil {
		return words.Held(messages.HoldSession, j, name) + ": " + messages.SignInShown(name)
	}
	text := words.Held(messages.HoldSession, j, words.Gate(session.Body, s.Slot))
	if !session.Body.WantsSignIn() {
		return text
	}
	return text + ": " + words.SignIn(session.Body)
}
