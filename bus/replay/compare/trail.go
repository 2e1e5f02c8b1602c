package compare

import (
	"fmt"
	"slices"

	"curfew/messages"
)

// Bounds of the chains of causes.
const (
	maxChain = 8        // links
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

// trail remembers the decisions that later facts answer: the start of an attempt, the order for a timer. So a chain can
// go on before a fact, which has no cause of its own in the journal.
type trail struct {
	attempts map[attempt][]Link
	timers   map[messages.Timer][]Link
}

type attempt struct {
	run    messages.RunID
	number int
}

func newTrail() *trail {
	return &trail{attempts: make(map[attempt][]Link), timers: make(map[messages.Timer][]Link)}
}

// fact is the chain of a fact.
func (t *trail) fact(r messages.Record) []Link {
	if ref, ok := messages.RefOf(r.Body); ok {
		return chain(r, t.attempts[attempt{ref.Run, ref.Attempt}])
	}
	if m, ok := r.Body.(messages.Woke); ok {
		before := t.timers[m.Timer]
		delete(t.timers, m.Timer)
		return chain(r, before)
	}
	return chain(r, nil)
}

// decision is the chain of a decision; fact is the chain of the fact before it. Without one, the chain only names the
// cause.
func (t *trail) decision(r messages.Record, fact []Link) []Link {
	if fact == nil {
		return []Link{link(r), {Seq: r.Cause, Name: "which is not right before it"}}
	}
	return chain(r, fact)
}

// record remembers a decision that a later fact may answer.
func (t *trail) record(r messages.Record, fact []Link) {
	switch m := r.Body.(type) {
	case messages.AttemptStarted:
		if len(t.attempts) >= maxTrail {
			clear(t.attempts)
		}
		delete(t.attempts, attempt{m.Run, m.Attempt - 1})
		t.attempts[attempt{m.Run, m.Attempt}] = chain(r, fact)
	case messages.WakeScheduled:
		if len(t.timers) >= maxTrail {
			clear(t.timers)
		}
		t.timers[m.Timer] = chain(r, fact)
	}
}

func chain(r messages.Record, before []Link) []Link {
	return append([]Link{link(r)}, slices.Clip(before[:min(len(before), maxChain-1)])...)
}
