package backend

import (
	"context"

	"curfew/internal/api"
	"curfew/supervisor/policy"
)

// Ready says why the runtime cannot do its work.
func (b backend) Ready(ctx context.Context) error {
	if err := b.leaving(); err != nil {
		return err
	}
	if text := b.r.Log().Trouble(); text != "" { // a look at the machine would have to wait
		return api.Unavailable("%s", text)
	}
	if n := b.r.Abandoned(); n > 0 {
		return api.Unavailable("%d attempts did not stop when they were told to and still run", n)
	}
	if parked := b.r.Log().Parked(); len(parked) > 0 {
		return api.Unavailable("%d messages are parked: their readers failed too often", len(parked))
	}
	if text := b.r.Trouble(); text != "" {
		return api.Unavailable("%s", text)
	}
	if err := b.r.History().Trouble(); err != nil {
		return historyProblem(err)
	}
	if n, why := b.r.Unnoted(); n > 0 {
		return api.Unavailable("%d running processes are not noted, so that what they leave behind at a crash is not found: %v", n, why)
	}
	return b.r.View(ctx, func(*policy.Machine) {})
}

// stopping refuses what would start something once the runtime has begun to stop; what is read, and what
// holds something back, is answered to the end.
func (b backend) stopping() error {
	if !b.r.Stopping() {
		return nil
	}
	return api.Unavailable("the daemon is stopping and starts nothing more; try again when it has been started again")
}

// leaving says how far a stop has come; nil while there is none.
func (b backend) leaving() error {
	if !b.r.Stopping() {
		return nil
	}
	return api.Unavailable("stopping: %d attempts left", len(b.r.Running()))
}
