package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"curfew/internal/daemon"
)

// heeded are those of the signals that were not switched off by whoever started this program, as nohup does with
// HUP. They stay off.
func heeded(all ...os.Signal) []os.Signal {
	var on []os.Signal
	for _, s := range all {
		if !signal.Ignored(s) {
			on = append(on, s)
		}
	}
	return on
}

// orders is a context that ends with the first order to stop, by one of those signals or by HUP, and what comes
// behind it. A further HUP is no order to hurry: a terminal that is closed sends several. PIPE ends nothing: that
// nobody reads the log any more is no reason to stop. Until release is called none of them ends the process.
func orders(ctx context.Context, stops []os.Signal) (ordered context.Context, again <-chan struct{}, release func()) {
	const most = 2 // more orders than there are ways to hurry
	ordered, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1+most)
	more := make(chan struct{}, most)
	signal.Notify(signals, append(heeded(syscall.SIGHUP), stops...)...)
	// Nobody reads these, and they are not given back: what is said at the very end must not end it either. To
	// ignore the signal instead would be inherited by every job.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		// The first is counted, and not seen by the context: its parent may have ended by it already.
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
