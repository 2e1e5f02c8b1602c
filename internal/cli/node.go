package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

func (t *terminal) node() *cobra.Command {
	return t.group("node", "Show the nodes of a fleet, and drain them",
		t.nodeList(), t.nodeDrain())
}

func (t *terminal) nodeList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List nodes, and what runs on each", Args: noArgument}
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return ask(t, func(client *api.Client) (api.Reply[contract.NodeList], error) {
			return client.Nodes(c.Context(), *page)
		}, showNodes)
	}
	return t.watchable(c)
}

func (t *terminal) nodeDrain() *cobra.Command {
	undo := false
	c := one(t, "drain", "Let a node get no new attempts", t.nodeNames,
		func(c *api.Client, ctx context.Context, name string) (api.Reply[contract.Node], error) {
			if undo {
				return c.ResumeNode(ctx, name)
			}
			return c.DrainNode(ctx, name)
		}, showDrained)
	c.Long = "Let a node get no new attempts, such as before it is stopped. What runs there ends by itself, and its jobs go on on\n" +
		"other nodes. A drain lasts until --undo ends it, also when the node is started anew."
	c.Flags().BoolVar(&undo, "undo", false, "let the node take jobs again")
	return c
}

func showNodes(s *sheet.Sheet, list contract.NodeList) {
	if len(list.Items) == 0 {
		s.Line("no nodes: this daemon performs everything by itself")
		return
	}
	rows := make([][]any, len(list.Items))
	for i, n := range list.Items {
		labels := messages.LabelsText(n.Labels)
		if labels == "" {
			labels = "-"
		}
		rows[i] = []any{n.Name, nodeState(n), n.Running, labels, s.When(cmp.Or(n.LostAt, n.Since)), s.When(n.Since), orDash(n.Reason), orDash(n.Version)}
	}
	s.Table([]sheet.Column{
		{Name: "NODE", Cut: 12},
		{Name: "STATE"},
		{Name: "RUNNING"},
		{Name: "LABELS", Cut: 12},
		{Name: "SINCE"},
		{Name: "JOINED", Wide: true},
		{Name: "REASON", Wide: true},
		{Name: "VERSION", Wide: true},
	}, rows)
	more(s, list.Next)
	if !list.AsOf.IsZero() {
		s.Line("%s", words.AsOf(s.Both(list.AsOf)))
	}
}

// nodeState is the state of a node, with its colour.
func nodeState(n contract.Node) sheet.Cell {
	c := sheet.Cell{Text: string(n.State)}
	switch n.State {
	case contract.NodeLost:
		if c.Tone = sheet.Bad; n.Reason != nil && *n.Reason == messages.LossStopped {
			c = sheet.Cell{Text: string(*n.Reason)} // it is not missed
		}
	case contract.NodeDraining:
		c.Tone = sheet.Care
	}
	if n.Answers {
		c.Text += " (this one)"
	}
	return c
}

func showDrained(s *sheet.Sheet, n contract.Node) {
	if n.State == contract.NodeDraining {
		s.Line("node %s gets no new attempts; %d still running there", n.Name, n.Running)
		return
	}
	s.Line("node %s takes jobs", n.Name)
}
