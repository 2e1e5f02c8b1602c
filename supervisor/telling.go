package supervisor

import "curfew/messages"

// telling is which node of a fleet logs how a run has ended: the one that had its newest attempt; of a run that nobody has
// begun, or whose node was lost, the one that decides. It has an entry for each unfinished run that it has seen begin.
type telling map[messages.RunID]bool // whether the newest attempt is this node's

// note takes in what an attempt says about its run.
func (t telling) note(b messages.Body, here bool) {
	switch m := b.(type) {
	case messages.AttemptStarted:
		t[m.Run] = here
	case messages.AttemptInterrupted:
		if m.Why == messages.InterruptLost {
			delete(t, m.Run)
		}
	}
}

// ours reports whether this node logs how the run has ended, and forgets the run.
func (t telling) ours(run messages.RunID, n Node) bool {
	here, begun := t[run]
	delete(t, run)
	return here || !begun && n.Decides()
}
