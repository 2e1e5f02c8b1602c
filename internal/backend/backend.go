// Package backend has the answers that all faces of a runtime give, in the types of internal/contract. It asks the
// engine; the engine does not know it.
package backend

import (
	"context"
	"sync"

	"curfew/actors/system/gate"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
)

// New answers from a runtime.
func New(r *engine.Runtime) contract.Answers {
	return backend{r: r, explaining: make(chan struct{}, maxExplaining), defining: new(sync.Mutex), all: newCatalogue()}
}

// backend answers from the machine, which knows the present, and from the run history, which knows the past.
type backend struct {
	r          *engine.Runtime
	explaining chan struct{} // has an element for each explanation that is being looked for
	all        *catalogue
	defining   *sync.Mutex // who changes a definition, or looks at one before an order, holds it until the order is in
}

var _ contract.Answers = backend{}

// caller names the person or program that gives an order. A name that Curfew uses for its own acts gets a prefix.
func caller(ctx context.Context) string {
	name := contract.Caller(ctx)
	if name == messages.ByRefresh || name == gate.ByStoredToken {
		return "user " + name
	}
	return name
}
