package mcp

import (
	"context"

	"curfew/internal/contract"
	"curfew/messages"
)

type limit struct {
	Limit int    `json:"limit,omitempty" jsonschema:"how many at most, 1 to 100; 20 by default"`
	After string `json:"after,omitempty" jsonschema:"next of the answer before, for the rest of the list"`
}

type sessionListOut struct {
	Sessions  []session `json:"sessions"`
	Truncated bool      `json:"truncated"`
	Next      string    `json:"next,omitempty"`
}

// session is a session in a few words.
type session struct {
	Name      string             `json:"name"`
	State     messages.GateState `json:"state" jsonschema:"open, probing or closed"`
	Since     string             `json:"since,omitempty"`
	Reason    string             `json:"reason,omitempty" jsonschema:"why it is closed"`
	Until     string             `json:"until,omitempty" jsonschema:"when it is tried again by itself"`
	ExpiresAt string             `json:"expires_at,omitempty"`
	Held      int                `json:"held" jsonschema:"runs that wait for it"`
	Jobs      int                `json:"jobs"`
	SignIn    string             `json:"sign_in,omitempty" jsonschema:"what a person has to do"`
}

func (t tools) sessionList(ctx context.Context, in limit) (out sessionListOut, err error) {
	p, err := page(in.Limit)
	if err != nil {
		return out, err
	}
	p.After = in.After
	all, next, err := t.d.Sessions(ctx, p)
	if err != nil {
		return out, err
	}
	out = sessionListOut{Sessions: []session{}, Truncated: next != "", Next: next}
	for _, s := range all {
		out.Sessions = append(out.Sessions, briefSession(s))
	}
	return out, nil
}

func briefSession(s contract.Session) session {
	out := session{
		Name: s.Name, State: s.State, Since: when(s.Since), Reason: text(s.Reason), Until: when(s.Until),
		ExpiresAt: when(s.ExpiresAt), Held: s.Held, Jobs: s.Jobs,
	}
	if s.State == messages.StateClosed && s.Until.IsZero() {
		out.SignIn = "a person has to " + s.SignIn
	}
	return out
}
