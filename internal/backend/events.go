package backend

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"curfew/actors/system/follow"
	"curfew/internal/contract"
	"curfew/messages"
)

// Events are the records of the journal as they come.
func (b backend) Events(_ context.Context, q contract.EventQuery) (contract.Events, error) {
	wanted, err := typesOf(q.Type)
	if err != nil {
		return nil, err
	}
	after, err := b.after(q.After)
	if err != nil {
		return nil, err
	}
	log := b.r.Log()
	feed := follow.New("events", func(wake func()) follow.Reader { return log.Reader(after, wake) })
	return &events{picker: picker{q, wanted}, feed: feed, first: b.r.Journal().First}, nil
}

// after is the record after which a query begins.
func (b backend) after(text string) (uint64, error) {
	last := b.r.Log().Last()
	if text == "" {
		return last, nil
	}
	after, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, contract.Malformed("the header Last-Event-ID must be the id of an event, which is a number, not %q", contract.Cut(text))
	}
	first, err := b.r.Journal().First()
	if err != nil {
		return 0, fmt.Errorf("events: %w", err)
	}
	switch {
	case after == 0 && first > 0:
		return first - 1, nil
	case after+1 < first:
		return 0, contract.Refused("the records from %d to %d are no longer in the journal; "+
			"ask with 0 for all that is kept, or without Last-Event-ID for what comes", after+1, first-1)
	case after > last:
		return 0, contract.Refused("record %d is not in the journal, which ends at %d: was a backup restored? "+
			"Ask without Last-Event-ID for what comes", after, last)
	}
	return after, nil
}

// typesOf are the names of messages that a list of names and topics selects; nil: all.
func typesOf(list string) (map[string]bool, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	topics := map[string][]string{}
	plain := map[string]string{} // names without their version
	for _, m := range messages.All() {
		topics[string(m.Topic())] = append(topics[string(m.Topic())], m.Name())
		plain[unversioned(m.Name())] = m.Name()
	}
	wanted := map[string]bool{}
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		name, known := plain[unversioned(one)]
		switch {
		case topics[one] != nil:
			for _, name := range topics[one] {
				wanted[name] = true
			}
		case known:
			wanted[name] = true
		default:
			var all []string
			for topic := range topics {
				all = append(all, topic)
			}
			slices.Sort(all)
			return nil, contract.Malformed("unknown type %q; use a topic (%s) or the name of a message, such as run.finished",
				contract.Cut(one), strings.Join(all, ", "))
		}
	}
	return wanted, nil
}

// unversioned is the name of a message without its version.
func unversioned(name string) string {
	if i := strings.LastIndex(name, ".v"); i > 0 {
		if _, err := strconv.Atoi(name[i+2:]); err == nil {
			return name[:i]
		}
	}
	return name
}

// events reads the log, and picks.
type events struct {
	picker
	feed  *follow.Feed
	first func() (uint64, error)
}

// picker picks the records of a query.
type picker struct {
	q      contract.EventQuery
	wanted map[string]bool // nil: all
}

// Next waits for the next records that are wanted.
func (e *events) Next(ctx context.Context) (picked []messages.Record, looked uint64, err error) {
	for {
		after := e.feed.After()
		batch, err := e.feed.Next()
		if err == nil {
			err = e.gap(after, batch)
		}
		if err != nil {
			return nil, 0, err
		}
		for _, r := range batch {
			if r, ok := e.pick(r); ok {
				picked = append(picked, r)
			}
		}
		if len(picked) > 0 || len(batch) > 0 {
			return picked, e.feed.After(), nil
		}
		select {
		case <-ctx.Done():
			return nil, e.feed.After(), ctx.Err()
		case <-e.feed.Woken():
		}
	}
}

// gap says that a batch does not go on where the reader was, since the records between were removed meanwhile. A record
// that is not understood leaves a place in the numbers, too, and is no gap.
func (e *events) gap(after uint64, batch []messages.Record) error {
	if len(batch) == 0 || batch[0].Seq <= after+1 {
		return nil
	}
	first, err := e.first()
	if err == nil && first > after+1 {
		return contract.Refused("the records from %d to %d were removed from the journal before they were read", after+1, first-1)
	}
	return err
}

// pick reports whether a record is wanted. Of a batch of slots a query about one job sees that job's alone.
func (e picker) pick(r messages.Record) (messages.Record, bool) {
	if e.wanted != nil && !e.wanted[r.Body.Name()] ||
		e.q.Job != "" && !messages.Concerns(r.Body, e.q.Job) ||
		e.q.Session != "" && !messages.ConcernsSession(r.Body, e.q.Session) {
		return r, false
	}
	if due, ok := r.Body.(messages.SlotsDue); ok && e.q.Job != "" {
		due.Slots = slices.DeleteFunc(slices.Clone(due.Slots), func(s messages.JobSlot) bool { return s.Job != e.q.Job })
		r.Body = due
	}
	return r, true
}

// Close ends the reading.
func (e *events) Close() { e.feed.Close() }
