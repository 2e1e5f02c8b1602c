package api

import (
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// The questions that are more than those of the contract.
type (
	nothing struct{}

	named struct {
		Name string `path:"name"`
	}
	// jobOrder is an order about a job.
	jobOrder struct {
		Name  string         `path:"name"`
		Match contract.Match `header:"If-Match"` // versions in quotes, as ETag has them, or *: otherwise 412, and nothing is done
	}
	// runOrder asks for a run.
	runOrder struct {
		jobOrder
		Once string `header:"Idempotency-Key"` // a name for this order: sent again under it, the job runs once all the same
	}
	ofRun struct {
		ID messages.RunID `path:"id"`
	}
	logsQuery struct {
		ID     messages.RunID `path:"id"`
		Follow bool           `query:"follow"` // go on until the run is over
		Screen bool           `query:"screen"` // make it safe to be shown: control characters become escapes such as \x1b
	}
	setOf struct {
		jobOrder
		DryRun bool             `query:"dry_run"` // say what would change, and change nothing
		Job    contract.JobText `body:"required"`
	}
	fromFileOf struct {
		jobOrder
		From contract.FromFile `body:"optional"`
	}
	backfillOf struct {
		jobOrder
		Backfill contract.Backfill `body:"required"`
	}
	loginOf struct {
		Session string         `path:"name"`
		Login   contract.Login `body:"required"`
	}
	ticketOf struct {
		Ticket contract.TicketFor `body:"optional"`
	}
	expireOf struct {
		Session string          `path:"name"`
		Expire  contract.Expire `body:"optional"`
	}
)

// text is an answer in plain text.
type text string

// eventsText is an answer of server-sent events.
type eventsText string

// The operations of the contract.
var (
	getStatus = get[nothing, contract.Status]("/v1/status", "getStatus", "Sum up the daemon, its sessions and its jobs.")

	listJobs    = get[contract.JobQuery, contract.JobList]("/v1/jobs", "listJobs", "List jobs by name.")
	getJob      = get[named, contract.Job]("/v1/jobs/{name}", "getJob", "Show one job.")
	setJob      = put[setOf, contract.JobSet]("/v1/jobs/{name}", "setJob", "Define a job, or change one that the API made.")
	removeJob   = remove[jobOrder, contract.JobRemoved]("/v1/jobs/{name}", "removeJob", "Remove a job that the API made.")
	fromFile    = post[fromFileOf, contract.JobSet]("/v1/jobs/{name}/from-file", "takeJobFromFile", "Let the job file's definition take the place of the API's.")
	runJob      = accept[runOrder, contract.RunAccepted]("/v1/jobs/{name}/run", "runJob", "Ask for a run now, or join the run that waits.")
	backfillJob = accept[backfillOf, contract.BackfillAccepted]("/v1/jobs/{name}/backfill", "backfillJob", "Make runs for slots of the past.")
	pauseJob    = accept[jobOrder, contract.Job]("/v1/jobs/{name}/pause", "pauseJob", "Pause a job: its runs are held and its slots are skipped.")
	resumeJob   = accept[jobOrder, contract.Job]("/v1/jobs/{name}/resume", "resumeJob", "Let a paused job go on.")
	cancelJob   = accept[jobOrder, contract.Job]("/v1/jobs/{name}/cancel", "cancelJob", "End the unfinished runs of a job.")

	listRuns  = get[contract.RunQuery, contract.RunList]("/v1/runs", "listRuns", "List runs, newest first.")
	getRun    = get[ofRun, contract.Run]("/v1/runs/{id}", "getRun", "Show one run.")
	cancelRun = accept[ofRun, contract.Run]("/v1/runs/{id}/cancel", "cancelRun", "Cancel one run; the job's other runs go on.")
	runLogs   = get[logsQuery, text]("/v1/runs/{id}/logs", "runLogs", "The output of a run: of the running attempt, else what is kept of the last one.")

	explainJob = get[contract.ExplainQuery, explain.Explanation]("/v1/explain/{job}", "explainJob", "Say what became of a slot or a run, and why.")

	listSessions  = get[contract.Page, contract.List[contract.Session]]("/v1/sessions", "listSessions", "List sessions by name.")
	getSession    = get[named, contract.Session]("/v1/sessions/{name}", "getSession", "Show one session.")
	loginSession  = post[loginOf, contract.SessionChange]("/v1/sessions/{name}/login", "loginSession", "Give a session a new token.")
	expireSession = post[expireOf, contract.SessionChange]("/v1/sessions/{name}/expire", "expireSession", "Say that the token of a session is no longer accepted.")
	logoutSession = post[named, contract.SessionChange]("/v1/sessions/{name}/logout", "logoutSession", "Make a session forget its token.")

	listNodes  = get[contract.Page, contract.NodeList]("/v1/nodes", "listNodes", "List the nodes of a fleet by name.")
	drainNode  = post[named, contract.Node]("/v1/nodes/{name}/drain", "drainNode", "Let a node get no new attempts.")
	resumeNode = post[named, contract.Node]("/v1/nodes/{name}/resume", "resumeNode", "Let a drained node take jobs again.")

	listTargets = get[contract.Page, contract.List[contract.Target]]("/v1/targets", "listTargets", "List targets by name.")
	testTarget  = post[named, contract.TargetTested]("/v1/targets/{name}/test", "testTarget", "Send a test message to a target.")

	listenEvents = get[contract.EventQuery, eventsText]("/v1/events", "listenEvents", "The records of the journal as server-sent events, as they come.")
	makeTicket   = post[ticketOf, contract.Ticket]("/v1/tickets", "makeTicket", "Make a link that signs a browser in to the dashboard, once.")
	reload       = post[nothing, contract.Reloaded]("/v1/reload", "reload", "Read the job file again, and go on by it.")

	getHealth    = get[nothing, contract.Health]("/healthz", "getHealth", "Say that the process answers.")
	getReadiness = get[nothing, contract.Readiness]("/readyz", "getReadiness", "Say whether the runtime works, and what people should look at.")
)
