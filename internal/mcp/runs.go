package mcp

import (
	"context"
	"slices"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

type runListIn struct {
	Job    string          `json:"job,omitempty" jsonschema:"only runs of this job"`
	Status messages.Status `json:"status,omitempty" jsonschema:"only runs with this status: queued, running, backing_off, held, succeeded, failed, cancelled, skipped or stale"`
	Limit  int             `json:"limit,omitempty" jsonschema:"how many runs at most, 1 to 100; 20 by default"`
	After  string          `json:"after,omitempty" jsonschema:"next of the answer before, for the rest of the list"`
}

type runListOut struct {
	Runs          []runBrief `json:"runs"`
	Truncated     bool       `json:"truncated" jsonschema:"there are older runs"`
	Next          string     `json:"next,omitempty" jsonschema:"ask for the rest with this as after"`
	HistoryBehind uint64     `json:"history_behind,omitempty" jsonschema:"how many records the run history has yet to take in: what happened since is missing from the list; ask again in a moment"`
}

// runBrief is a run in a few words.
type runBrief struct {
	ID         messages.RunID  `json:"id"`
	Job        string          `json:"job"`
	Slot       string          `json:"slot,omitempty"`
	Missed     int             `json:"missed,omitempty" jsonschema:"how many slots it stands for besides its own"`
	Status     messages.Status `json:"status"`
	Reason     string          `json:"reason,omitempty"`
	Holds      []messages.Hold `json:"holds,omitempty"`
	Attempts   int             `json:"attempts"`
	StartedAt  string          `json:"started_at,omitempty"`
	FinishedAt string          `json:"finished_at,omitempty"`
	Error      string          `json:"error,omitempty" jsonschema:"of the newest attempt"`
}

func (t tools) runList(ctx context.Context, in runListIn) (out runListOut, err error) {
	p, err := page(in.Limit)
	if err != nil {
		return out, err
	}
	if in.Status != "" && !slices.Contains(contract.Statuses, in.Status) {
		return out, contract.Malformed("status %q is not a valid status; use one of %v", in.Status, contract.Statuses)
	}
	p.After = in.After
	list, err := t.d.Runs(ctx, contract.RunQuery{Job: in.Job, Status: in.Status, Page: p})
	return runListOut{
		Runs: briefs(list.Items), Truncated: list.Next != nil, Next: text(list.Next), HistoryBehind: number(list.HistoryBehind),
	}, err
}

func briefs(runs []contract.Run) []runBrief {
	out := []runBrief{}
	for _, r := range runs {
		out = append(out, briefRun(r))
	}
	return out
}

func briefRun(r contract.Run) runBrief {
	out := runBrief{
		ID: r.ID, Job: r.Job, Slot: when(r.Slot), Missed: r.Missed, Status: r.Status, Holds: r.Holds, Attempts: len(r.Attempts),
		StartedAt: when(r.StartedAt), FinishedAt: when(r.FinishedAt),
	}
	out.Reason = text(r.Reason)
	if n := len(r.Attempts); n > 0 {
		out.Error = text(r.Attempts[n-1].Error)
	}
	return out
}

type runID struct {
	ID messages.RunID `json:"id" jsonschema:"id of the run"`
}

type runShowOut struct {
	Run       runBrief  `json:"run"`
	Tries     []attempt `json:"tries"`
	Output    string    `json:"output" jsonschema:"the end of it"`
	Truncated bool      `json:"truncated" jsonschema:"the output is longer"`
}

type attempt struct {
	Number    int             `json:"number"`
	StartedAt string          `json:"started_at,omitempty"`
	Class     string          `json:"class,omitempty" jsonschema:"class of the failure; none: it succeeded, or still runs"`
	Error     string          `json:"error,omitempty"`
	Usage     *messages.Usage `json:"usage,omitempty"`
}

func (t tools) runShow(ctx context.Context, in runID) (out runShowOut, err error) {
	r, err := t.d.Run(ctx, in.ID)
	if err != nil {
		return out, err
	}
	out = runShowOut{Run: briefRun(r), Tries: []attempt{}}
	for _, a := range r.Attempts {
		out.Tries = append(out.Tries, attempt{
			Number: a.Number, StartedAt: when(a.StartedAt), Class: text(a.Class), Error: text(a.Error), Usage: a.Usage,
		})
	}
	if r.Output != nil {
		out.Output, out.Truncated = text(r.Output), len(*r.Output) > maxText
	}
	return out, nil
}

type explainIn struct {
	Job string         `json:"job" jsonschema:"name of the job"`
	At  string         `json:"at,omitempty" jsonschema:"a slot: RFC 3339, or 07:00, today 07:00, 2027-01-15 07:00 in the zone of the job; by default the newest"`
	Run messages.RunID `json:"run,omitempty" jsonschema:"a run instead of a slot"`
}

type explainOut struct {
	Verdict   string   `json:"verdict" jsonschema:"what happened, in one sentence"`
	Now       string   `json:"now,omitempty" jsonschema:"why nothing of the job would run now, and what to do about it"`
	AsOf      string   `json:"as_of,omitempty" jsonschema:"this node of a fleet does not reach its servers, and knows nothing that happened after this time"`
	Chain     []string `json:"chain" jsonschema:"what led to it, oldest first"`
	Truncated bool     `json:"truncated" jsonschema:"records are left out, such as earlier foldings"`
	Run       string   `json:"run,omitempty"`
	Status    string   `json:"status,omitempty"`
}

// maxChain is how many links of a chain are told: the first, and the newest.
const maxChain = 30

func (t tools) explain(ctx context.Context, in explainIn) (out explainOut, err error) {
	q := contract.ExplainQuery{Job: in.Job, Run: in.Run}
	if in.At != "" {
		if q.At, err = explain.ParseWhen(in.At); err != nil {
			return out, contract.Malformed("at: %v", err)
		}
	}
	if in.At != "" && in.Run != "" {
		return out, contract.Malformed("use either at or run, not both")
	}
	got, err := t.d.Explain(ctx, q)
	if err != nil {
		return out, err
	}
	out = explainOut{Verdict: got.Verdict, Now: got.Now, Chain: []string{}, Truncated: got.Omitted > 0}
	if !got.AsOf.IsZero() {
		out.AsOf = got.AsOf.String()
	}
	for i, link := range got.Chain {
		if i > 0 && i <= len(got.Chain)-maxChain {
			out.Truncated = true
			continue
		}
		out.Chain = append(out.Chain, when(link.At)+" "+link.Text)
	}
	out.Run, out.Status = text(got.Run), text(got.Status)
	return out, nil
}
