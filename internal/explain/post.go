package explain

import (
	"cmp"
	"slices"

	"curfew/messages"
)

// Post keeps track of deliveries and notifications. It gets records in order.
type Post struct {
	letters map[string]*letter // by the id of the decision
	order   []string
	notify  []string // targets of notifications, besides the log
}

// letter is one decision to deliver or notify.
type letter struct {
	id, kind string
	at       messages.Instant
	again    string              // id of the notification that it repeats
	to       []string            // targets, in the order in which they became known
	answers  map[string]answered // by target
}

type answered struct {
	messages.DeliveryFinished
	at messages.Instant
}

// The kinds of letters that are not deliveries of a run.
const (
	kindNotification = "notification"
	kindReport       = "error_report"
)

// maxLetters bounds the decisions that are kept: the newest ones.
const maxLetters = 4096

// Add adds a record. Only deliveries, notifications, error reports, their answers and configurations of the runtime
// matter.
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

// others are the targets without the log, which gets everything anyway.
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

// Waits reports whether one of these decisions has a target that has not answered.
func (p *Post) Waits(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		l := p.letters[id]
		return l != nil && slices.ContainsFunc(l.to, func(to string) bool { return l.answers[to].Of == "" })
	})
}

// Known reports whether the decision with that id has been added.
func (p *Post) Known(id string) bool { return p.letters[id] != nil }

// unheard reports whether all targets have refused a notification and all repetitions of it.
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

// plain reports whether an answer need not be mentioned: the log always gets notifications and error reports.
func (p *Post) plain(id, to string) bool {
	l := p.letters[id]
	return l != nil && to == messages.TargetLog && l.answers[to].OK && (l.kind == kindNotification || l.kind == kindReport)
}

// Deliveries lists what became of decisions, target by target. The log is left out for notifications and error reports,
// since it always gets them.
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
