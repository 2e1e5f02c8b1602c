package backend

import (
	"context"
	"time"

	"curfew/internal/contract"
	"curfew/supervisor/policy"
)

// Bounds of an overview.
const (
	maxSpan = 7 * 24 * time.Hour // of a timeline, to each side
	catchUp = time.Second        // how long it waits for the history: what is shown later comes by itself
)

// Overview is what the first page shows. Whatever cannot be read of the history is left out, and Ready says that it
// cannot.
func (b backend) Overview(ctx context.Context, q contract.OverviewQuery) (out contract.Overview, err error) {
	soon, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	_ = b.r.History().Flush(soon)
	if out.Status, err = b.Status(ctx); err != nil {
		return out, err
	}
	if out.Notes, err = b.Notes(ctx); err != nil {
		return out, err
	}
	if out.SignIns, err = b.signInHelps(ctx, out.Sessions); err != nil {
		return out, err
	}
	out.Timeline, err = b.timeline(ctx, q, out.Status)
	return out, err
}

// signInHelps say how people sign in to sessions.
func (b backend) signInHelps(ctx context.Context, sessions []contract.Session) (out []contract.SignInHelp, err error) {
	probes := map[string]bool{}
	for _, c := range b.r.Config().Credentials {
		probes[c.Session] = c.Probe != ""
	}
	err = b.view(ctx, func(m *policy.Machine) {
		for _, s := range sessions {
			v, _ := m.Session(s.Name)
			out = append(out, contract.SignInHelp{URL: v.SignIn, Probe: probes[s.Name]})
		}
	})
	return out, err
}
