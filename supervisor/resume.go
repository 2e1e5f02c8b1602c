package supervisor

import (
	"github.com/asynkron/protoactor-go/actor"

	"curfew/messages"
)

// Unbegun is a start that the log has decided on and nobody has performed: the last runtime was stopping.
type Unbegun struct {
	Attempt    messages.AttemptStarted
	Definition messages.Definition // as it was when the start was decided
}

// takeUp performs those starts that are this shard's. The second lock does not apply to them: it keeps
// what the log must not say, while a gate that has closed since the decision is nothing unusual. The door
// knows it, and turns them away.
func (h *shard) takeUp(c actor.Context, unbegun []Unbegun) {
	for _, u := range unbegun {
		if u.Definition.Actor != h.kind || !h.mine(u.Attempt.Job) {
			continue
		}
		if h.children[u.Attempt.Job] == nil { // the job has been of another type in the meantime
			h.defined(c, u.Definition)
		}
		k := h.children[u.Attempt.Job]
		k.flight, k.parked, k.at = &Start{Attempt: u.Attempt, Definition: u.Definition, Incarnation: k.incarnation}, true, 0
		h.begin(c, k)
	}
}
