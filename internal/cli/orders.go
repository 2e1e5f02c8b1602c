package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// orders is a context that ends with the first order to stop (Ctrl-C or TERM), and what comes behind it. Until
// release is called no signal of theirs ends the process by itself.
func orders(ctx context.Context) (ordered context.Context, again <-chan struct{}, release func()) {
	const most = 2 // more orders than there are ways to hurry
	ordered, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1+most)
	more := make(chan struct{}, most)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		// The first is counted, and not seen by the context: its parent may have ended by it already.
		first := true
		for range signals {
			if first {
				first = false
				cancel()
				continue
			}
			select {
			case more <- struct{}{}:
			default:
			}
		}
	}()
	return ordered, more, func() {
		signal.Stop(signals)
		close(signals) // Stop has waited for what was being delivered
		cancel()
	}
}
