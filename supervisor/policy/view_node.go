package policy

import (
	"slices"
	"strconv"
	"time"

	"curfew/messages"
)

// NodeView is a node as people see it.
type NodeView struct {
	messages.NodeJoined                     // it must not be changed
	Since               messages.Instant    // when it joined
	Seq                 uint64              // the fact by which it did; another one after each loss
	Lost                messages.Instant    // when it was lost; zero: it is here
	Reason              messages.LossReason // why it was lost
	Running             int                 // attempts in flight there
}

// Nodes lists the nodes, by name: those that are here, and the 64 that were lost last, however long ago. It takes as long as there are nodes.
func (m *Machine) Nodes() (out []NodeView) {
	for _, name := range sorted(m.nodes) {
		n := m.nodes[name]
		out = append(out, NodeView{NodeJoined: n.Joined, Since: n.Since, Seq: n.Seq, Lost: n.Lost, Reason: n.Reason, Running: m.running[name]})
	}
	return out
}

// ListLost is how long a node that is lost is listed for people.
const ListLost = 72 * time.Hour

// Listed are the nodes that people should see at an instant: not those that were lost more than [ListLost] before and had
// nothing left in flight. While no node is here all of them are: jobs wait for one of them.
func (m *Machine) Listed(now messages.Instant) []NodeView {
	all := m.Nodes()
	if !slices.ContainsFunc(all, func(n NodeView) bool { return n.Lost.IsZero() }) {
		return all
	}
	return slices.DeleteFunc(all, func(n NodeView) bool { return !n.Lost.IsZero() && n.Running == 0 && now.Sub(n.Lost) > ListLost })
}

// Orphan is an attempt in flight that nobody performs any more: its node is gone, or has been started anew.
type Orphan struct {
	Attempt messages.AttemptStarted
	Cause   uint64 // seq of the fact from which its start followed
}

// Orphans lists them by job and age of their runs. Whoever decides reports each of them as interrupted.
func (m *Machine) Orphans() (out []Orphan) {
	for _, j := range m.withRuns() {
		for r := range j.inFlight() {
			if m.orphan(r) {
				out = append(out, Orphan{r.started(), r.StartedBy})
			}
		}
	}
	return out
}

// Interruption is what is to be reported of it, and the id of that fact: the same for everybody who reports it.
func (o Orphan) Interruption() (id string, f messages.AttemptInterrupted) {
	a := o.Attempt
	f = messages.AttemptInterrupted{
		AttemptRef: messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt}, Why: messages.InterruptLost, Called: true,
	}
	return messages.FactID(f.Name(), string(a.Run), strconv.Itoa(a.Attempt), a.Node, strconv.FormatUint(o.Cause, 10)), f
}

// Unplaced is jobs that no node takes, and what they ask for.
type Unplaced struct {
	Actor  string
	Labels map[string]string // it must not be changed
	Jobs   int
}

// Unplaced lists them by actor type and labels. It takes as long as there are kinds of jobs: actor types, sessions, labels.
func (m *Machine) Unplaced() (out []Unplaced) {
	jobs := make(map[*pool]int)
	for _, groups := range m.groups {
		for _, g := range groups {
			if g.pool.closed {
				jobs[g.pool] += g.jobs.count
			}
		}
	}
	for _, key := range sorted(m.pools) {
		if p := m.pools[key]; jobs[p] > 0 {
			out = append(out, Unplaced{Actor: p.actor, Labels: p.labels, Jobs: jobs[p]})
		}
	}
	return out
}
