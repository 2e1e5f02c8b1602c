package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"curfew/internal/daemon"
)

// heeded returns the signals that were not switched off before this program was started, as nohup does with HUP. The
// others stay off.
func heeded(all ...os.Signal) []os.Signal {
	var on []os.Signal
	for _, s := range all {
		if !signal.Ignored(s) {
			on = append(on, s)
		}
	}
	return on
}

// orders is a context that ends with the first order to stop: one of the signals in stops, or HUP. Again gets an
// element for each later order, which asks the daemon to hurry. A later HUP does not count, since a terminal that is
// closed sends several. PIPE is ignored: a log without a reader is no reason to stop. Until release is called, none of
// these signals ends the process.
func orders(ctx context.Context, stops []os.Signal) (ordered context.Context, again <-chan struct{}, release func()) {
	const most = 2 // more orders than there are ways to hurry
	ordered, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1+most)
	more := make(chan struct{}, most)
	signal.Notify(signals, append(heeded(syscall.SIGHUP), stops...)...)
	// Nobody reads from this channel, and it is never stopped, so that the last lines of the log cannot end the process
	// either. signal.Ignore would do the same, but every job would inherit it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		// The first is told by a flag and not by ctx, which its parent may have ended by the same signal already.
		first := true
		for s := range signals {
			if first {
				first = false
				cancel(daemon.Signal(s.(syscall.Signal)))
				continue
			}
			if s == syscall.SIGHUP {
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
		cancel(nil)
	}
}
