package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

// fixed suggests words that are always the same.
func fixed[T ~string](words []T) suggest {
	return func(context.Context) []string {
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = string(w)
		}
		return out
	}
}

// listed is what the daemon lists, item by item; false: it did not answer.
func listed[T, S any](t *terminal, request func(*api.Client) (api.Reply[contract.List[T]], error), each func(T) S) (out []S, ok bool) {
	err := t.withDaemon(func(c *api.Client) error {
		list, err := request(c)
		for _, item := range list.Body.Items {
			out = append(out, each(item))
		}
		return err
	})
	return out, err == nil
}

func (t *terminal) jobNames(ctx context.Context) []string {
	names, ok := listed(t, func(c *api.Client) (api.Reply[contract.List[contract.Job]], error) {
		r, err := c.Jobs(ctx, contract.JobQuery{Page: contract.Page{Limit: maxCompletions}})
		return api.Reply[contract.List[contract.Job]]{Body: r.Body.List}, err
	}, func(j contract.Job) string { return described(j.Name, string(j.State), j.ScheduleText) })
	if !ok {
		return t.stopped(ctx).Jobs
	}
	return names
}

func (t *terminal) sessionNames(ctx context.Context) []string {
	names, ok := listed(t, func(c *api.Client) (api.Reply[contract.List[contract.Session]], error) {
		return c.Sessions(ctx, contract.Page{Limit: maxCompletions})
	}, func(s contract.Session) string { return described(s.Name, string(s.State)) })
	if !ok {
		return t.stopped(ctx).Sessions
	}
	return names
}

// targetNames suggests targets. They are defined in the job file, and only the daemon has read it.
func (t *terminal) targetNames(ctx context.Context) []string {
	names, _ := listed(t, func(c *api.Client) (api.Reply[contract.List[contract.Target]], error) {
		return c.Targets(ctx, contract.Page{Limit: maxCompletions})
	}, func(g contract.Target) string { return described(g.Name, g.Kind, g.State) })
	return names
}

// nodeNames suggests nodes that are there.
func (t *terminal) nodeNames(ctx context.Context) []string {
	names, _ := listed(t, func(c *api.Client) (api.Reply[contract.List[contract.Node]], error) {
		r, err := c.Nodes(ctx, contract.Page{Limit: maxCompletions})
		return api.Reply[contract.List[contract.Node]]{Body: r.Body.List}, err
	}, func(n contract.Node) string { return described(n.Name, string(n.State), messages.LabelsText(n.Labels)) })
	return names
}

// runIDs suggests the newest runs.
func (t *terminal) runIDs(ctx context.Context) []string {
	runs, ok := listed(t, func(c *api.Client) (api.Reply[contract.List[contract.Run]], error) {
		r, err := c.Runs(ctx, contract.RunQuery{Page: contract.Page{Limit: contract.DefaultLimit}})
		return api.Reply[contract.List[contract.Run]]{Body: r.Body.List}, err
	}, func(r contract.Run) contract.NamedRun {
		return contract.NamedRun{ID: r.ID, Job: r.Job, Status: r.Status, At: max(r.StartedAt, r.Slot)}
	})
	if !ok {
		runs = t.stopped(ctx).Runs
	}
	s := &sheet.Sheet{Now: time.Now()}
	out := make([]string, len(runs))
	for i, r := range runs {
		out[i] = described(string(r.ID), r.Job, string(r.Status), s.When(r.At))
	}
	return out
}

// stopped is what is known of a data folder that no daemon serves. What cannot be read suggests nothing.
func (t *terminal) stopped(ctx context.Context) contract.Names {
	data, err := t.dataFolder()
	if err != nil || t.app.Known == nil {
		return contract.Names{}
	}
	known, err := t.app.Known(ctx, data)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return contract.Names{}
	}
	return known
}

// described is a suggestion with the description that shells show beside it.
func described(name string, about ...string) string {
	var parts []string
	for _, a := range about {
		if a != "" && a != "-" {
			parts = append(parts, a)
		}
	}
	return name + "\t" + strings.Join(parts, ", ")
}
