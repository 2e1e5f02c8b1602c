package invariant

import (
	"slices"

	"curfew/messages"
)

// nodeBook is a node that is here.
type nodeBook struct {
	messages.NodeJoined
	since uint64 // seq of the fact by which this incarnation joined
}

// joined notes a node, and that what was in flight on an earlier incarnation of it is gone.
func (c *checker) joined(b messages.NodeJoined) {
	old, here := c.nodes[b.Node]
	n := nodeBook{b, c.seq}
	if here && old.Incarnation == b.Incarnation {
		n.since = old.since
	}
	c.nodes[b.Node] = n
	delete(c.away, b.Node)
}

// left notes that a node is gone: for good, or until it comes back.
func (c *checker) left(b messages.NodeLost) {
	if n, here := c.nodes[b.Node]; here && b.Incarnation != 0 && b.Incarnation != n.Incarnation {
		return
	}
	delete(c.nodes, b.Node)
	if c.away[b.Node] = true; b.Reason == messages.LossAlone {
		delete(c.away, b.Node)
	}
}

// takes reports whether a node takes a job, by its labels and actor types.
func (n nodeBook) takes(def messages.Definition) bool {
	for name, value := range def.RunsOn {
		if n.Labels[name] != value {
			return false
		}
	}
	return n.Open() && (n.Actors == nil || slices.Contains(n.Actors, def.Actor))
}

// placed checks that an attempt begins on a node that is here and takes the job; without a fleet, on none.
func (c *checker) placed(b messages.AttemptStarted, def messages.Definition) {
	n, here := c.nodes[b.Node]
	switch {
	case b.Node == "" && len(c.nodes)+len(c.away)+len(def.RunsOn) == 0:
	case b.Node == "":
		c.fail("nodes", "%s starts on no node; there are %d, and it asks for %q", b.Job, len(c.nodes), def.RunsOn)
	case !here:
		c.fail("nodes", "%s starts on node %s, which is not here", b.Job, b.Node)
	case !n.takes(def):
		c.fail("nodes", "%s starts on node %s, which does not take it", b.Job, b.Node)
	}
}

// lost checks that an attempt is said to be lost only if its node is gone, or was started anew after it.
func (c *checker) lost(b messages.AttemptInterrupted) {
	r := c.runs[b.Run]
	if b.Why != messages.InterruptLost || r == nil || !r.inFlight || r.attempt != b.Attempt {
		return
	}
	if n, here := c.nodes[r.node]; r.node == "" || here && n.since < r.begun {
		c.fail("nodes", "an attempt of %s is said to be lost, and node %q is here since before it", b.Job, r.node)
	}
}

// alive checks that nothing ends twice: a run has one attempt in flight, wherever it is. An attempt on a node that is
// gone is in flight until it is said to be lost.
func (c *checker) alive(b messages.AttemptStarted, r *runBook) {
	if r.inFlight {
		c.fail("nodes", "attempt %d of %s starts while attempt %d of the run is in flight", b.Attempt, b.Job, r.attempt)
	}
}
