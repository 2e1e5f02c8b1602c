package compare

import (
	"fmt"
	"slices"

	"curfew/messages"
)

// Bounds of the chains of causes.
const (
	maxChain = 8        // links that are shown
	maxNodes = 64       // links that are kept
	maxTrail = 64 << 10 // attempts and timers that are remembered
)

// Link is one record in a chain of causes.
type Link struct {
	Seq  uint64
	At   messages.Instant
	Name string
	Key  string
}

// String is the link in one line.
func (l Link) String() string { return fmt.Sprintf("%d %s %s %s", l.Seq, l.At, l.Name, l.Key) }

func link(r messages.Record) Link {
	return Link{Seq: r.Seq, At: r.At, Name: r.Body.Name(), Key: r.Body.Key()}
}

// node is a link with the one that it follows from.
type node struct {
	Link
	before *node // nil: none
	length int   // of the chain
}

// under is the chain of a record whose cause has that chain. What is too long to be shown is let go of now and then, so
// that a timer that has followed from its like for months does not keep them all.
func under(r messages.Record, before *node) *node {
	n := &node{Link: link(r), before: before, length: 1}
	if before != nil {
		n.length += before.length
	}
	if n.length > maxNodes {
		n = chained(n.links())
	}
	return n
}

// chained is a chain of these links, the latest first.
func chained(links []Link) (n *node) {
	for i, l := range slices.Backward(links) {
		n = &node{Link: l, before: n, length: len(links) - i}
	}
	return n
}

// links is what is shown of a chain, the latest first.
func (n *node) links() (shown []Link) {
	for ; n != nil && len(shown) < maxChain; n = n.before {
		shown = append(shown, n.Link)
	}
	return shown
}

// trail remembers the decisions that later facts answer: the start of an attempt, the order for a timer. So a chain can
// go on before a fact, which has no cause of its own in the journal.
type trail struct {
	attempts map[attempt]*node
	timers   map[messages.Timer]*node
}

type attempt struct {
	run    messages.RunID
	number int
}

func newTrail() *trail {
	return &trail{attempts: make(map[attempt]*node), timers: make(map[messages.Timer]*node)}
}

// fact is the chain of a fact.
func (t *trail) fact(r messages.Record) *node {
	if ref, ok := messages.RefOf(r.Body); ok {
		return under(r, t.attempts[attempt{ref.Run, ref.Attempt}])
	}
	if m, ok := r.Body.(messages.Woke); ok {
		before := t.timers[m.Timer]
		delete(t.timers, m.Timer)
		return under(r, before)
	}
	return under(r, nil)
}

// decision is the chain of a decision; fact is the chain of the fact before it. Without one, the chain only names the
// cause.
func (t *trail) decision(r messages.Record, fact *node) []Link {
	if fact == nil {
		return []Link{link(r), {Seq: r.Cause, Name: "which is not right before it"}}
	}
	return under(r, fact).links()
}

// record remembers a decision that a later fact may answer.
func (t *trail) record(r messages.Record, fact *node) {
	switch m := r.Body.(type) {
	case messages.AttemptStarted:
		if len(t.attempts) >= maxTrail {
			clear(t.attempts)
		}
		delete(t.attempts, attempt{m.Run, m.Attempt - 1})
		t.attempts[attempt{m.Run, m.Attempt}] = under(r, fact)
	case messages.WakeScheduled:
		if len(t.timers) >= maxTrail {
			clear(t.timers)
		}
		t.timers[m.Timer] = under(r, fact)
	}
}
