package policy

import (
	"cmp"
	"maps"
	"slices"

	"curfew/messages"
)

// node is a place where attempts are performed. It is replaced as a whole, never changed in place: an image shares it.
type node struct {
	Joined messages.NodeJoined `json:"joined"`
	Since  messages.Instant    `json:"since"`                // when it joined
	Seq    uint64              `json:"seq"`                  // the fact by which it did: what was started before it is of another incarnation
	Lost   messages.Instant    `json:"lost,omitzero"`        // when it was lost; null: it is here
	Reason messages.LossReason `json:"loss_reason,omitzero"` // why

	hash uint64 // of its name
}

// maxLostNodes bounds the nodes that are gone and still listed; the newest are.
const maxLostNodes = 64

func (n *node) here() bool { return n.Lost.IsZero() }

// parted reports whether the journal goes on without the node. Jobs wait for one that is lost otherwise: nobody else may
// perform what is decided now.
func (n *node) parted() bool { return n.Reason == messages.LossAlone }

// open reports whether the node takes jobs.
func (n *node) open() bool { return n.here() && n.Joined.Open() }

// takes reports whether the node takes jobs of that type with those labels.
func (n *node) takes(actor string, labels map[string]string) bool {
	if !n.open() || n.Joined.Actors != nil && !slices.Contains(n.Joined.Actors, actor) {
		return false
	}
	for name, value := range labels {
		if has, ok := n.Joined.Labels[name]; !ok || has != value {
			return false
		}
	}
	return true
}

// takesAs reports whether the node takes the same jobs as another one, which may be nil.
func (n *node) takesAs(o *node) bool {
	if o == nil || !n.open() || !o.open() {
		return !n.open() && (o == nil || !o.open())
	}
	return maps.Equal(n.Joined.Labels, o.Joined.Labels) && slices.Equal(n.Joined.Actors, o.Joined.Actors) &&
		(n.Joined.Actors == nil) == (o.Joined.Actors == nil)
}

// losable reports whether the node can be lost for that reason: it is here, or the journal goes on without it.
func (n *node) losable(why messages.LossReason) bool {
	return n.here() || why == messages.LossAlone && !n.parted()
}

func (m *Machine) applyNodeJoined(f messages.NodeJoined) *event {
	old := m.nodes[f.Node]
	n := &node{Joined: f, Since: m.now, Seq: m.seq, hash: hashOf(f.Node)}
	if old != nil && old.here() && old.Joined.Incarnation == f.Incarnation {
		n.Since, n.Seq = old.Since, old.Seq
	}
	m.nodes[f.Node] = n
	return m.applyNode(n, old)
}

func (m *Machine) applyNodeLost(f messages.NodeLost) *event {
	old := m.nodes[f.Node]
	if old == nil || !old.losable(f.Reason) || f.Incarnation != 0 && f.Incarnation != old.Joined.Incarnation {
		return &m.event
	}
	n := *old
	if n.Reason = f.Reason; n.here() {
		n.Lost = m.now
	}
	m.nodes[f.Node] = &n
	ev := m.applyNode(&n, old)
	m.applyForgetNodes()
	return ev
}

// applyNode brings the pools up to date with a node. If it takes other jobs than before, it keeps who took them.
func (m *Machine) applyNode(n, old *node) *event {
	was := make(map[*pool][]*node, len(m.pools))
	for _, p := range m.pools {
		was[p] = p.takers
	}
	m.refill()
	if n.takesAs(old) {
		return &m.event
	}
	m.event.shares = &shares{n.Joined.Node, was}
	return &m.event
}

// applyForgetNodes drops the node that was lost first, if too many are.
func (m *Machine) applyForgetNodes() {
	var lost []string
	for name, n := range m.nodes {
		if !n.here() {
			lost = append(lost, name)
		}
	}
	if len(lost) <= maxLostNodes {
		return
	}
	delete(m.nodes, slices.MinFunc(lost, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.nodes[a].Seq, m.nodes[b].Seq), cmp.Compare(a, b))
	}))
}

// nodesChanged says who takes the jobs from now on, if that has changed.
func (m *Machine) nodesChanged(ev *event) {
	if ev.shares != nil {
		m.emit(m.assigned(ev.shares))
	}
}

// orphan reports whether the attempt in flight was begun on a node that is gone, or of which there is another
// incarnation by now: nobody performs it.
func (m *Machine) orphan(r *run) bool {
	if r.Node == "" {
		return false
	}
	n := m.nodes[r.Node]
	return n == nil || !n.here() || r.StartedBy < n.Seq
}
