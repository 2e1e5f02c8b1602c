package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/messages"
)

func (t *terminal) jobBackfill() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use: "backfill NAME --from TIME --to TIME", Args: cobra.ExactArgs(1),
		Short: "Take up slots of the past, as the job's catch_up says",
	}
	c.Flags().StringVar(&from, "from", "", "slots from this RFC 3339 time on (needed)")
	c.Flags().StringVar(&to, "to", "", "up to this RFC 3339 time, included (needed)")
	c.RunE = func(c *cobra.Command, args []string) error {
		var in api.Backfill
		for _, f := range []struct {
			name, text string
			into       *messages.Instant
		}{{"from", from, &in.From}, {"to", to, &in.To}} {
			at, err := time.Parse(time.RFC3339Nano, f.text)
			if err != nil {
				return usagef("--%s %q: not an RFC 3339 time, such as 2027-01-15T12:00:00Z", f.name, f.text)
			}
			*f.into = messages.At(at)
		}
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		made, err := client.Backfill(c.Context(), args[0], in)
		if err != nil {
			return err
		}
		return t.answer(made.Raw, func(w io.Writer) error { return showBackfill(w, args[0], made.Body) })
	}
	return c
}

func showBackfill(w io.Writer, job string, b api.BackfillAccepted) error {
	taken, skipped := count(b.Slots, "slot"), count(b.Skipped, "slot")
	switch { // what was not counted belongs to the oldest, which are the first to be skipped
	case b.AtLeast && b.Reason != nil:
		skipped = "at least " + skipped
	case b.AtLeast:
		taken = "at least " + taken
	}
	fmt.Fprintf(w, "job %s: %s taken up\n", job, taken)
	if b.Reason != nil {
		fmt.Fprintf(w, "  %s skipped: %s\n", skipped, *b.Reason)
	}
	for i, id := range b.Runs {
		if i == defaultNext {
			fmt.Fprintf(w, "  and %d more; see `curfew job show %s`\n", len(b.Runs)-i, job)
			break
		}
		fmt.Fprintf(w, "  see `curfew run show %s`\n", id)
	}
	return nil
}
