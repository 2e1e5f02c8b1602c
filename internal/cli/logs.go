package cli

import (
	"context"
	"errors"
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
		shown := t.shown()
		out := io.Writer(shown)
		if t.json() {
			out = t.out
		}
		note := func(text string) {
			if !t.json() {
				fmt.Fprintf(t.told(), "(%s)\n", text)
			}
		}
		ctx, release := t.whileRead(c.Context())
		defer release()
		err = client.Logs(ctx, messages.RunID(args[0]), follow, note, out)
		err = errors.Join(err, shown.Flush())
		if context.Cause(ctx) != nil {
			return nil // whoever followed has seen enough
		}
		return err
	}
	return c
}
