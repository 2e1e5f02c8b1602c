package bus

import (
	"slices"

	"curfew/messages"
)

// lines are the pending calls in two lines: slots that fell due, and all else, each in the order of publishing. The call
// that was published first comes first, but while an expiry waits, it and what attempts and sessions have said before it
// go ahead of slots, as do views. Else a million slots that are due at once would each start an attempt of a session of
// which the first attempt has said that it is over, and each would fail and wait again. Nothing else goes ahead of a
// slot: another schedule that did would lose it.
type lines struct {
	slots, others line
	last          uint64 // the number of the newest call
	expiry        uint64 // the number of the newest call with an expiry; 0: there was none
}

// put appends calls.
func (ls *lines) put(cs []*call) {
	for _, c := range cs {
		ls.last++
		c.no = ls.last
		c.passes = c.view != nil || c.of(messages.TopicAttempt, messages.TopicSession)
		if c.expires() {
			ls.expiry = c.no
		}
		l := ls.of(c)
		l.calls = append(l.calls, c)
	}
}

// first is the call that comes next, and its line; nil: there is none.
func (ls *lines) first() (*call, *line) {
	slots, others := ls.slots.first(), ls.others.first()
	if others == nil || slots != nil && slots.no < others.no && (ls.expiry < others.no || !others.passes) {
		return slots, &ls.slots
	}
	return others, &ls.others
}

// back returns calls that were taken.
func (ls *lines) back(cs []*call) {
	var slots, others []*call
	for _, c := range cs {
		if ls.of(c) == &ls.slots {
			slots = append(slots, c)
		} else {
			others = append(others, c)
		}
	}
	ls.slots.back(slots)
	ls.others.back(others)
}

// all takes all calls out.
func (ls *lines) all() (cs []*call) {
	for c, l := ls.first(); c != nil; c, l = ls.first() {
		cs = append(cs, c)
		l.next()
	}
	return cs
}

// of is the line of a call.
func (ls *lines) of(c *call) *line {
	if c.slots() {
		return &ls.slots
	}
	return &ls.others
}

// slots reports whether the call is what a clock has said, and nobody waits for it.
func (c *call) slots() bool { return c.done == nil && c.of(messages.TopicDue) }

// of reports whether all messages of the call are of the topics, and there are some.
func (c *call) of(topics ...messages.Topic) bool {
	return len(c.entries) > 0 && !slices.ContainsFunc(c.entries, func(e entry) bool {
		return !slices.Contains(topics, e.body.Topic())
	})
}

// expires reports whether the call says that a session is over.
func (c *call) expires() bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool {
		_, is := e.body.(messages.SessionExpired)
		return is
	})
}

// line is calls in the order of their numbers.
type line struct {
	front []*call // taken and given back: they come before calls
	calls []*call
}

func (l *line) first() *call {
	switch {
	case len(l.front) > 0:
		return l.front[0]
	case len(l.calls) > 0:
		return l.calls[0]
	default:
		return nil
	}
}

func (l *line) next() {
	from := &l.front
	if len(l.front) == 0 {
		from = &l.calls
	}
	(*from)[0] = nil // the array outlives the slice
	*from = (*from)[1:]
}

// back puts calls to the front. The line behind them may be long, and is not moved.
func (l *line) back(cs []*call) { l.front = slices.Concat(cs, l.front) }
