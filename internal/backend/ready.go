package backend

import (
	"context"

	"curfew/internal/contract"
	"curfew/supervisor/policy"
)

// Ready says why the runtime cannot do its work; nil: it can.
func (b backend) Ready(ctx context.Context) error {
	if err := b.leaving(); err != nil {
		return err
	}
	if text := b.r.Log().Trouble(); text != "" { // a read of the machine would have to wait for the log
		return contract.Unavailable("%s", text)
	}
	if n := b.r.Abandoned(); n > 0 {
		return contract.Unavailable("%d attempts did not stop when they were told to and still run", n)
	}
	if parked := b.r.Log().Parked(); len(parked) > 0 {
		return contract.Unavailable("%d messages are parked: their readers failed too often", len(parked))
	}
	if text := b.r.Trouble(); text != "" {
		return contract.Unavailable("%s", text)
	}
	if err := b.r.History().Trouble(); err != nil {
		return historyProblem(err)
	}
	if n, why := b.r.Unnoted(); n > 0 {
		return contract.Unavailable("%d running processes are not noted, so that a crash would leave them behind: %v", n, why)
	}
	return b.view(ctx, func(*policy.Machine) {})
}

// stopping refuses a request that would start something while the runtime stops. Reads, and orders that hold
// something back, are answered to the end.
func (b backend) stopping() error {
	if !b.r.Stopping() {
		return nil
	}
	return contract.Unavailable("the daemon is stopping and starts nothing more; ask again when it has been started again")
}

// leaving says how far a stop has come; nil: the runtime is not stopping.
func (b backend) leaving() error {
	if !b.r.Stopping() {
		return nil
	}
	return contract.Unavailable("stopping: %d attempts left", len(b.r.Running()))
}
