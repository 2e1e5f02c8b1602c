package engine

import (
	"context"
	"io"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/actors/env/procs"
	"curfew/actors/env/threads"
	"curfew/actors/system/host"
	"curfew/messages"
	"curfew/supervisor"
)

// supervise starts the supervisors and the host of their job actors.
func (r *Runtime) supervise(ctx context.Context, was recovered, left leftover, base uint64) error {
	err := r.saveMark(noMark) // from here on attempts may begin
	if err != nil {
		return err
	}
	kept, err := r.openThreads(ctx)
	if err != nil {
		return err
	}
	r.host, err = host.New(host.Config{
		Threads: kept,
		Kinds:   r.o.Kinds, Door: r.gate.Door(), Publish: r.publish,
		Commit: func(ctx context.Context, id string, f messages.Fact) error {
			_, err := r.Commit(ctx, id, f)
			return err
		},
		Secrets: r.secrets, HTTP: httpx.Plain(),
		Exec: func(a actors.Attempt, live io.Writer) actors.Exec {
			return procs.New(procs.Options{
				Deny: r.settings().DenyEnv, Ledger: r.ledger, Attempt: a, Secrets: r.secrets, Live: live,
			})
		},
		Grace: r.o.Grace, Logger: r.o.Logger,
	})
	if err != nil {
		return err
	}
	types := map[string]int{}
	for _, name := range r.o.Kinds.Names() {
		types[name] = 0
	}
	r.supervisors, err = supervisor.Supervise(supervisor.Config{
		System: r.system, Types: types, Base: base, Known: was.definitions(), Gates: was.gates, Unbegun: left.unbegun,
		Reader: func(wake func()) supervisor.Reader {
			return r.log.Reader(was.last, wake, supervisor.Topics...).Named(supervisorsReader)
		},
		Node: r.performer(), Publish: r.publish, Job: r.host.Actor, Pool: &r.pool, Fatal: r.fail,
		OnRestart: r.o.OnRestart, OnMessage: r.observe("supervisor"), Logger: r.o.Logger,
	})
	return err
}

// openThreads opens the threads of the jobs that continue one conversation; nil if the runtime has no folder for them.
func (r *Runtime) openThreads(ctx context.Context) (host.Threads, error) {
	if r.o.Threads == "" {
		return nil, nil
	}
	defined, _, err := r.defined(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []string
	for _, d := range defined {
		if d.SessionTarget == messages.TargetMain {
			jobs = append(jobs, d.Job)
		}
	}
	return threads.Open(r.o.Threads, jobs)
}
