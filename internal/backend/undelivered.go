package backend

import (
	"context"
	"fmt"
	"slices"
	"time"

	"curfew/actors/system/notifier"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Undelivered lists the notifications that still hold and that no target has taken, although one was asked.
func (b backend) Undelivered(ctx context.Context) ([]contract.Undelivered, error) {
	var untold []policy.Untold
	if err := b.view(ctx, func(m *policy.Machine) { untold = m.Untold() }); err != nil {
		return nil, err
	}
	states, out := b.targetStates(), []contract.Undelivered{}
	for _, u := range untold {
		item := contract.Undelivered{
			Session: contract.OrNull(u.Session), Job: contract.OrNull(u.Job), Notice: u.Notice, At: u.At, NextTry: u.Due,
			Targets: []contract.Refusal{},
		}
		for _, r := range u.Refused { // also while it is offered to the target again: nobody has it yet
			if !slices.Contains(u.Waiting, r.To) || states[r.To].State != notifier.StateFailing {
				item.Targets = append(item.Targets, contract.Refusal{
					Target: r.To, State: string(explain.DeliveryRefused), Error: contract.OrNull(r.Error), At: r.At,
				})
			}
		}
		for _, name := range u.Waiting {
			if t := states[name]; t.State == notifier.StateFailing {
				item.Targets = append(item.Targets, contract.Refusal{
					Target: name, State: string(t.State), Error: contract.OrNull(t.Error), At: t.FailedAt,
				})
			}
		}
		if len(item.Targets) > 0 { // otherwise it is being sent for the first time
			out = append(out, item)
		}
	}
	return out, nil
}

// addUndelivered fills in the notification about each session that no target has taken.
func (b backend) addUndelivered(ctx context.Context, sessions []contract.Session) error {
	all, err := b.Undelivered(ctx)
	for _, u := range all {
		for i := range sessions {
			s := &sessions[i]
			if u.Session != nil && *u.Session == s.Name && s.Undelivered == nil {
				s.Undelivered = &u
			}
		}
	}
	return err
}

// Notes lists what people should look at although the runtime does its work.
func (b backend) Notes(ctx context.Context) (notes []string, err error) {
	all, err := b.Undelivered(ctx)
	for _, u := range all {
		notes = append(notes, u.String())
	}
	if note := b.clockNote(ctx); note != "" {
		notes = append(notes, note)
	}
	notes = append(notes, b.nodeNotes(ctx)...)
	return append(notes, b.r.Misfits()...), err
}

// clockNote says, for a day, that the clock was set back.
func (b backend) clockNote(ctx context.Context) string {
	var back messages.ClockSetBack
	if err := b.view(ctx, func(m *policy.Machine) { back = m.SetBack() }); err != nil || back.To.IsZero() {
		return ""
	}
	if b.r.Now().Sub(back.To) >= 24*time.Hour {
		return ""
	}
	return fmt.Sprintf("the clock was set back by %s at %v: jobs go by the new time; "+
		"`curfew explain JOB` tells what became of a slot", back.By.Short(), back.To)
}
