package backend

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/actors/system/notifier"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor/policy"
)

// Targets lists targets by name.
func (b backend) Targets(ctx context.Context, p contract.Page) (items []contract.Target, next string, err error) {
	var waiting map[string]int
	if err := b.view(ctx, func(m *policy.Machine) { waiting = m.Waiting() }); err != nil {
		return nil, "", err
	}
	if _, err := b.r.Targets(); err != nil {
		return nil, "", contract.Conflict("how the targets are is not known here: %v", err)
	}
	states := b.targetStates()
	names, next := page(listed(slices.Sorted(maps.Keys(states))), p)
	for _, name := range names {
		t := states[name]
		items = append(items, contract.Target{
			Name: name, Kind: b.r.TargetKind(name), State: string(t.State), Waiting: waiting[name], Failures: t.Failures,
			Error: contract.OrNull(t.Error), FailedAt: t.FailedAt, TookAt: t.TookAt, NextTry: t.NextTry,
		})
	}
	return items, next, nil
}

// TestTarget sends a test message to a target. The outcome becomes a fact: a target that takes messages again may be
// sent what it has refused.
func (b backend) TestTarget(ctx context.Context, name string) (contract.TargetTested, error) {
	if err := b.stopping(); err != nil {
		return contract.TargetTested{}, err
	}
	out := contract.TargetTested{Target: name, ID: uuid.NewString()}
	refused, err := b.r.TestTarget(ctx, name, out.ID)
	switch {
	case errors.Is(err, notifier.ErrNoTarget):
		names := slices.Sorted(maps.Keys(b.targetStates()))
		return out, contract.NotFound("there is no target %q; %sthe job file has %s", contract.Cut(name), nearest(name, names), strings.Join(names, ", "))
	case errors.Is(err, engine.ErrFollows):
		return out, contract.Conflict("the test was not sent: %v", err)
	case err != nil:
		return out, contract.Unavailable("the test could not be sent: %v; ask again", err)
	}
	f := messages.DeliveryFinished{Of: out.ID, To: name, OK: refused == nil, Attempt: 1}
	if out.OK = f.OK; refused != nil {
		f.Error = text.Head(refused.Error(), messages.MaxError)
		out.Error = &f.Error
	}
	if _, err := b.r.Commit(ctx, messages.FactID(f.Name(), out.ID, name), f); err != nil {
		b.r.Logger().Warn("api: the test of a target is not in the journal", zap.String("target", name), zap.Error(err))
	}
	return out, nil
}

// targetStates are the states of the targets by name; none if another node knows them.
func (b backend) targetStates() map[string]notifier.Status {
	out := make(map[string]notifier.Status)
	targets, _ := b.r.Targets()
	for _, t := range targets {
		out[t.Name] = t
	}
	return out
}
