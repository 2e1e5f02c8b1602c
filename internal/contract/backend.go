package contract

import (
	"context"

	"curfew/internal/explain"
	"curfew/messages"
)

// Backend is a runtime as the faces need it; internal/backend has the one that runs. A command returns when it is
// durable and applied, so later reads show it. An error that is an [*Error] refuses, such as [NotFound] for an unknown
// job; any other is a fault of the runtime.
type Backend interface {
	// Status sums up the daemon, its sessions and its jobs.
	Status(ctx context.Context) (Status, error)

	// Jobs lists jobs by name.
	Jobs(ctx context.Context, q JobQuery) (JobList, error)
	Job(ctx context.Context, name string) (Job, error)
	// RunNow asks for a run of the job now.
	RunNow(ctx context.Context, job string) (RunAccepted, error)
	// Backfill makes runs for slots of the past.
	Backfill(ctx context.Context, job string, b Backfill) (BackfillAccepted, error)
	// Pause, Resume and Cancel return the job after the command.
	Pause(ctx context.Context, job string) (Job, error)
	Resume(ctx context.Context, job string) (Job, error)
	Cancel(ctx context.Context, job string) (Job, error)

	// Runs lists runs, newest first.
	Runs(ctx context.Context, q RunQuery) (RunList, error)
	Run(ctx context.Context, id messages.RunID) (Run, error)
	// CancelRun ends one run of a job, and returns it after that.
	CancelRun(ctx context.Context, id messages.RunID) (Run, error)
	// Logs is the output of a run. With follow it goes on until the run is over or ctx ends.
	Logs(ctx context.Context, id messages.RunID, follow bool) (Logs, error)

	// Events are the records of the journal as they come. The caller closes them.
	Events(ctx context.Context, q EventQuery) (Events, error)

	// Explain says what became of a slot or a run of a job.
	Explain(ctx context.Context, q ExplainQuery) (explain.Explanation, error)

	// Sessions lists sessions by name.
	Sessions(ctx context.Context, p Page) (items []Session, next string, err error)
	Session(ctx context.Context, name string) (Session, error)
	Login(ctx context.Context, session string, l Login) (SessionChange, error)
	Expire(ctx context.Context, session string, e Expire) (SessionChange, error)
	Logout(ctx context.Context, session string) (SessionChange, error)

	// Nodes lists nodes by name: those that are there, and those that were lost last.
	Nodes(ctx context.Context, p Page) (NodeList, error)
	// DrainNode lets a node get no new attempts, until ResumeNode lets it take jobs again.
	DrainNode(ctx context.Context, name string) (Node, error)
	ResumeNode(ctx context.Context, name string) (Node, error)

	// Targets lists targets by name.
	Targets(ctx context.Context, p Page) (items []Target, next string, err error)
	// TestTarget sends a test message to a target, and says whether it was accepted.
	TestTarget(ctx context.Context, name string) (TargetTested, error)
	// Undelivered lists the notifications that still apply and that no target has accepted, if one has failed to.
	Undelivered(ctx context.Context) ([]Undelivered, error)

	// SetJob defines a job that belongs to the API, or changes one. A job of the job file is changed there: that is a
	// conflict, which says where.
	SetJob(ctx context.Context, name string, s SetJob) (JobSet, error)
	// RemoveJob removes a job that belongs to the API.
	RemoveJob(ctx context.Context, name string) (JobRemoved, error)
	// TakeFromFile lets the job file's definition take the place of the API's.
	TakeFromFile(ctx context.Context, name string, f FromFile) (JobSet, error)

	// Reload reads the job file again and goes on by it. A file that is not valid changes nothing: it is refused, with the
	// places in it.
	Reload(ctx context.Context) (Reloaded, error)

	// Ready says why the runtime does not work; nil: it works.
	Ready(ctx context.Context) error
	// Notes says what people should look at although the runtime works, one line each.
	Notes(ctx context.Context) ([]string, error)
}
