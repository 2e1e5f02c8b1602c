package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/actors/system/notifier"
	"curfew/internal/api"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// lost fills in which deliveries of runs failed for good.
func (b backend) lost(ctx context.Context, runs ...*api.Run) error {
	return b.r.View(ctx, func(m *policy.Machine) {
		for _, run := range runs {
			for _, l := range m.Lost(run.Job) {
				if l.Run == run.ID {
					run.DeliveryFailed = append(run.DeliveryFailed, l.To)
				}
			}
		}
	})
}

// deliveries fills in what became of everything that a run had to say. Before it is over it has said nothing.
func (b backend) deliveries(ctx context.Context, run *api.Run, from uint64) error {
	run.Deliveries = []explain.Delivery{}
	if run.FinishedAt.IsZero() {
		return nil
	}
	free, err := b.explainer(ctx)
	if err != nil {
		return err
	}
	defer free()
	if run.Deliveries, err = find.Deliveries(ctx, b.r.Journal(), run.Job, run.ID, from); err != nil {
		return err
	}
	return b.onTheirWay(ctx, run.Deliveries)
}

// onTheirWay adds to deliveries that wait what the notifier knows of them.
func (b backend) onTheirWay(_ context.Context, ds []explain.Delivery) error {
	targets := b.targetStates()
	for i := range ds {
		d := &ds[i]
		t, known := targets[d.To]
		if d.State != explain.DeliveryWaiting || !known {
			continue
		}
		if d.NextTry = t.NextTry; t.Letter == d.ID {
			d.Tries = t.Tries
		}
		if t.State == notifier.StateFailing {
			d.Error = api.OrNull(t.Error) // those behind the first wait for the same reason
		}
	}
	return nil
}

func (b backend) targetStates() map[string]notifier.Status {
	out := make(map[string]notifier.Status)
	for _, t := range b.r.Targets() {
		out[t.Name] = t
	}
	return out
}

// Targets lists targets by name.
func (b backend) Targets(ctx context.Context, p api.Page) (items []api.Target, next string, err error) {
	var waiting map[string]int
	if err := b.r.View(ctx, func(m *policy.Machine) { waiting = m.Waiting() }); err != nil {
		return nil, "", err
	}
	states := b.targetStates()
	var names []string
	for name := range states {
		names = append(names, name)
	}
	slices.Sort(names)
	names, next = page(names, p)
	for _, name := range names {
		t := states[name]
		items = append(items, api.Target{
			Name: name, Kind: b.r.TargetKind(name), State: string(t.State), Waiting: waiting[name], Failures: t.Failures,
			Error: api.OrNull(t.Error), FailedAt: t.FailedAt, TookAt: t.TookAt, NextTry: t.NextTry,
		})
	}
	return items, next, nil
}

// TestTarget sends a test message to a target. That it was taken, or not, is a fact: what the target has refused so
// far may be told again.
func (b backend) TestTarget(ctx context.Context, name string) (api.TargetTested, error) {
	if err := b.stopping(); err != nil {
		return api.TargetTested{}, err
	}
	out := api.TargetTested{Target: name, ID: uuid.NewString()}
	refused, err := b.r.TestTarget(ctx, name, out.ID)
	switch {
	case errors.Is(err, notifier.ErrNoTarget):
		var names []string
		for _, t := range b.r.Targets() {
			names = append(names, t.Name)
		}
		return out, api.NotFound("there is no target %q; the job file has %s", name, strings.Join(names, ", "))
	case err != nil:
		return out, api.Unavailable("the test could not be sent: %v; ask again", err)
	}
	f := messages.DeliveryFinished{Of: out.ID, To: name, OK: refused == nil, Attempt: 1}
	if out.OK = f.OK; refused != nil {
		f.Error = refused.Error()[:min(len(refused.Error()), messages.MaxError)]
		out.Error = &f.Error
	}
	if _, err := b.r.Commit(ctx, messages.FactID(f.Name(), out.ID, name), f); err != nil {
		b.r.Logger().Warn("api: the test of a target is not in the journal", zap.String("target", name), zap.Error(err))
	}
	return out, nil
}

// Undelivered lists the notifications that are still true, that a target has failed to take and that none has taken.
func (b backend) Undelivered(ctx context.Context) ([]api.Undelivered, error) {
	var untold []policy.Untold
	if err := b.r.View(ctx, func(m *policy.Machine) { untold = m.Untold() }); err != nil {
		return nil, err
	}
	states, out := b.targetStates(), []api.Undelivered{}
	for _, u := range untold {
		item := api.Undelivered{
			Session: api.OrNull(u.Session), Job: api.OrNull(u.Job), Notice: u.Notice, At: u.At, NextTry: u.Due,
			Targets: []api.Refusal{},
		}
		for _, r := range u.Refused {
			if !slices.Contains(u.Waiting, r.To) {
				item.Targets = append(item.Targets, api.Refusal{Target: r.To, State: string(explain.DeliveryRefused), Error: api.OrNull(r.Error), At: r.At})
			}
		}
		for _, name := range u.Waiting {
			if t := states[name]; t.State == notifier.StateFailing {
				item.Targets = append(item.Targets, api.Refusal{Target: name, State: string(t.State), Error: api.OrNull(t.Error), At: t.FailedAt})
			}
		}
		if len(item.Targets) > 0 { // else it is on its way for the first time
			out = append(out, item)
		}
	}
	return out, nil
}

// untoldOf fills in which notification about a session nobody has taken.
func (b backend) untoldOf(ctx context.Context, sessions ...*api.Session) error {
	all, err := b.Undelivered(ctx)
	for _, u := range all {
		for _, s := range sessions {
			if u.Session != nil && *u.Session == s.Name && s.Undelivered == nil {
				s.Undelivered = &u
			}
		}
	}
	return err
}

// Notes says what people should look at although the runtime does its work.
func (b backend) Notes(ctx context.Context) (notes []string, err error) {
	all, err := b.Undelivered(ctx)
	for _, u := range all {
		notes = append(notes, u.String())
	}
	if note := b.clockNote(ctx); note != "" {
		notes = append(notes, note)
	}
	return notes, err
}

// clockNote says for a day that the clock was set back.
func (b backend) clockNote(ctx context.Context) string {
	var back messages.ClockSetBack
	if err := b.r.View(ctx, func(m *policy.Machine) { back = m.SetBack() }); err != nil || back.To.IsZero() {
		return ""
	}
	if b.r.Now().Sub(back.To) >= 24*time.Hour {
		return ""
	}
	return fmt.Sprintf("the clock was set back by %v at %v: jobs go by the new time; `curfew explain JOB` tells what became of a slot", back.By, back.To)
}
