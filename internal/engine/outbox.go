package engine

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"go.uber.org/zap"

	"curfew/actors/env/httpx"
	"curfew/actors/system/notifier"
	"curfew/actors/system/notifier/targets"
	"curfew/actors/system/pinger"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/messages"
)

// startNotifying starts the notifier, which brings notifications, deliveries and error reports to their targets, and
// the pinger, which tells health monitors about runs.
func (r *Runtime) startNotifying(was recovered) (err error) {
	client := httpx.Plain()
	all := maps.Clone(r.o.Targets)
	if all == nil {
		all = make(map[string]notifier.Target, len(r.o.Config.Targets)+1)
	}
	for _, t := range r.o.Config.Targets {
		all[t.Name] = r.target(t, client)
	}
	if r.sentry != nil {
		all[messages.TargetSentry] = r.sentry
	}
	tokenless := make(map[string]bool)
	for _, s := range r.o.Config.Runtime.Sessions {
		tokenless[s.Name] = s.Backend == ""
	}
	r.notifier, err = notifier.Start(notifier.Config{
		Undelivered: was.undelivered, Targets: all, Tokenless: tokenless,
		Notify: r.o.Config.Runtime.Notify, Reports: r.o.Config.Runtime.Reports,
		Reader: r.reader("notifier", was.last, notifier.Topics...),
		Fact:   r.fact, Publish: r.publish, Fatal: r.fail, Jobs: r.upcomingNames, Now: r.wall, Logger: r.o.Logger,
		Hint: func(text string) string { return datadir.Hint(text, r.o.Data) },
	})
	if err != nil || len(r.o.Config.Healthchecks) == 0 {
		return err
	}
	monitors := make(map[string]targets.Address, len(r.o.Config.Healthchecks))
	for _, h := range r.o.Config.Healthchecks {
		monitors[h.Job] = h.Address.Read()
		if err := h.Trouble(); err != nil {
			r.o.Logger.Warn("cron: a monitor is misconfigured: its address cannot be read",
				zap.String("job", h.Job), zap.Error(err))
		}
	}
	r.pinger, err = pinger.Start(pinger.Config{
		Jobs: monitors, Client: client, Fatal: r.fail, Logger: r.o.Logger,
		Reader: r.reader("pinger", was.last, pinger.Topics...),
	})
	return err
}

// Targets are the targets with their states, by name.
func (r *Runtime) Targets() []notifier.Status { return r.notifier.Targets() }

// TargetKind is the kind of a target. The log and the error tracker are not in the job file; their kind is their name.
func (r *Runtime) TargetKind(name string) string {
	for _, t := range r.o.Config.Targets {
		if t.Name == name {
			return string(t.Kind)
		}
	}
	return name
}

// TestTarget sends a test message to a target. refused is why the target did not take it; err says that the message
// could not be sent.
func (r *Runtime) TestTarget(ctx context.Context, name, id string) (refused, err error) {
	return r.notifier.Test(ctx, name, id)
}

// target makes a target of the job file. It logs an address that cannot be read now: otherwise the first delivery
// would be the first to tell.
func (r *Runtime) target(t config.Target, client *http.Client) notifier.Target {
	if err := t.Trouble(); err != nil {
		r.o.Logger.Warn("cron: a target is misconfigured: its address cannot be read",
			zap.String("target", t.Name), zap.Error(err))
	}
	switch t.Kind {
	case config.TargetFile:
		return targets.File(t.Path)
	case config.TargetService:
		return targets.Service(t.Address.Read())
	default:
		return targets.Webhook(t.Address.Read(), client)
	}
}

// fact reads one record of the journal.
func (r *Runtime) fact(seq uint64) (messages.Record, error) {
	rs, err := r.o.Journal.Read(seq, 1)
	if err != nil {
		return messages.Record{}, err
	}
	if len(rs) == 0 || rs[0].Seq != seq {
		return messages.Record{}, fmt.Errorf("record %d is not in the journal any more", seq)
	}
	return rs[0], nil
}
