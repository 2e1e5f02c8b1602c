package supervisor

import (
	"github.com/asynkron/protoactor-go/actor"

	"curfew/messages"
)

// A Node says which attempts a runtime performs that is one of several. One goroutine asks it, in the order of the log.
type Node interface {
	// Joined notes that a node has joined, this one or another.
	Joined(messages.NodeJoined)
	// Performs reports whether this runtime is to perform the attempt.
	Performs(messages.AttemptStarted) bool
	// Decides reports whether this runtime decides for all of them.
	Decides() bool
}

// lose is the message that nothing that is in flight counts any more.
type lose struct{}

// Lose tells the attempts in flight to stop and to say nothing, and forgets those that wait for their gate: the other
// nodes take this one for gone, or will soon, and report them.
func (s *Supervisors) Lose() { s.cfg.System.Root.Send(s.root, lose{}) }

// lose gives up every attempt in flight. The next attempt of its job does not wait for it.
func (h *shard) lose(c actor.Context) {
	for _, k := range h.children {
		switch {
		case k.flight == nil:
		case k.parked:
			h.returned(c, k)
		default:
			h.giveUp(c, k, true)
		}
	}
}

// lost notes that somebody has said that the attempt is over, because this node was not to be seen.
func (h *shard) lost(c actor.Context, a messages.AttemptRef) {
	if k := h.inFlight(a); k != nil && !k.parked {
		h.giveUp(c, k, false)
	}
}

// giveUp tells the attempt in flight to stop. The next attempt of its run does not wait for it.
func (h *shard) giveUp(c actor.Context, k *child, mute bool) {
	k.fenced = true
	c.Send(k.pid, &Cancel{Run: k.flight.Attempt.Run, Mute: mute})
}
