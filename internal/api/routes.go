package api

import (
	"context"
	"net/http"
	"slices"

	"curfew/internal/explain"
	"curfew/messages"
	"curfew/supervisor/policy"
)

func (s *server) jobs(ctx context.Context, r *http.Request) (int, any, error) {
	q, page, err := query(r, "state", "failing", "held")
	if err != nil {
		return 0, nil, err
	}
	state := JobState(q.Get("state"))
	if q.Has("state") && !slices.Contains(JobStates, state) {
		return 0, nil, BadRequest("unknown state %q; known are %v", Cut(string(state)), JobStates)
	}
	failing, err := flag(q, "failing")
	if err != nil {
		return 0, nil, err
	}
	held, err := flag(q, "held")
	if err != nil {
		return 0, nil, err
	}
	return list(s.b.Jobs(ctx, JobQuery{Page: page, State: state, Failing: failing, Held: held}))
}

func (s *server) status(ctx context.Context, r *http.Request) (int, any, error) {
	if r.URL.RawQuery != "" {
		return 0, nil, BadRequest("/v1/status takes no parameters")
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
	run.Holds = orEmpty(run.Holds)
	return http.StatusAccepted, run, err
}

func (s *server) backfill(ctx context.Context, r *http.Request) (int, any, error) {
	var in Backfill
	if err := body(r, &in, true); err != nil {
		return 0, nil, err
	}
	out, err := s.b.Backfill(ctx, r.PathValue("name"), in)
	out.Runs = orEmpty(out.Runs)
	return http.StatusAccepted, out, err
}

// command serves a command on a job. The answer is 202 and the job after the command.
func (s *server) command(do func(context.Context, string) (Job, error)) endpoint {
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
		return 0, nil, BadRequest("unknown status %q; known are %v", Cut(string(status)), Statuses)
	}
	return list(s.b.Runs(ctx, RunQuery{Page: page, Job: q.Get("job"), Status: status, Since: since, Until: until}))
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
		return 0, nil, BadRequest("%v", err)
	case q.Has("limit") || q.Has("after"):
		return 0, nil, BadRequest("an explanation is not a list: it takes at or run, not limit or after")
	case !at.IsZero() && q.Has("run"):
		return 0, nil, BadRequest("use either at or run, not both")
	}
	x, err := s.b.Explain(ctx, ExplainQuery{Job: r.PathValue("job"), At: at, Run: messages.RunID(q.Get("run"))})
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
	var in Login
	if err := body(r, &in, true); err != nil {
		return 0, nil, err
	}
	session, err := s.b.Session(ctx, r.PathValue("name"))
	switch {
	case err != nil:
		return 0, nil, err
	case session.Backend != nil && in.Token == "":
		return 0, nil, BadRequest("token is missing or empty")
	case session.Backend == nil && in.Token != "":
		return 0, nil, Unprocessable("session %s has no backend and keeps no token: sign in with the tool that its jobs run, then send a login without a token", session.Name)
	}
	out, err := s.b.Login(ctx, r.PathValue("name"), in)
	return http.StatusOK, out, err
}

func (s *server) expire(ctx context.Context, r *http.Request) (int, any, error) {
	var in Expire
	if err := body(r, &in, false); err != nil {
		return 0, nil, err
	}
	if err := short("source", in.Source, policy.MaxText); err != nil {
		return 0, nil, err
	}
	if err := short("reason", in.Reason, policy.MaxText); err != nil {
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
	return http.StatusOK, Health{Status: "ok"}, nil
}

// readyz says whether the runtime works, and if so, what people should still look at.
func (s *server) readyz(ctx context.Context, _ *http.Request) (int, any, error) {
	if err := s.b.Ready(ctx); err != nil {
		return 0, nil, Unavailable("not ready: %v", err)
	}
	notes, err := s.b.Notes(ctx)
	return http.StatusOK, Readiness{Status: "ok", Notes: orEmpty(notes)}, err
}

func list[T any](items []T, next string, err error) (int, any, error) {
	return http.StatusOK, List[T]{Items: orEmpty(items), Next: OrNull(next)}, err
}
