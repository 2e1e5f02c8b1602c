package cli

import (
	"context"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
)

// dial finds the daemon: at --url, or else that of the data folder. The caller closes the client.
func (t *terminal) dial() (*api.Client, error) {
	if url := t.remote(); url != "" {
		return t.dialURL(url)
	}
	data, err := t.dataFolder()
	if err != nil {
		return nil, err
	}
	return api.Dial(data)
}

// withDaemon hands a client of the daemon to do, and closes it afterwards.
func (t *terminal) withDaemon(do func(*api.Client) error) error {
	client, err := t.dial()
	if err != nil {
		return err
	}
	defer client.Close()
	return do(client)
}

// ask sends one request to the daemon and prints the answer: show for people, the body as it came for programs.
func ask[T any](t *terminal, request func(*api.Client) (api.Reply[T], error), show func(*sheet.Sheet, T)) error {
	return t.withDaemon(func(c *api.Client) error {
		reply, err := request(c)
		if err != nil {
			return err
		}
		return t.answer(reply.Raw, func(s *sheet.Sheet) { show(s, reply.Body) })
	})
}

// list is a command that prints one page of a list.
func list[T any](t *terminal, short string, request func(*api.Client, context.Context, contract.Page) (api.Reply[contract.List[T]], error), show func(*sheet.Sheet, []T)) *cobra.Command {
	c := &cobra.Command{Use: "list", Short: short, Args: noArgument}
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return ask(t, func(client *api.Client) (api.Reply[contract.List[T]], error) {
			return request(client, c.Context(), *page)
		}, func(s *sheet.Sheet, l contract.List[T]) {
			show(s, l.Items)
			more(s, l.Next)
		})
	}
	return t.watchable(c)
}

// one is a command that sends a request about one job or session by its name.
func one[T any](t *terminal, name, short string, names suggest, request func(*api.Client, context.Context, string) (api.Reply[T], error), show func(*sheet.Sheet, T)) *cobra.Command {
	return &cobra.Command{
		Use: name + " NAME", Short: short, Args: exactlyOne, ValidArgsFunction: t.first(names),
		RunE: func(c *cobra.Command, args []string) error {
			return ask(t, func(client *api.Client) (api.Reply[T], error) { return request(client, c.Context(), args[0]) }, show)
		},
	}
}
