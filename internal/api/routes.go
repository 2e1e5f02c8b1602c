package api

import (
	"context"

	"curfew/internal/contract"
	"curfew/internal/explain"
)

// serveContract serves the operations of the contract.
func (s *server) serveContract() {
	b := s.b
	serve(s, getStatus, func(ctx context.Context, _ nothing) (contract.Status, error) { return b.Status(ctx) })

	serve(s, listJobs, b.Jobs)
	serve(s, getJob, byName(b.Job))
	serve(s, setJob, func(ctx context.Context, in setOf) (contract.JobSet, error) {
		return b.SetJob(contract.OnlyIf(ctx, in.Match), in.Name, contract.SetJob{Text: in.Job, DryRun: in.DryRun})
	})
	serve(s, removeJob, order(b.RemoveJob))
	serve(s, fromFile, func(ctx context.Context, in fromFileOf) (contract.JobSet, error) {
		return b.TakeFromFile(contract.OnlyIf(ctx, in.Match), in.Name, in.From)
	})
	serve(s, runJob, func(ctx context.Context, in runOrder) (contract.RunAccepted, error) {
		out, err := b.RunNow(contract.Once(contract.OnlyIf(ctx, in.Match), in.Once), in.Name)
		out.Holds = contract.OrEmpty(out.Holds)
		return out, err
	})
	serve(s, backfillJob, func(ctx context.Context, in backfillOf) (contract.BackfillAccepted, error) {
		out, err := b.Backfill(contract.OnlyIf(ctx, in.Match), in.Name, in.Backfill)
		out.Runs = contract.OrEmpty(out.Runs)
		return out, err
	})
	serve(s, pauseJob, order(b.Pause))
	serve(s, resumeJob, order(b.Resume))
	serve(s, cancelJob, order(b.Cancel))

	serve(s, listRuns, func(ctx context.Context, q contract.RunQuery) (contract.RunList, error) {
		return b.Runs(ctx, q)
	})
	serve(s, getRun, func(ctx context.Context, in ofRun) (contract.Run, error) { return b.Run(ctx, in.ID) })
	serve(s, cancelRun, func(ctx context.Context, in ofRun) (contract.Run, error) { return b.CancelRun(ctx, in.ID) })
	s.route(runLogs.Route, s.logs())
	serve(s, explainJob, s.explain)
	s.route(listenEvents.Route, s.events())
	serve(s, makeTicket, s.ticket)

	serve(s, listSessions, func(ctx context.Context, p contract.Page) (contract.List[contract.Session], error) {
		return list(b.Sessions(ctx, p))
	})
	serve(s, getSession, byName(b.Session))
	serve(s, loginSession, func(ctx context.Context, in loginOf) (contract.SessionChange, error) {
		return b.Login(ctx, in.Session, in.Login)
	})
	serve(s, expireSession, func(ctx context.Context, in expireOf) (contract.SessionChange, error) {
		return b.Expire(ctx, in.Session, in.Expire)
	})
	serve(s, logoutSession, byName(b.Logout))

	serve(s, listNodes, b.Nodes)
	serve(s, drainNode, byName(b.DrainNode))
	serve(s, resumeNode, byName(b.ResumeNode))

	serve(s, listTargets, func(ctx context.Context, p contract.Page) (contract.List[contract.Target], error) {
		return list(b.Targets(ctx, p))
	})
	serve(s, testTarget, byName(b.TestTarget))

	serve(s, reload, func(ctx context.Context, _ nothing) (contract.Reloaded, error) { return b.Reload(ctx) })

	serve(s, getHealth, func(context.Context, nothing) (contract.Health, error) { return contract.Health{Status: "ok"}, nil })
	serve(s, getReadiness, s.ready)
}

// byName asks about a job, a session or a target by its name.
func byName[Out any](ask func(context.Context, string) (Out, error)) func(context.Context, named) (Out, error) {
	return func(ctx context.Context, in named) (Out, error) { return ask(ctx, in.Name) }
}

// order gives an order about a job, under its condition.
func order[Out any](give func(context.Context, string) (Out, error)) func(context.Context, jobOrder) (Out, error) {
	return func(ctx context.Context, in jobOrder) (Out, error) {
		return give(contract.OnlyIf(ctx, in.Match), in.Name)
	}
}

func list[T any](items []T, next string, err error) (contract.List[T], error) {
	return contract.ListOf(items, next), err
}

// explain answers about a slot or about a run.
func (s *server) explain(ctx context.Context, q contract.ExplainQuery) (out explain.Explanation, err error) {
	if !q.At.IsZero() && q.Run != "" {
		return out, contract.Malformed("use either at or run, not both")
	}
	return s.b.Explain(ctx, q)
}

// ready says whether the runtime works, and if so, what people should still look at.
func (s *server) ready(ctx context.Context, _ nothing) (contract.Readiness, error) {
	if err := s.b.Ready(ctx); err != nil {
		return contract.Readiness{}, contract.Unavailable("not ready: %v", err)
	}
	notes, err := s.b.Notes(ctx)
	return contract.Readiness{Status: "ok", Notes: contract.OrEmpty(notes)}, err
}
