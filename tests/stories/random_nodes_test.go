package stories

import (
	"errors"

	"pgregory.net/rapid"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// node lets a node join, perhaps anew or with other labels, stop, be drained or lost.
func (h *history) node() {
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(h.t, "node")
	n, here := h.nodeNamed(name)
	switch k := rapid.IntRange(0, 4).Draw(h.t, "happens"); {
	case !here || k == 0: // in another process
		h.started++
		n = messages.NodeJoined{Node: name, Incarnation: h.started}
		if rapid.Bool().Draw(h.t, "gpu") {
			n.Labels = map[string]string{"gpu": "true"}
		}
		if rapid.IntRange(0, 3).Draw(h.t, "actors") == 0 {
			n.Actors = []string{"agent", "shell"}
		}
		h.must(h.Publish(n))
	case k == 1:
		h.must(h.Publish(messages.NodeJoined{Node: name, Draining: !n.Draining}))
	case k == 2: // the same process again, which may be about to stop
		n.Stopping = rapid.Bool().Draw(h.t, "stopping")
		h.must(h.Publish(n))
	default:
		flew := h.flewOn(name)
		why := rapid.SampledFrom([]messages.LossReason{messages.LossLapsed, messages.LossAlone}).Draw(h.t, "why")
		h.must(h.Publish(messages.NodeLost{Node: name, Incarnation: n.Incarnation, Reason: why}))
		for _, ref := range flew { // what it says later does not enter
			if err := h.Publish(messages.AttemptSucceeded{AttemptRef: ref, Called: true}); !errors.Is(err, policy.ErrStale) {
				h.t.Fatalf("step %d: the end of attempt %d of %s on a lost node: %v\n%s", h.n, ref.Attempt, ref.Job, err, transcript(h.All()))
			}
		}
	}
}

// flewOn are the attempts in flight on a node.
func (h *history) flewOn(node string) (all []messages.AttemptRef) {
	h.View(func(m *policy.Machine) {
		for _, a := range m.InFlight() {
			if a.Node == node {
				all = append(all, messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt})
			}
		}
	})
	return all
}

// nodeNamed is what is known of a node, and whether it is here.
func (h *history) nodeNamed(name string) (joined messages.NodeJoined, here bool) {
	h.View(func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Node == name {
				joined, here = n.NodeJoined, n.Lost.IsZero()
			}
		}
	})
	return joined, here
}

// mendNodes has a node that takes every job.
func (h *history) mendNodes() {
	h.started++
	h.must(h.Publish(messages.NodeJoined{Node: "a", Incarnation: h.started, Labels: map[string]string{"gpu": "true"}}))
	h.must(h.Publish(messages.NodeJoined{Node: "a"}))
}

// onNodes compares what the machine counts on each node with the attempts in flight.
func (h *history) onNodes(m *policy.Machine) {
	running := map[string]int{}
	for _, a := range m.InFlight() {
		running[a.Node]++
	}
	for _, n := range m.Nodes() {
		if n.Running != running[n.Node] {
			h.t.Fatalf("step %d: %d attempts in flight on node %s, counted %d\n%s", h.n, running[n.Node], n.Node, n.Running, transcript(h.All()))
		}
	}
}
