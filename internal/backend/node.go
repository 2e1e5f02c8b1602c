package backend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Nodes lists nodes by name. One that was lost long ago is left out: see [policy.Machine.Listed].
func (b backend) Nodes(ctx context.Context, p contract.Page) (list contract.NodeList, err error) {
	var all []policy.NodeView
	if err := b.view(ctx, func(m *policy.Machine) { all = m.Listed(b.r.Now()) }); err != nil {
		return list, err
	}
	if list.AsOf, err = b.asOf(ctx); err != nil {
		return list, err
	}
	byName, names := make(map[string]policy.NodeView, len(all)), make([]string, len(all))
	for i, n := range all {
		byName[n.Node], names[i] = n, n.Node
	}
	part, next := page(listed(names), p)
	items := make([]contract.Node, len(part))
	for i, name := range part {
		items[i] = nodeOf(byName[name], b.r.Node())
	}
	list.List = contract.ListOf(items, next)
	return list, nil
}

// asOf is the time of the newest record that is known here, if the servers of the fleet are not reached; else zero.
func (b backend) asOf(ctx context.Context) (at messages.Instant, err error) {
	if b.r.Reached() {
		return 0, nil
	}
	err = b.view(ctx, func(m *policy.Machine) { at = m.Latest() })
	return at, err
}

// DrainNode lets a node get no new attempts.
func (b backend) DrainNode(ctx context.Context, name string) (contract.Node, error) {
	return b.drain(ctx, name, true)
}

// ResumeNode lets a drained node take jobs again.
func (b backend) ResumeNode(ctx context.Context, name string) (contract.Node, error) {
	return b.drain(ctx, name, false)
}

// nodeNames are the names of all nodes that are known, of which there are few.
func nodeNames(m *policy.Machine, _ string, _ int) (names []string) {
	for _, n := range m.Nodes() {
		names = append(names, n.Node)
	}
	return names
}

func (b backend) drain(ctx context.Context, name string, drained bool) (out contract.Node, err error) {
	_, err = b.r.Commit(ctx, "", messages.NodeJoined{Node: name, Draining: drained})
	if errors.Is(err, policy.ErrUnknownNode) || errors.Is(err, policy.ErrBadPayload) {
		meant := b.meant(ctx, name, nodeNames)
		return out, contract.NotFound("there is no node %q that is here; %s`curfew node list` lists them", contract.Cut(name), meant)
	}
	if err != nil {
		return out, refusal(err)
	}
	err = b.r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Node == name {
				out = nodeOf(n, b.r.Node())
			}
		}
	})
	return out, carriedOut(err)
}

// nodeOf is the body of a node; self is the name of the one that answers.
func nodeOf(n policy.NodeView, self string) contract.Node {
	out := contract.Node{
		Name: n.Node, State: contract.NodeOpen, Drained: n.Draining, Labels: n.Labels, Actors: n.Actors, Version: contract.OrNull(n.Version),
		Running: n.Running, Since: n.Since, LostAt: n.Lost, Reason: contract.OrNull(n.Reason), Answers: n.Node == self,
	}
	switch {
	case !n.Lost.IsZero():
		out.State = contract.NodeLost
	case !n.Open():
		out.State = contract.NodeDraining
	}
	return out
}

// Bounds of [backend.nodeNotes].
const (
	maxNodeNotes = 5              // lines of each kind
	noteLost     = 24 * time.Hour // how long a node that is lost is mentioned
)

// nodeNotes says which jobs no node takes, which nodes are drained, and which ones nothing was heard from. One that has
// stopped in order is none of these.
func (b backend) nodeNotes(ctx context.Context) (notes []string) {
	var unplaced []policy.Unplaced
	var nodes []policy.NodeView
	if err := b.view(ctx, func(m *policy.Machine) { unplaced, nodes = m.Unplaced(), m.Nodes() }); err != nil {
		return nil
	}
	for _, u := range unplaced[:min(len(unplaced), maxNodeNotes)] {
		notes = append(notes, fmt.Sprintf("%s; jobs that wait for one: %d; `curfew node list`", messages.NoNode(u.Labels, u.Actor), u.Jobs))
	}
	var lost, drained []string
	for _, n := range nodes {
		switch {
		case n.Reason == messages.LossLapsed && b.r.Now().Sub(n.Lost) < noteLost:
			lost = append(lost, fmt.Sprintf("node %s is lost since %v: nothing was heard from it", n.Node, n.Lost))
		case n.Lost.IsZero() && n.Draining:
			drained = append(drained, fmt.Sprintf("node %s is drained; `curfew node drain %s --undo` lets it take jobs again", n.Node, n.Node))
		}
	}
	notes = append(notes, lost[:min(len(lost), maxNodeNotes)]...)
	return append(notes, drained[:min(len(drained), maxNodeNotes)]...)
}
