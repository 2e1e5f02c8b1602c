package backend

import (
	"curfew/internal/api"
)

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
