package backend

import (
	"context"
	"errors"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Nodes lists nodes by name.
func (b backend) Nodes(ctx context.Context, p contract.Page) (items []contract.Node, next string, err error) {
	var all []policy.NodeView
	if err := b.r.View(ctx, func(m *policy.Machine) { all = m.Nodes() }); err != nil {
		return nil, "", err
	}
	byName, names := make(map[string]policy.NodeView, len(all)), make([]string, len(all))
	for i, n := range all {
		byName[n.Node], names[i] = n, n.Node
	}
	part, next := page(listed(names), p)
	for _, name := range part {
		items = append(items, nodeOf(byName[name], b.r.Node()))
	}
	return items, next, nil
}

// DrainNode lets a node get no new attempts.
func (b backend) DrainNode(ctx context.Context, name string) (contract.Node, error) {
	return b.drain(ctx, name, true)
}

// ResumeNode lets a drained node take jobs again.
func (b backend) ResumeNode(ctx context.Context, name string) (contract.Node, error) {
	return b.drain(ctx, name, false)
}

func (b backend) drain(ctx context.Context, name string, drained bool) (out contract.Node, err error) {
	_, err = b.r.Commit(ctx, "", messages.NodeJoined{Node: name, Draining: drained})
	if errors.Is(err, policy.ErrUnknownNode) || errors.Is(err, policy.ErrBadPayload) {
		return out, contract.NotFound("there is no node %q that is here; `curfew node list` lists them", contract.Cut(name))
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
	case n.Draining:
		out.State = contract.NodeDraining
	}
	return out
}
