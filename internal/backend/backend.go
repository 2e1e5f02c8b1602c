// Package backend gives the answers that every face of a runtime gives, and the status of what it refuses. It asks
// the engine, which knows nothing of it.
package backend

import (
	"context"

	"curfew/actors/system/gate"
	"curfew/internal/api"
	"curfew/internal/engine"
	"curfew/messages"
)

// New is a runtime as its faces see it.
func New(r *engine.Runtime) api.Backend {
	return backend{r: r, explaining: make(chan struct{}, maxExplaining)}
}

// backend answers from the machine, which knows what is, and the run history, which knows what was.
type backend struct {
	r          *engine.Runtime
	explaining chan struct{} // a place for every explanation that is looked for
}

var _ api.Backend = backend{}

// by is who gives the order, for people to read. Whoever has a name that means that nobody did is told apart.
func by(ctx context.Context) string {
	name := api.Caller(ctx)
	if name == messages.ByRefresh || name == gate.ByStoredToken {
		return "user " + name
	}
	return name
}
