package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"curfew/bus/sleep"
	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// retryTail is how long tail waits before it looks for the daemon again.
const retryTail = time.Second

// tailing prints records as they come.
type tailing struct {
	*terminal
	q    contract.EventQuery
	lost bool // it was said that the daemon does not answer
}

func (t *terminal) tail() *cobra.Command {
	var q contract.EventQuery
	var from uint64
	c := &cobra.Command{
		Use: "tail", Short: "Show what happens, as it happens, until Ctrl-C", Args: noArgument,
		Long: "Show what happens, as it happens, until Ctrl-C.\n\n" +
			"Each line is a record of the journal; -o json prints the record itself. A daemon that is restarted is waited for,\n" +
			"and no record is left out.",
		Example: "  curfew tail --job backup\n  curfew tail --type session,run.finished --from 0",
	}
	c.Flags().StringVar(&q.Job, "job", "", "only what is about this job")
	c.Flags().StringVar(&q.Session, "session", "", "only what is about this session")
	c.Flags().StringVar(&q.Type, "type", "", "only these topics and messages, such as session,run.finished")
	c.Flags().Uint64Var(&from, "from", 0, "begin after this record of the journal; 0: at the oldest (default: with what comes)")
	t.complete(c, "job", t.jobNames)
	t.complete(c, "session", t.sessionNames)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if c.Flags().Changed("from") {
			q.After = strconv.FormatUint(from, 10)
		}
		ctx, release := t.whileRead(c.Context())
		defer release()
		tail := &tailing{terminal: t, q: q}
		return tail.run(ctx)
	}
	return c
}

// run prints records until ctx ends. If the daemon goes away after it has answered once, it is waited for.
func (t *tailing) run(ctx context.Context) error {
	for answered := false; ; answered = true {
		err := t.withDaemon(func(c *api.Client) error { return c.Events(ctx, t.q, t.print) })
		var none *api.NoDaemon
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, api.ErrEventsEnded), answered && errors.As(err, &none):
		default:
			return err
		}
		if !t.lost {
			fmt.Fprintln(t.told(), "(the daemon does not answer; waiting for it)")
			t.lost = true
		}
		if sleep.For(ctx, retryTail) != nil {
			return nil
		}
	}
}

// print prints a record; where it was is where the next question begins.
func (t *tailing) print(r messages.Record) error {
	t.lost = false
	t.q.After = strconv.FormatUint(r.Seq, 10)
	if t.programs() {
		return t.encode(r)
	}
	zone, _ := viewerZone()
	about := r.Body.Key()
	if about == "" {
		about = "-"
	}
	to := t.shown()
	_, err := fmt.Fprintf(to, "%s  %s  %s\n", r.At.Time().In(zone).Format("15:04:05"), about, words.Happened(r.Body, zone))
	return errors.Join(err, to.Flush())
}
