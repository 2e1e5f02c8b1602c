package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// Status is everything at a glance.
func (c *Client) Status(ctx context.Context) (Reply[contract.Status], error) {
	return call[contract.Status](ctx, c, http.MethodGet, path("status"), nil)
}

// Jobs lists jobs by name.
func (c *Client) Jobs(ctx context.Context, q contract.JobQuery) (Reply[contract.List[contract.Job]], error) {
	v := url.Values{}
	if q.State != "" {
		v.Set("state", string(q.State))
	}
	if q.Failing {
		v.Set("failing", "true")
	}
	if q.Held {
		v.Set("held", "true")
	}
	return call[contract.List[contract.Job]](ctx, c, http.MethodGet, path("jobs")+paging(q.Page, v), nil)
}

// Job is one job.
func (c *Client) Job(ctx context.Context, name string) (Reply[contract.Job], error) {
	return call[contract.Job](ctx, c, http.MethodGet, path("jobs", name), nil)
}

// RunNow asks for a run of a job now.
func (c *Client) RunNow(ctx context.Context, job string) (Reply[contract.RunAccepted], error) {
	return call[contract.RunAccepted](ctx, c, http.MethodPost, path("jobs", job, "run"), nil)
}

// Backfill makes runs for slots of the past.
func (c *Client) Backfill(ctx context.Context, job string, b contract.Backfill) (Reply[contract.BackfillAccepted], error) {
	return call[contract.BackfillAccepted](ctx, c, http.MethodPost, path("jobs", job, "backfill"), b)
}

// Pause pauses a job: its runs are held and its slots are skipped.
func (c *Client) Pause(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call[contract.Job](ctx, c, http.MethodPost, path("jobs", job, "pause"), nil)
}

// Resume resumes a paused job.
func (c *Client) Resume(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call[contract.Job](ctx, c, http.MethodPost, path("jobs", job, "resume"), nil)
}

// Cancel ends a job's unfinished runs.
func (c *Client) Cancel(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call[contract.Job](ctx, c, http.MethodPost, path("jobs", job, "cancel"), nil)
}

// Runs lists runs, newest first.
func (c *Client) Runs(ctx context.Context, q contract.RunQuery) (Reply[contract.List[contract.Run]], error) {
	v := url.Values{}
	if q.Job != "" {
		v.Set("job", q.Job)
	}
	if q.Status != "" {
		v.Set("status", string(q.Status))
	}
	if !q.Since.IsZero() {
		v.Set("since", q.Since.String())
	}
	if !q.Until.IsZero() {
		v.Set("until", q.Until.String())
	}
	return call[contract.List[contract.Run]](ctx, c, http.MethodGet, path("runs")+paging(q.Page, v), nil)
}

// Run is one run.
func (c *Client) Run(ctx context.Context, id messages.RunID) (Reply[contract.Run], error) {
	return call[contract.Run](ctx, c, http.MethodGet, path("runs", string(id)), nil)
}

// Explain says what became of a slot or a run of a job.
func (c *Client) Explain(ctx context.Context, q contract.ExplainQuery) (Reply[explain.Explanation], error) {
	v := url.Values{}
	if !q.At.IsZero() {
		v.Set("at", q.At.String())
	}
	if q.Run != "" {
		v.Set("run", string(q.Run))
	}
	return call[explain.Explanation](ctx, c, http.MethodGet, path("explain", q.Job)+paging(contract.Page{}, v), nil)
}

// Sessions lists sessions by name.
func (c *Client) Sessions(ctx context.Context, p contract.Page) (Reply[contract.List[contract.Session]], error) {
	return call[contract.List[contract.Session]](ctx, c, http.MethodGet, path("sessions")+paging(p, nil), nil)
}

// Session is one session.
func (c *Client) Session(ctx context.Context, name string) (Reply[contract.Session], error) {
	return call[contract.Session](ctx, c, http.MethodGet, path("sessions", name), nil)
}

// Login gives a session a new token.
func (c *Client) Login(ctx context.Context, session string, l contract.Login) (Reply[contract.SessionChange], error) {
	// Login hides its token from every encoder; this is the one place that sends it.
	in := struct {
		Token string `json:"token"`
		Force bool   `json:"force"`
		Check bool   `json:"check"`
	}{l.Token.Reveal(), l.Force, l.Check}
	return call[contract.SessionChange](ctx, c, http.MethodPost, path("sessions", session, "login"), in)
}

// Expire marks a session's token as no longer accepted.
func (c *Client) Expire(ctx context.Context, session string, e contract.Expire) (Reply[contract.SessionChange], error) {
	return call[contract.SessionChange](ctx, c, http.MethodPost, path("sessions", session, "expire"), e)
}

// Logout makes a session forget its token.
func (c *Client) Logout(ctx context.Context, session string) (Reply[contract.SessionChange], error) {
	return call[contract.SessionChange](ctx, c, http.MethodPost, path("sessions", session, "logout"), nil)
}

// Healthy asks whether the daemon answers.
func (c *Client) Healthy(ctx context.Context) error {
	_, err := call[contract.Health](ctx, c, http.MethodGet, "/healthz", nil)
	return err
}

// Ready asks whether the runtime works. If not, the error is a [*Problem] that says why.
func (c *Client) Ready(ctx context.Context) error {
	_, err := call[contract.Readiness](ctx, c, http.MethodGet, "/readyz", nil)
	return err
}

func paging(p contract.Page, v url.Values) string {
	if v == nil {
		v = url.Values{}
	}
	if p.Limit != 0 {
		v.Set("limit", strconv.Itoa(p.Limit))
	}
	if p.After != "" {
		v.Set("after", p.After)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
