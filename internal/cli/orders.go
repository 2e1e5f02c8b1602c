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

// signalled is what the signals to a daemon ask for. Until release is called, none of them ends the process.
type signalled struct {
	ctx     context.Context // ends with the first order to stop
	again   <-chan struct{} // has an element for each later order, which asks the daemon to hurry
	reload  <-chan struct{} // has an element when the job file is to be read again
	release func()
}

// orders hears the signals to a daemon: those in stops, and HUP. HUP lets the job file be read again; but if it comes
// because the terminal that the daemon was started in is closed, it is an order to stop. A later one of those does not
// count, since a terminal that is closed sends several. PIPE is ignored: a log without a reader is no reason to stop.
func orders(ctx context.Context, stops []os.Signal, hasTerminal func() bool) signalled {
	const most = 2 // more orders than there are ways to hurry
	ordered, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1+most)
	more, again := make(chan struct{}, most), make(chan struct{}, 1)
	signal.Notify(signals, append(heeded(syscall.SIGHUP), stops...)...)
	// Nobody reads from this channel, and it is never stopped, so that the last lines of the log cannot end the process
	// either. signal.Ignore would do the same, but every job would inherit it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	inTerminal := hasTerminal()
	go func() {
		// The first is told by a flag and not by ctx, which its parent may have ended by the same signal already.
		first := true
		for s := range signals {
			hangUp := s == syscall.SIGHUP
			switch {
			case hangUp && !(inTerminal && !hasTerminal()):
				offer(again)
			case first:
				first = false
				cancel(daemon.Signal(s.(syscall.Signal)))
			case !hangUp:
				offer(more)
			}
		}
	}()
	return signalled{ctx: ordered, again: more, reload: again, release: func() {
		signal.Stop(signals)
		close(signals) // Stop has waited for what was being delivered
		cancel(nil)
	}}
}

// offer puts an element into a channel, unless that is full.
func offer(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
