package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"curfew/bus/sleep"
)

// Bounds of --watch.
const (
	defaultWatch = 2 * time.Second
	minWatch     = time.Second
)

// clearScreen moves the cursor to the first column of the first line, and clears the screen from there.
const clearScreen = "\x1b[H\x1b[2J"

// watchable gives a command that shows something a flag with which it shows it again and again, until Ctrl-C. On a
// terminal each time takes the place of the one before.
func (t *terminal) watchable(c *cobra.Command) *cobra.Command {
	var every time.Duration
	c.Flags().DurationVar(&every, "watch", 0, fmt.Sprintf("show it again and again, at this pace; %s if none is given, at least %s", defaultWatch, minWatch))
	c.Flags().Lookup("watch").NoOptDefVal = defaultWatch.String()
	once := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case !c.Flags().Changed("watch"):
			return once(c, args)
		case every < minWatch:
			return usagef("--watch must be at least %s, not %s", minWatch, every)
		}
		ctx, release := t.whileRead(c.Context())
		defer release()
		return t.repeat(ctx, every, func() error { return once(c, args) })
	}
	return c
}

// repeat shows something until ctx ends. Its error is that of show.
func (t *terminal) repeat(ctx context.Context, every time.Duration, show func() error) error {
	for {
		if isTerminal(t.out) && !t.programs() {
			fmt.Fprint(t.out, clearScreen)
		}
		if err := show(); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if sleep.For(ctx, every) != nil {
			return nil
		}
	}
}
