package realm

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.uber.org/zap"

	"curfew/bus/nats"
	"curfew/messages"
)

// A Node is what a node shows of itself.
type Node struct {
	Name        string            `json:"name"`        // [a-z0-9][a-z0-9._-]{0,62}
	Incarnation uint64            `json:"incarnation"` // of its process, or of its presence if that was lost meanwhile
	Labels      map[string]string `json:"labels,omitzero"`
	Actors      []string          `json:"actors,omitzero"`  // the actor types that it has; null: all
	Version     string            `json:"version,omitzero"` // of its build
	Rules       int               `json:"rules,omitzero"`   // version of the rules by which it would decide
	Address     string            `json:"address,omitzero"` // of its API, for the others; empty: it is not reached
	Key         []byte            `json:"key,omitzero"`     // secrets are sealed for it with this one
}

// The keys of leases. The name of a node is encoded, as it may have characters that keys may not.
const (
	keyDecider = "decider"
	keyNode    = "node."
)

func keyOf(node string) string { return keyNode + base64.RawURLEncoding.EncodeToString([]byte(node)) }

// joined is the fact that the node is there.
func (n Node) joined() messages.NodeJoined {
	return messages.NodeJoined{
		Node: n.Name, Incarnation: n.Incarnation, Labels: n.Labels, Actors: n.Actors, Version: n.Version, SealKey: n.Key,
	}
}

// Nodes are the nodes that show that they are there, by name.
func (r *Realm) Nodes(ctx context.Context) ([]Node, error) { return present(ctx, r.leases) }

// look is [Realm.Nodes] for decisions: a list without this node, while the others certainly see it, is old. A server that
// stood still answers so, or one that has not heard yet what the others have; by it nodes that work would be lost.
func (r *Realm) look(ctx context.Context) ([]Node, error) {
	incarnation, seen := r.Seen() // before the list is asked for
	there, err := r.Nodes(ctx)
	if err == nil && seen && !lists(there, r.o.Node.Name, incarnation) {
		return nil, errOld
	}
	return there, err
}

var errOld = errors.New("realm: the list of the nodes is old: this one is not in it")

func lists(there []Node, name string, incarnation uint64) bool {
	return slices.ContainsFunc(there, func(n Node) bool { return n.Name == name && n.Incarnation >= incarnation })
}

func present(ctx context.Context, leases *nats.Leases) ([]Node, error) {
	all, err := leases.All(ctx)
	if err != nil {
		return nil, err
	}
	var nodes []Node
	for _, key := range slices.Sorted(maps.Keys(all)) {
		var n Node
		if json.Unmarshal(all[key], &n) == nil && key == keyOf(n.Name) { // else the key is none of a node
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, func(a, b Node) int { return strings.Compare(a.Name, b.Name) })
	return nodes, nil
}

// Decider is the node that holds the lease to decide; empty: none does at the moment.
func (r *Realm) Decider(ctx context.Context) (name string, err error) {
	value, _, err := r.leases.Holder(ctx, keyDecider)
	if err != nil || value == nil {
		return "", err
	}
	var n Node
	if err := json.Unmarshal(value, &n); err != nil {
		return "", fmt.Errorf("realm: who decides cannot be read: %w", err)
	}
	return n.Name, nil
}

// learn logs which other node decides, once for each change.
func (r *Realm) learn(ctx context.Context) {
	name, err := r.Decider(ctx)
	if err != nil || name == "" || name == r.decider {
		return
	}
	r.decider = name
	if name != r.o.Node.Name {
		r.log.Info("realm: another node decides", zap.String("node", name))
	}
}

// Known is a node that the machine takes for present.
type Known struct {
	messages.NodeJoined
	Seq uint64 // of the fact with which its presence began
}

// changes are the facts that lead from the nodes that the machine knows to those that are there. Whoever has come stands
// before whoever has gone, so that there is no moment without any node between them. A loss has the id of the presence
// that it ends: one that comes again, from whichever node decides, ends no later presence.
func changes(known []Known, there []Node) (facts []Change) {
	present := make(map[string]bool, len(there))
	for _, n := range there {
		present[n.Name] = true
		at := slices.IndexFunc(known, func(k Known) bool { return k.Node == n.Name })
		if at < 0 || !same(known[at].NodeJoined, n.joined()) {
			facts = append(facts, Change{Fact: n.joined()})
		}
	}
	for _, k := range known {
		if !present[k.Node] {
			why := messages.LossLapsed
			if k.Stopping { // it has said so
				why = messages.LossStopped
			}
			facts = append(facts, Change{
				ID:   fmt.Sprintf("node-lost-%s-%d", k.Node, k.Seq),
				Fact: messages.NodeLost{Node: k.Node, Incarnation: k.Incarnation, Reason: why},
			})
		}
	}
	return facts
}

// same reports whether a node is still what is known of it. Whether a list is empty or absent is lost on the way. Whether
// it is drained, or stops, is said by facts and not by its presence.
func same(known, there messages.NodeJoined) bool {
	return known.Incarnation == there.Incarnation && known.Version == there.Version &&
		bytes.Equal(known.SealKey, there.SealKey) && maps.Equal(known.Labels, there.Labels) && slices.Equal(known.Actors, there.Actors)
}

// A Change is a fact about the nodes. Its id is empty if a repeat would mean something.
type Change struct {
	ID   string
	Fact messages.Fact
}
