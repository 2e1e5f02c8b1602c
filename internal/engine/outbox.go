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

// notify starts the notifier, which brings notifications, deliveries and error reports to their targets, and
// the pinger, which tells health monitors about runs.
func (d *duties) notify(ctx context.Context, was recovered) (err error) {
	r := d.r
	s := r.settings()
	d.notifier, err = notifier.Start(notifier.Config{
		Undelivered: was.undelivered, Targets: r.targets(s),
		Notify: s.Runtime.Notify, Reports: s.Runtime.Reports,
		Reader: r.reader("notifier", was.last, notifier.Topics...),
		Fact:   r.fact, Publish: r.publish, Fatal: r.fail, Jobs: r.upcomingNames, Now: r.wall, Logger: r.o.Logger,
		SignIn: func(session string) string { return r.HowToSignIn(context.WithoutCancel(ctx), session) },
		Hint:   func(text string) string { return datadir.Hint(text, r.o.Data) },
	})
	if err != nil {
		return err
	}
	return d.ping(s, was.last)
}

// ping starts the pinger, if a job has a monitor.
func (d *duties) ping(s *settings, after uint64) (err error) {
	r := d.r
	if len(s.Healthchecks) == 0 {
		return nil
	}
	d.pinger, err = pinger.Start(pinger.Config{
		Jobs: r.monitors(s), Client: httpx.Plain(), Fatal: r.fail, Logger: r.o.Logger,
		Reader: r.reader("pinger", after, pinger.Topics...),
	})
	return err
}

// monitors are the addresses of the monitors of jobs. It logs one that cannot be read now.
func (r *Runtime) monitors(s *settings) map[string]targets.Address {
	monitors := make(map[string]targets.Address, len(s.Healthchecks))
	for _, h := range s.Healthchecks {
		monitors[h.Job] = h.Address.Read()
		if err := h.Trouble(); err != nil {
			r.o.Logger.Warn("cron: a monitor is misconfigured: its address cannot be read",
				zap.String("job", h.Job), zap.Error(err))
		}
	}
	return monitors
}

// targets are the targets besides the log, by name.
func (r *Runtime) targets(s *settings) map[string]notifier.Target {
	client := httpx.Plain()
	all := maps.Clone(r.o.Targets)
	if all == nil {
		all = make(map[string]notifier.Target, len(s.Targets)+1)
	}
	for _, t := range s.Targets {
		all[t.Name] = r.target(t, client)
	}
	if s.sentry != nil {
		all[messages.TargetSentry] = s.sentry
	}
	return all
}

// Targets are the targets with their states, by name. The error is [ErrFollows]: another runtime brings out what is for
// them.
func (r *Runtime) Targets() ([]notifier.Status, error) {
	if d := r.duties.Load(); d != nil {
		return d.notifier.Targets(), nil
	}
	return nil, ErrFollows
}

// TargetKind is the kind of a target. The log and the error tracker are not in the job file; their kind is their name.
func (r *Runtime) TargetKind(name string) string {
	for _, t := range r.Config().Targets {
		if t.Name == name {
			return string(t.Kind)
		}
	}
	return name
}

// TestTarget sends a test message to a target. refused is why the target did not take it; err says that the message
// could not be sent.
func (r *Runtime) TestTarget(ctx context.Context, name, id string) (refused, err error) {
	d := r.duties.Load()
	if d == nil {
		return nil, ErrFollows
	}
	return d.notifier.Test(ctx, name, id)
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
	case config.TargetWebhook:
		return targets.Webhook(t.Address.Read(), client)
	default:
		return r.ownTarget(t, client)
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
