package backend

import (
	"context"
	"errors"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// ShutSessions are the sessions that are not open.
func (b backend) ShutSessions(ctx context.Context, limit int) (items []contract.Session, all int, err error) {
	items, count, err := b.tellingSessions(ctx, limit, false)
	return items, count.shut, err
}

// sessionCount is how many sessions there are.
type sessionCount struct{ all, shut int }

// tellingSessions are sessions, the closed ones first, then those that are tried, then the open ones if they are wanted;
// each kind by name. So one that waits for a person is not behind a limit because of its name.
func (b backend) tellingSessions(ctx context.Context, limit int, open bool) (items []contract.Session, n sessionCount, err error) {
	var views []engine.SessionSeen
	err = b.view(ctx, func(m *policy.Machine) {
		all := m.Glance().Sessions // by name
		n.all = len(all)
		rank := func(s policy.SessionGlance) int {
			return slices.Index([]messages.GateState{messages.StateClosed, messages.StateProbing, messages.StateOpen}, s.State)
		}
		slices.SortStableFunc(all, func(a, b policy.SessionGlance) int { return rank(a) - rank(b) })
		for _, s := range all {
			if s.State != messages.StateOpen {
				n.shut++
			}
			if len(views) < limit && (open || s.State != messages.StateOpen) {
				v, _ := engine.SeeSession(m, s.Name)
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil, n, err
	}
	items, err = b.sessions(ctx, views)
	return items, n, err
}

// sessions are the bodies of sessions. What each asks the machine ends when the servers of the fleet fall silent.
func (b backend) sessions(ctx context.Context, seen []engine.SessionSeen) ([]contract.Session, error) {
	ctx, end := b.untilSilent(ctx)
	defer end()
	items := make([]contract.Session, len(seen))
	for i, s := range seen {
		items[i] = b.session(ctx, s)
	}
	return items, silence(context.Cause(ctx))
}

// statusSessions are the sessions of a status, by name.
func (b backend) statusSessions(ctx context.Context) ([]contract.Session, int, error) {
	items, n, err := b.tellingSessions(ctx, contract.MaxStatus, true)
	slices.SortFunc(items, func(a, b contract.Session) int { return strings.Compare(a.Name, b.Name) })
	return items, n.all, errors.Join(err, b.addUndelivered(ctx, items))
}
