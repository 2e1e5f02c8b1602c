package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"curfew/bus/sleep"
)

// watchEvery is how often a command that waits for a run asks for it.
const watchEvery = 200 * time.Millisecond

// waitFlags are the arguments of a command that can wait for what it began.
type waitFlags struct {
	wait    bool
	timeout time.Duration // 0: it waits as long as it takes
}

// register adds the flags to a command; what says what is waited for, and what the exit code tells then.
func (f *waitFlags) register(c *cobra.Command, what string) {
	c.Flags().BoolVar(&f.wait, "wait", false, what)
	c.Flags().DurationVar(&f.timeout, "timeout", 0, "end --wait after this time, such as 10m, with exit code 1; the run goes on (default: no limit)")
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		switch {
		case !c.Flags().Changed("timeout"):
		case !f.wait:
			return usagef("--timeout is how long --wait waits; give both, or neither")
		case f.timeout <= 0:
			return usagef("--timeout must be more than 0, not %s", f.timeout)
		}
		return check(c, args)
	}
}

// waiting is a context for the wait, which ends also when its time is over, or nobody reads the output any more. The
// caller calls release in any case.
func (t *terminal) waiting(ctx context.Context, f waitFlags) (wait context.Context, release func()) {
	read, unread := t.whileRead(ctx)
	if f.timeout == 0 {
		return read, unread
	}
	wait, cancel := context.WithTimeoutCause(read, f.timeout, fmt.Errorf("--timeout %s is over", f.timeout))
	return wait, func() { cancel(); unread() }
}

// until asks every so often until done says so. The error of a wait that ends before names what was waited for.
func until(ctx context.Context, what string, done func() (bool, error)) error {
	for {
		over, err := done()
		if err == nil && !over {
			err = sleep.For(ctx, watchEvery)
		}
		switch {
		case ctx.Err() != nil && err != nil:
			return fmt.Errorf("no longer waiting for %s, which goes on: %w", what, context.Cause(ctx))
		case err != nil || over:
			return err
		}
	}
}
