package policy

import (
	"reflect"
	"slices"

	"curfew/messages"
)

// Decisions are what a fact has led to, in their order. Those that nearly all facts lead to are kept as values, beside
// one another by their type: a value that is passed as a [messages.Decision] is an allocation of its own.
type Decisions struct {
	order    []place
	queued   []messages.RunQueued
	held     []messages.RunHeld
	started  []messages.AttemptStarted
	finished []messages.RunFinished
	wakes    []messages.WakeScheduled
	others   []messages.Decision
}

// place says where a decision is.
type place struct {
	kind decisionKind
	at   int32
}

type decisionKind uint8

const (
	otherDecision decisionKind = iota
	runQueued
	runHeldAgain
	attemptStarted
	runFinished
	wakeScheduled
)

func (d *Decisions) reset() {
	clear(d.others)
	d.order, d.queued, d.held, d.started = d.order[:0], d.queued[:0], d.held[:0], d.started[:0]
	d.finished, d.wakes, d.others = d.finished[:0], d.wakes[:0], d.others[:0]
}

// add puts a decision behind the others of its kind, and behind all. It returns where it is, until the next is added.
func add[D any](d *Decisions, kind decisionKind, to *[]D, one D) *D {
	n := len(*to)
	d.order = append(d.order, place{kind, int32(n)})
	*to = append(*to, one)
	return &(*to)[n]
}

// Len is how many there are.
func (d *Decisions) Len() int { return len(d.order) }

// At is the i-th decision.
func (d *Decisions) At(i int) messages.Decision {
	switch p := d.order[i]; p.kind {
	case runQueued:
		return d.queued[p.at]
	case runHeldAgain:
		return d.held[p.at]
	case attemptStarted:
		return d.started[p.at]
	case runFinished:
		return d.finished[p.at]
	case wakeScheduled:
		return d.wakes[p.at]
	default:
		return d.others[p.at]
	}
}

// Started are the attempts among them that begin, in their order, until the machine is called again.
func (d *Decisions) Started() []messages.AttemptStarted { return d.started }

// Is reports whether the i-th decision is the one of a record.
func (d *Decisions) Is(i int, recorded messages.Body) bool {
	p := d.order[i]
	switch r := recorded.(type) {
	case messages.RunQueued:
		if p.kind != runQueued {
			return false
		}
		is := d.queued[p.at]
		if is.After != nil && r.After != nil && *is.After == *r.After {
			is.After = r.After
		}
		return is == r
	case messages.AttemptStarted:
		return p.kind == attemptStarted && d.started[p.at] == r
	case messages.RunFinished:
		return p.kind == runFinished && d.finished[p.at] == r
	case messages.WakeScheduled:
		return p.kind == wakeScheduled && d.wakes[p.at] == r
	default:
		return reflect.DeepEqual(d.At(i), recorded)
	}
}

// All are the decisions as a list of its own; nil: there is none.
func (d *Decisions) All() []messages.Decision { return d.Append(nil) }

// Append appends the decisions to a list.
func (d *Decisions) Append(list []messages.Decision) []messages.Decision {
	list = slices.Grow(list, d.Len())
	for i := range d.order {
		list = append(list, d.At(i))
	}
	return list
}
