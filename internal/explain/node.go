package explain

import (
	"slices"

	"curfew/messages"
)

// nodeFact notes a node that joined, was drained or was lost. A run that waits and that no node takes from then on, or
// that one takes again, has it in its chain.
func (e *Explainer) nodeFact(r messages.Record) {
	was := e.unplaced()
	switch f := r.Body.(type) {
	case messages.NodeJoined:
		if e.nodes == nil {
			e.nodes, e.away = make(map[string]messages.NodeJoined), make(map[string]bool)
		}
		e.nodes[f.Node] = f
		delete(e.away, f.Node)
	case messages.NodeLost:
		switch n, here := e.nodes[f.Node]; {
		case here && f.Incarnation != 0 && f.Incarnation != n.Incarnation: // it is another process by now
		case f.Reason == messages.LossAlone:
			delete(e.nodes, f.Node)
			delete(e.away, f.Node)
		case here:
			delete(e.nodes, f.Node)
			e.away[f.Node] = true
		}
	}
	if e.unplaced() == was {
		return
	}
	for _, run := range e.runs {
		if run.waits() {
			run.add(r)
		}
	}
}

// unplaced reports whether no node takes the job as it is now, though one is to.
func (e *Explainer) unplaced() bool {
	d := e.job.newest()
	if d == nil {
		return false
	}
	for _, n := range e.nodes {
		if takes(n, d) {
			return false
		}
	}
	return len(d.RunsOn)+len(e.nodes)+len(e.away) > 0
}

// takes reports whether a node takes a job.
func takes(n messages.NodeJoined, d *messages.Kept) bool {
	for name, value := range d.RunsOn {
		if has, ok := n.Labels[name]; !ok || has != value {
			return false
		}
	}
	return n.Open() && (n.Actors == nil || slices.Contains(n.Actors, d.Actor))
}

// noNode says what keeps a job from every node.
func noNode(d messages.Definition) string { return messages.NoNode(d.RunsOn, d.Actor) }

// node says what a fact about a node means.
func (t *teller) node(b messages.Body) string {
	switch f := b.(type) {
	case messages.NodeJoined:
		text := "node " + f.Node + " takes jobs"
		switch {
		case f.Stopping:
			text = "node " + f.Node + " stops, and takes no more jobs"
		case f.Draining:
			text = "node " + f.Node + " is drained"
		}
		if len(f.Labels) > 0 {
			text += "; it has " + messages.LabelsText(f.Labels)
		}
		return text
	case messages.NodeLost:
		return "node " + f.Node + " " + plain(f.Reason.Text(), maxQuote)
	}
	return ""
}
