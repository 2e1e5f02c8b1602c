package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"curfew/messages"
)

func (t *terminal) runLogs() *cobra.Command {
	var follow bool
	c := &cobra.Command{
		Use: "logs ID", Short: "Show what a run has printed, also while it runs", Args: cobra.ExactArgs(1),
	}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the run is over")
	c.RunE = func(c *cobra.Command, args []string) error {
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		out := io.Writer(tame{t.out})
		if t.json() {
			out = t.out
		}
		note := func(text string) {
			if !t.json() {
				fmt.Fprintf(t.err, "(%s)\n", text)
			}
		}
		err = client.Logs(c.Context(), messages.RunID(args[0]), follow, note, out)
		if context.Cause(c.Context()) != nil {
			return nil // whoever followed has seen enough
		}
		return err
	}
	return c
}
