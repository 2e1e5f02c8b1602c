package supervisor

import (
	"github.com/asynkron/protoactor-go/actor"

	"curfew/messages"
)

// Unbegun is a start that the log has decided and the last runtime did not perform, because it was stopping.
type Unbegun struct {
	Attempt    messages.AttemptStarted
	Definition *messages.Kept // as it was when the start was decided
}

// performUnbegun performs the starts that belong to this shard. The second lock does not apply to them: it guards
// against a decision that must not be, while a gate may well have closed since these were decided. The door refuses
// such an attempt.
func (h *shard) performUnbegun(c actor.Context, unbegun []Unbegun) {
	for _, u := range unbegun {
		if h.children[u.Attempt.Job] == nil { // the job has been of another type in the meantime
			h.defined(c, u.Definition)
		}
		k := h.childFor(h.children[u.Attempt.Job], u.Attempt.Run)
		k.flight = &Start{Attempt: u.Attempt, Definition: u.Definition, Incarnation: k.incarnation}
		k.parked = true
		h.begin(c, k)
	}
}
