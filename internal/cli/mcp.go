package cli

import (
	"context"
	"errors"
	"io"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"curfew/internal/api"
	"curfew/internal/build"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/mcp"
	"curfew/messages"
)

func (t *terminal) mcp() *cobra.Command {
	var readOnly bool
	c := &cobra.Command{
		Use: "mcp", Short: "Serve an assistant on standard input and output, by the Model Context Protocol", Args: noArgument,
		Long: "Serve an assistant on standard input and output, by the Model Context Protocol.\n\n" +
			"The assistant starts this command. It asks the daemon of the data folder, which need not run yet.",
	}
	c.Flags().BoolVar(&readOnly, "read-only", false, "offer no tool that changes something")
	c.RunE = func(c *cobra.Command, _ []string) error {
		s := mcp.New(remote{t}, mcp.Options{Version: build.Version(), ReadOnly: readOnly, Log: zap.NewNop(), Now: time.Now})
		err := s.Run(c.Context(), &sdk.IOTransport{Reader: io.NopCloser(t.in), Writer: stay{t.out}})
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
			return nil // the assistant is done
		}
		return err
	}
	return c
}

// stay is standard output, which is not closed.
type stay struct{ io.Writer }

func (stay) Close() error { return nil }

// remote asks the daemon of the data folder. Each question finds it anew: it may be started or restarted meanwhile.
type remote struct{ t *terminal }

var _ mcp.Daemon = remote{}

// question asks one thing and returns the body of the answer.
func question[T any](r remote, ask func(*api.Client) (api.Reply[T], error)) (body T, err error) {
	err = r.t.withDaemon(func(c *api.Client) error {
		reply, err := ask(c)
		body = reply.Body
		return err
	})
	var p *api.Problem
	if errors.As(err, &p) && len(p.Errors) > 0 { // an assistant needs the places, too
		refused := contract.Refused("%s", p.Detail)
		refused.Faults = p.Errors
		return body, refused
	}
	return body, err
}

// questions asks for a page of a list.
func questions[T any](r remote, ask func(*api.Client) (api.Reply[contract.List[T]], error)) (items []T, next string, err error) {
	page, err := question(r, ask)
	if page.Next != nil {
		next = *page.Next
	}
	return page.Items, next, err
}

func (r remote) Jobs(ctx context.Context, q contract.JobQuery) (contract.JobList, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.JobList], error) { return c.Jobs(ctx, q) })
}

func (r remote) Job(ctx context.Context, name string) (contract.Job, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.Job], error) { return c.Job(ctx, name) })
}

func (r remote) SetJob(ctx context.Context, name string, s contract.SetJob) (contract.JobSet, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.JobSet], error) { return c.SetJob(ctx, name, s) })
}

func (r remote) RunNow(ctx context.Context, job string) (contract.RunAccepted, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.RunAccepted], error) { return c.RunNow(ctx, job) })
}

func (r remote) Pause(ctx context.Context, job string) (contract.Job, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.Job], error) { return c.Pause(ctx, job) })
}

func (r remote) Resume(ctx context.Context, job string) (contract.Job, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.Job], error) { return c.Resume(ctx, job) })
}

func (r remote) Cancel(ctx context.Context, job string) (contract.Job, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.Job], error) { return c.Cancel(ctx, job) })
}

func (r remote) Runs(ctx context.Context, q contract.RunQuery) (contract.RunList, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.RunList], error) { return c.Runs(ctx, q) })
}

func (r remote) Run(ctx context.Context, id messages.RunID) (contract.Run, error) {
	return question(r, func(c *api.Client) (api.Reply[contract.Run], error) { return c.Run(ctx, id) })
}

func (r remote) Explain(ctx context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	return question(r, func(c *api.Client) (api.Reply[explain.Explanation], error) { return c.Explain(ctx, q) })
}

func (r remote) Sessions(ctx context.Context, p contract.Page) ([]contract.Session, string, error) {
	return questions(r, func(c *api.Client) (api.Reply[contract.List[contract.Session]], error) { return c.Sessions(ctx, p) })
}
