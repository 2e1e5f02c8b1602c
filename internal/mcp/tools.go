package mcp

import (
	"context"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// tools answers the calls of all tools.
type tools struct {
	d   Daemon
	now func() time.Time
}

// add adds the tools to a server.
func (t tools) add(s *mcp.Server, readOnly bool) {
	look(s, "job_list", "List jobs by name: state, schedule, next slot, whether they fail.", t.jobList)
	look(s, "job_show", "Show one job with its next slots and its newest runs.", t.jobShow)
	look(s, "run_list", "List runs, newest first; of one job, or with one status.", t.runList)
	look(s, "run_show", "Show one run: its attempts with their errors, and the end of its output.", t.runShow)
	look(s, "explain", "Say what became of a slot or a run of a job, and why: the first thing to ask when a job did not run.", t.explain)
	look(s, "schedule_preview", "Show the next slots of a schedule, with what a change of the clock does to them. Nothing is changed.", t.preview)
	look(s, "session_list", "List the sessions that agents depend on: open or closed, since when, why, and how many runs wait.", t.sessionList)
	if readOnly {
		return
	}
	change(s, "job_set", "Make a job, or change one that was made like this. Jobs of the job file are changed there. "+
		"Show the person the next slots and the warnings of the answer.", t.jobSet, false)
	change(s, "job_run", "Run a job now, or let the run that waits go on.", t.jobRun, false)
	change(s, "job_pause", "Pause a job: its runs wait and its slots are skipped.", t.jobPause, false)
	change(s, "job_resume", "Let a paused job go on.", t.jobResume, false)
	change(s, "job_cancel", "End the unfinished runs of a job. What they have done so far stays done.", t.jobCancel, true)
}

// look adds a tool that changes nothing.
func look[In, Out any](s *mcp.Server, name, what string, do func(context.Context, In) (Out, error)) {
	tool(s, name, what, do, &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(bool)})
}

// change adds a tool that changes something; ends says that what it ends cannot be brought back.
func change[In, Out any](s *mcp.Server, name, what string, do func(context.Context, In) (Out, error), ends bool) {
	tool(s, name, what, do, &mcp.ToolAnnotations{DestructiveHint: &ends, OpenWorldHint: new(bool)})
}

func tool[In, Out any](s *mcp.Server, name, what string, do func(context.Context, In) (Out, error), hints *mcp.ToolAnnotations) {
	mcp.AddTool(s, &mcp.Tool{Name: name, Description: what, Annotations: hints},
		func(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, Out, error) {
			out, err := do(ctx, in)
			if err != nil {
				return nil, out, refusal(err)
			}
			return nil, out, nil
		})
}
