package api

import (
	"context"
	"net/http"
	"slices"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

func (s *server) jobs(ctx context.Context, r *http.Request) (int, any, error) {
	q, page, err := query(r, "state", "failing", "held")
	if err != nil {
		return 0, nil, err
	}
	state := contract.JobState(q.Get("state"))
	if q.Has("state") && !slices.Contains(JobStates, state) {
		return 0, nil, contract.Malformed("unknown state %q; known are %v", contract.Cut(string(state)), JobStates)
	}
	failing, err := flag(q, "failing")
	if err != nil {
		return 0, nil, err
	}
	held, err := flag(q, "held")
	if err != nil {
		return 0, nil, err
	}
	return list(s.b.Jobs(ctx, contract.JobQuery{Page: page, State: state, Failing: failing, Held: held}))
}

func (s *server) status(ctx context.Context, r *http.Request) (int, any, error) {
	if r.URL.RawQuery != "" {
		return 0, nil, contract.Malformed("/v1/status takes no parameters")
	}
	status, err := s.b.Status(ctx)
	return http.StatusOK, status, err
}

func (s *server) job(ctx context.Context, r *http.Request) (int, any, error) {
	job, err := s.b.Job(ctx, r.PathValue("name"))
	return http.StatusOK, job, err
}

func (s *server) runNow(ctx context.Context, r *http.Request) (int, any, error) {
	if err := noBody(r); err != nil {
		return 0, nil, err
	}
	run, err := s.b.RunNow(ctx, r.PathValue("name"))
	run.Holds = contract.OrEmpty(run.Holds)
	return http.StatusAccepted, run, err
}

func (s *server) backfill(ctx context.Context, r *http.Request) (int, any, error) {
	var in contract.Backfill
	if err := body(r, &in, true); err != nil {
		return 0, nil, err
	}
	out, err := s.b.Backfill(ctx, r.PathValue("name"), in)
	out.Runs = contract.OrEmpty(out.Runs)
	return http.StatusAccepted, out, err
}

// command serves a command on a job. The answer is 202 and the job after the command.
func (s *server) command(do func(context.Context, string) (contract.Job, error)) endpoint {
	return func(ctx context.Context, r *http.Request) (int, any, error) {
		if err := noBody(r); err != nil {
			return 0, nil, err
		}
		job, err := do(ctx, r.PathValue("name"))
		return http.StatusAccepted, job, err
	}
}

func (s *server) runs(ctx context.Context, r *http.Request) (int, any, error) {
	q, page, err := query(r, "job", "status", "since", "until")
	if err != nil {
		return 0, nil, err
	}
	since, err := instant(q, "since")
	if err != nil {
		return 0, nil, err
	}
	until, err := instant(q, "until")
	if err != nil {
		return 0, nil, err
	}
	status := messages.Status(q.Get("status"))
	if q.Has("status") && !slices.Contains(Statuses, status) {
		return 0, nil, contract.Malformed("unknown status %q; known are %v", contract.Cut(string(status)), Statuses)
	}
	return list(s.b.Runs(ctx, contract.RunQuery{Page: page, Job: q.Get("job"), Status: status, Since: since, Until: until}))
}

func (s *server) run(ctx context.Context, r *http.Request) (int, any, error) {
	run, err := s.b.Run(ctx, messages.RunID(r.PathValue("id")))
	return http.StatusOK, run, err
}

func (s *server) explain(ctx context.Context, r *http.Request) (int, any, error) {
	q, _, err := query(r, "at", "run")
	if err != nil {
		return 0, nil, err
	}
	at, err := explain.ParseWhen(q.Get("at"))
	switch {
	case err != nil:
		return 0, nil, contract.Malformed("%v", err)
	case q.Has("limit") || q.Has("after"):
		return 0, nil, contract.Malformed("an explanation is not a list: it takes at or run, not limit or after")
	case !at.IsZero() && q.Has("run"):
		return 0, nil, contract.Malformed("use either at or run, not both")
	}
	x, err := s.b.Explain(ctx, contract.ExplainQuery{Job: r.PathValue("job"), At: at, Run: messages.RunID(q.Get("run"))})
	return http.StatusOK, x, err
}

func (s *server) sessions(ctx context.Context, r *http.Request) (int, any, error) {
	_, page, err := query(r)
	if err != nil {
		return 0, nil, err
	}
	return list(s.b.Sessions(ctx, page))
}

func (s *server) session(ctx context.Context, r *http.Request) (int, any, error) {
	session, err := s.b.Session(ctx, r.PathValue("name"))
	return http.StatusOK, session, err
}

func (s *server) login(ctx context.Context, r *http.Request) (int, any, error) {
	var in contract.Login
	if err := body(r, &in, true); err != nil {
		return 0, nil, err
	}
	out, err := s.b.Login(ctx, r.PathValue("name"), in)
	return http.StatusOK, out, err
}

func (s *server) expire(ctx context.Context, r *http.Request) (int, any, error) {
	var in contract.Expire
	if err := body(r, &in, false); err != nil {
		return 0, nil, err
	}
	out, err := s.b.Expire(ctx, r.PathValue("name"), in)
	return http.StatusOK, out, err
}

func (s *server) logout(ctx context.Context, r *http.Request) (int, any, error) {
	if err := noBody(r); err != nil {
		return 0, nil, err
	}
	out, err := s.b.Logout(ctx, r.PathValue("name"))
	return http.StatusOK, out, err
}

// healthz says that the process answers.
func (s *server) healthz(context.Context, *http.Request) (int, any, error) {
	return http.StatusOK, contract.Health{Status: "ok"}, nil
}

// readyz says whether the runtime works, and if so, what people should still look at.
func (s *server) readyz(ctx context.Context, _ *http.Request) (int, any, error) {
	if err := s.b.Ready(ctx); err != nil {
		return 0, nil, contract.Unavailable("not ready: %v", err)
	}
	notes, err := s.b.Notes(ctx)
	return http.StatusOK, contract.Readiness{Status: "ok", Notes: contract.OrEmpty(notes)}, err
}

func list[T any](items []T, next string, err error) (int, any, error) {
	return http.StatusOK, contract.List[T]{Items: contract.OrEmpty(items), Next: contract.OrNull(next)}, err
}
