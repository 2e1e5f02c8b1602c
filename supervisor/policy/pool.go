package policy

import (
	"cmp"
	"maps"
	"slices"

	"curfew/messages"
)

// pool is the nodes that take the jobs of one actor type that ask for the same labels. Which of them a job belongs to
// follows from their names and the job's alone (rendezvous hashing): every replay finds the same, a node that joins takes
// its share from all others, and one that goes gives its share to all others; no other job moves.
type pool struct {
	actor  string
	labels map[string]string
	takers []*node // by name
	closed bool    // no node takes the jobs, though one is to: runs wait
}

// poolKey is what a pool is known by. Labels have no NUL in them.
func poolKey(actor string, labels map[string]string) string {
	if len(labels) == 0 {
		return actor
	}
	key := []byte(actor)
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key = append(append(append(append(key, 0), name...), 0), labels[name]...)
	}
	return string(key)
}

// pool finds the pool of jobs of that type with those labels.
func (m *Machine) pool(actor string, labels map[string]string) *pool {
	key := poolKey(actor, labels)
	p := m.pools[key]
	if p == nil {
		p = &pool{actor: actor, labels: labels}
		m.pools[key] = p
		m.fill(p)
	}
	return p
}

// fill brings a pool up to date with the nodes, and reports whether it was opened or closed.
func (m *Machine) fill(p *pool) (turned bool) {
	var takers []*node // a new list: the old one is what was
	fleet := false
	for _, n := range m.nodes {
		fleet = fleet || !n.parted()
		if n.takes(p.actor, p.labels) {
			takers = append(takers, n)
		}
	}
	slices.SortFunc(takers, func(a, b *node) int { return cmp.Compare(a.Joined.Node, b.Joined.Node) })
	was := p.closed
	p.takers, p.closed = takers, len(takers) == 0 && (fleet || len(p.labels) > 0)
	return p.closed != was
}

// refill brings all pools up to date with the nodes. Jobs of a pool that was opened or closed may start now, or may not
// any more.
func (m *Machine) refill() {
	turned := false
	for _, p := range m.pools {
		if m.fill(p) {
			turned = true
		}
	}
	if !turned {
		return
	}
	for _, j := range m.active {
		m.refresh(j)
		m.touch(j)
	}
}

// countOn counts the attempts in flight on a node; empty: it is none.
func (m *Machine) countOn(node string, n int) {
	if node == "" {
		return
	}
	if m.running[node] += n; m.running[node] == 0 {
		delete(m.running, node)
	}
}

// owner is the name of the node that a job belongs to; empty: there is none.
func owner(takers []*node, job string) string {
	var first *node
	var most uint64
	if len(takers) == 0 {
		return ""
	}
	h := hashOf(job)
	for _, n := range takers {
		if weight := mix(h ^ n.hash); first == nil || weight > most {
			first, most = n, weight
		}
	}
	return first.Joined.Node
}

// shares are the nodes' shares of the jobs before one of them changed.
type shares struct {
	changed string // that node
	takers  map[*pool][]*node
}

// assigned is what has become of the jobs by a change of one node. A job has moved if the node has joined its pool and
// owns it now, or has left the pool and owned it before.
func (m *Machine) assigned(was *shares) messages.JobsAssigned {
	d := messages.JobsAssigned{Nodes: []string{}}
	for _, name := range sorted(m.nodes) {
		if m.nodes[name].open() {
			d.Nodes = append(d.Nodes, name)
		}
	}
	for _, j := range m.numbered {
		if j == nil || !j.shown() {
			continue
		}
		d.Jobs++
		p := j.group.pool
		if p.closed {
			d.Unplaced++
		}
		before := was.takers[p]
		if len(before) == len(p.takers) {
			continue
		}
		with := p.takers
		if len(before) > len(with) {
			with = before
		}
		if owner(with, j.Def.Job) == was.changed {
			d.Moved++
		}
	}
	return d
}

// hashOf is FNV-1a.
func hashOf(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// mix spreads a number over all bits: the finalizer of SplitMix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
