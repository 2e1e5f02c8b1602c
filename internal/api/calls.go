package api

import (
	"context"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// Status is everything at a glance.
func (c *Client) Status(ctx context.Context) (Reply[contract.Status], error) {
	return call(ctx, c, getStatus, nothing{})
}

// Jobs lists jobs by name.
func (c *Client) Jobs(ctx context.Context, q contract.JobQuery) (Reply[contract.JobList], error) {
	return call(ctx, c, listJobs, q)
}

// Job is one job.
func (c *Client) Job(ctx context.Context, name string) (Reply[contract.Job], error) {
	return call(ctx, c, getJob, named{name})
}

// orderOf is an order about a job, with its condition.
func orderOf(ctx context.Context, job string) jobOrder { return jobOrder{job, contract.Condition(ctx)} }

// RunNow asks for a run of a job now. With [contract.Once] it may be sent again.
func (c *Client) RunNow(ctx context.Context, job string) (Reply[contract.RunAccepted], error) {
	return call(ctx, c, runJob, runOrder{jobOrder: orderOf(ctx, job), Once: contract.OrderName(ctx)})
}

// Backfill makes runs for slots of the past.
func (c *Client) Backfill(ctx context.Context, job string, b contract.Backfill) (Reply[contract.BackfillAccepted], error) {
	return call(ctx, c, backfillJob, backfillOf{orderOf(ctx, job), b})
}

// SetJob defines a job that belongs to the API, or changes one.
func (c *Client) SetJob(ctx context.Context, job string, s contract.SetJob) (Reply[contract.JobSet], error) {
	return call(ctx, c, setJob, setOf{orderOf(ctx, job), s.DryRun, s.Text})
}

// RemoveJob removes a job that belongs to the API.
func (c *Client) RemoveJob(ctx context.Context, job string) (Reply[contract.JobRemoved], error) {
	return call(ctx, c, removeJob, orderOf(ctx, job))
}

// TakeFromFile gives a job back to the job file.
func (c *Client) TakeFromFile(ctx context.Context, job string, f contract.FromFile) (Reply[contract.JobSet], error) {
	return call(ctx, c, fromFile, fromFileOf{orderOf(ctx, job), f})
}

// Pause pauses a job: its runs are held and its slots are skipped.
func (c *Client) Pause(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call(ctx, c, pauseJob, orderOf(ctx, job))
}

// Resume resumes a paused job.
func (c *Client) Resume(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call(ctx, c, resumeJob, orderOf(ctx, job))
}

// Cancel ends a job's unfinished runs.
func (c *Client) Cancel(ctx context.Context, job string) (Reply[contract.Job], error) {
	return call(ctx, c, cancelJob, orderOf(ctx, job))
}

// Runs lists runs, newest first.
func (c *Client) Runs(ctx context.Context, q contract.RunQuery) (Reply[contract.RunList], error) {
	return call(ctx, c, listRuns, q)
}

// Run is one run.
func (c *Client) Run(ctx context.Context, id messages.RunID) (Reply[contract.Run], error) {
	return call(ctx, c, getRun, ofRun{id})
}

// CancelRun ends one run of a job.
func (c *Client) CancelRun(ctx context.Context, id string) (Reply[contract.Run], error) {
	return call(ctx, c, cancelRun, ofRun{messages.RunID(id)})
}

// Explain says what became of a slot or a run of a job.
func (c *Client) Explain(ctx context.Context, q contract.ExplainQuery) (Reply[explain.Explanation], error) {
	return call(ctx, c, explainJob, q)
}

// Sessions lists sessions by name.
func (c *Client) Sessions(ctx context.Context, p contract.Page) (Reply[contract.List[contract.Session]], error) {
	return call(ctx, c, listSessions, p)
}

// Session is one session.
func (c *Client) Session(ctx context.Context, name string) (Reply[contract.Session], error) {
	return call(ctx, c, getSession, named{name})
}

// Login gives a session a new token.
func (c *Client) Login(ctx context.Context, session string, l contract.Login) (Reply[contract.SessionChange], error) {
	return call(ctx, c, loginSession, loginOf{session, l})
}

// Expire marks a session's token as no longer accepted.
func (c *Client) Expire(ctx context.Context, session string, e contract.Expire) (Reply[contract.SessionChange], error) {
	return call(ctx, c, expireSession, expireOf{session, e})
}

// Logout makes a session forget its token.
func (c *Client) Logout(ctx context.Context, session string) (Reply[contract.SessionChange], error) {
	return call(ctx, c, logoutSession, named{session})
}

// Nodes lists nodes by name.
func (c *Client) Nodes(ctx context.Context, p contract.Page) (Reply[contract.NodeList], error) {
	return call(ctx, c, listNodes, p)
}

// DrainNode lets a node get no new attempts.
func (c *Client) DrainNode(ctx context.Context, name string) (Reply[contract.Node], error) {
	return call(ctx, c, drainNode, named{name})
}

// ResumeNode lets a drained node take jobs again.
func (c *Client) ResumeNode(ctx context.Context, name string) (Reply[contract.Node], error) {
	return call(ctx, c, resumeNode, named{name})
}

// Targets lists targets by name.
func (c *Client) Targets(ctx context.Context, p contract.Page) (Reply[contract.List[contract.Target]], error) {
	return call(ctx, c, listTargets, p)
}

// TestTarget sends a test message to a target.
func (c *Client) TestTarget(ctx context.Context, name string) (Reply[contract.TargetTested], error) {
	return call(ctx, c, testTarget, named{name})
}

// MakeTicket makes a link that signs a browser in.
func (c *Client) MakeTicket(ctx context.Context, f contract.TicketFor) (Reply[contract.Ticket], error) {
	return call(ctx, c, makeTicket, ticketOf{f})
}

// Reload lets the daemon read its job file again.
func (c *Client) Reload(ctx context.Context) (Reply[contract.Reloaded], error) {
	return call(ctx, c, reload, nothing{})
}

// Healthy asks whether the daemon answers.
func (c *Client) Healthy(ctx context.Context) error {
	_, err := call(ctx, c, getHealth, nothing{})
	return err
}

// Notes says what people should look at although the runtime works. If it does not, the error is a [*Problem].
func (c *Client) Notes(ctx context.Context) ([]string, error) {
	reply, err := call(ctx, c, getReadiness, nothing{})
	return reply.Body.Notes, err
}

// Ready asks whether the runtime works. If not, the error is a [*Problem] that says why.
func (c *Client) Ready(ctx context.Context) error {
	_, err := call(ctx, c, getReadiness, nothing{})
	return err
}
