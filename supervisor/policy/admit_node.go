package policy

import (
	"errors"
	"fmt"

	"curfew/messages"
	"curfew/messages/text"
)

// ErrUnknownNode means that there is no node of that name.
var ErrUnknownNode = fmt.Errorf("unknown node: %w", ErrRefused)

// admitJoined judges a node that joins. Without an incarnation it is an order about the node that is here: to be drained, or
// to take jobs again; what else is known of the node is filled in. What the node says of itself ends no drain: that lasts
// until somebody ends it, also over a start of the node. A process that stops does so to its end.
func (m *Machine) admitJoined(f messages.NodeJoined) (messages.Fact, error) {
	if !nodeName().MatchString(f.Node) {
		return nil, bad("node", fmt.Sprintf("is %q; a name is %s", f.Node, nodeName()))
	}
	known := m.nodes[f.Node]
	if f.Incarnation == 0 {
		if known == nil || !known.here() {
			return nil, fmt.Errorf("policy: node %q: %w", f.Node, ErrUnknownNode)
		}
		drained := f.Draining
		f = known.Joined
		f.Draining = drained
		return f, nil
	}
	if known != nil && known.Joined.Draining {
		f.Draining = true
	}
	if known != nil && known.Joined.Stopping && known.Joined.Incarnation == f.Incarnation {
		f.Stopping = true
	}
	if known == nil || !known.here() {
		here := 0
		for _, n := range m.nodes {
			if n.here() {
				here++
			}
		}
		if here >= messages.MaxNodes {
			return nil, bad("node", fmt.Sprintf("is one too many; a fleet has at most %d nodes", messages.MaxNodes))
		}
	}
	if n := len(f.Actors); n > messages.MaxNodeActors {
		return nil, bad("actors", fmt.Sprintf("has %d entries; at most %d", n, messages.MaxNodeActors))
	}
	if n := len(f.SealKey); n != 0 && n != messages.NodeKeyBytes {
		return nil, bad("seal_key", fmt.Sprintf("has %d bytes; a key has %d", n, messages.NodeKeyBytes))
	}
	return f, errors.Join(admitLabels("labels", f.Labels), within("version", f.Version, maxVersion))
}

func (m *Machine) admitLost(f messages.NodeLost) error {
	if n := m.nodes[f.Node]; n == nil || !n.losable(f.Reason) {
		return fmt.Errorf("policy: node %q: %w", f.Node, ErrUnknownNode)
	}
	return nil
}

// maxVersion bounds the version that a node says, in bytes.
const maxVersion = 256

// admitLabels refuses labels that could not be told apart, or that are too many.
func admitLabels(field string, labels map[string]string) error {
	if len(labels) > messages.MaxLabels {
		return bad(field, fmt.Sprintf("has %d entries; at most %d", len(labels), messages.MaxLabels))
	}
	for name, value := range labels {
		if !labelName().MatchString(name) || !labelValue().MatchString(value) {
			return bad(field, fmt.Sprintf("has %q: %q; a name is %s, a value is %s", name, value, labelName(), labelValue()))
		}
	}
	return nil
}

var (
	nodeName   = text.Pattern(messages.NodeName)
	labelName  = text.Pattern(messages.LabelName)
	labelValue = text.Pattern(messages.LabelValue)
)

// ErrStale means that a fact is about an attempt that is not in flight any more.
var ErrStale = fmt.Errorf("the attempt is not in flight: %w", ErrRefused)

// inTime refuses what is said of an attempt that is not in flight: it was begun on a node that is gone, was reported as
// interrupted, and another attempt of its run may be on its way. So nobody who reads the log hears of two ends. That an
// abandoned attempt has returned after all does come after its end. Without nodes the one runtime there is reports each
// end once.
func (m *Machine) inTime(f messages.Fact) error {
	if len(m.nodes) == 0 {
		return nil
	}
	ref, ok := messages.RefOf(f)
	if i, late := f.(messages.AttemptInterrupted); !ok || late && i.Why == messages.InterruptLate {
		return nil
	}
	if r := m.run(ref.Job, ref.Run); r == nil || !r.InFlight || r.Attempt != ref.Attempt {
		return fmt.Errorf("policy: attempt %d of run %s of job %q: %w", ref.Attempt, ref.Run, ref.Job, ErrStale)
	}
	return nil
}
