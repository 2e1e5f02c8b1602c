package explain

import (
	"cmp"
	"slices"

	"curfew/messages"
)

// Post is a book of deliveries. It takes in records, in order.
type Post struct {
	letters map[string]*letter // by the id of the decision
	order   []string
	notify  []string // targets of notifications, besides the log
}

// letter is one decision to tell something.
type letter struct {
	id, kind string
	at       messages.Instant
	again    string              // the notification that it repeats
	to       []string            // in the order in which they are known
	answers  map[string]answered // by target
}

type answered struct {
	messages.DeliveryFinished
	at messages.Instant
}

// The kinds of what is no delivery of a run.
const (
	kindNotification = "notification"
	kindReport       = "error_report"
)

// maxLetters bounds the decisions that are remembered, the newest.
const maxLetters = 4096

// Add takes in a record. One that tells nobody anything only matters if it configures the runtime.
func (p *Post) Add(r messages.Record) {
	switch b := r.Body.(type) {
	case messages.RuntimeConfigured:
		p.notify = others(b.Notify)
	case messages.DeliveryRequested:
		p.open(r, string(b.Kind), "", []string{b.To})
	case messages.NotificationRequested:
		to := p.notify
		if len(b.To) > 0 {
			to = b.To
		}
		p.open(r, kindNotification, b.Again, to)
	case messages.ErrorReported:
		p.open(r, kindReport, "", nil)
	case messages.DeliveryFinished:
		if l := p.letters[b.Of]; l != nil {
			l.answers[b.To] = answered{b, r.At}
			if !slices.Contains(l.to, b.To) {
				l.to = append(l.to, b.To)
			}
		}
	}
}

// others are targets without the log, which has everything anyway.
func others(targets []string) []string {
	return slices.DeleteFunc(slices.Clone(targets), func(to string) bool { return to == messages.TargetLog })
}

func (p *Post) open(r messages.Record, kind, again string, to []string) {
	if p.letters == nil {
		p.letters = make(map[string]*letter)
	}
	if len(p.order) == maxLetters {
		delete(p.letters, p.order[0])
		p.order = p.order[1:]
	}
	p.letters[r.ID] = &letter{id: r.ID, kind: kind, at: r.At, again: again, to: slices.Clone(to), answers: make(map[string]answered)}
	p.order = append(p.order, r.ID)
}

// Waits reports whether a target is known that has not answered one of these decisions.
func (p *Post) Waits(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		l := p.letters[id]
		return l != nil && slices.ContainsFunc(l.to, func(to string) bool { return l.answers[to].Of == "" })
	})
}

// Known reports whether a decision of that id was taken in.
func (p *Post) Known(id string) bool { return p.letters[id] != nil }

// unheard reports whether a notification has been refused by all of its targets, and by those of all that repeat it.
func (p *Post) unheard(id string) bool {
	l := p.letters[id]
	if l == nil {
		return false
	}
	first := cmp.Or(l.again, l.id)
	for _, o := range p.letters {
		if o.id != first && o.again != first {
			continue
		}
		for _, to := range o.to {
			if a := o.answers[to]; to != messages.TargetLog && (a.Of == "" || a.OK) {
				return false
			}
		}
	}
	return true
}

// plain reports whether it goes without saying that a target has something: the log has every notification.
func (p *Post) plain(id, to string) bool {
	l := p.letters[id]
	return l != nil && to == messages.TargetLog && l.answers[to].OK && (l.kind == kindNotification || l.kind == kindReport)
}

// Deliveries lists what became of decisions, target by target. What the log has is not said of notifications and
// error reports: it has them all.
func (p *Post) Deliveries(ids ...string) []Delivery {
	out := []Delivery{}
	for _, id := range ids {
		l := p.letters[id]
		if l == nil {
			continue
		}
		for _, to := range l.to {
			d := Delivery{ID: id, Kind: l.kind, To: to, State: DeliveryWaiting, DecidedAt: l.at}
			if a := l.answers[to]; a.Of != "" {
				d.Tries, d.AnsweredAt, d.Error = a.Attempt, a.at, orNull(a.Error)
				if d.State = DeliveryRefused; a.OK {
					d.State = DeliveryTaken
				}
			}
			if !p.plain(id, to) {
				out = append(out, d)
			}
		}
	}
	return out
}
