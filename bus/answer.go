package bus

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"curfew/messages"
)

// An Answer is what the sender of a parcel does not learn from the log: which of the messages that he asks about were
// duplicates, and which were refused, and why.
type Answer struct {
	Messages []Outcome `json:"messages"`
}

// Outcome is that of one message.
type Outcome struct {
	ID      string `json:"id"`
	Seq     uint64 `json:"seq,omitzero"`     // of the first, if the message is a duplicate
	Refused string `json:"refused,omitzero"` // why
	Is      string `json:"is,omitzero"`      // the text of the error among [Options] Refusals that it wraps
}

// TakeIn decides the messages of a parcel, in a log that decides, and returns when they are durable. Parcels are taken
// in in the order of their places, which are above zero. One in a place that was passed, by this log or an earlier one,
// changes nothing. A message that this build cannot read is refused. The error is [ErrFollows] if another log decides, and
// [ErrBadParcel] for what is no parcel.
func (l *Log) TakeIn(ctx context.Context, place uint64, content []byte) (Answer, error) {
	p, err := unpack(content)
	if err != nil {
		return Answer{}, err
	}
	answer, err := l.passOver(ctx, &p)
	if err != nil {
		return Answer{}, err
	}
	c := &call{entries: p.entries, parcel: place, done: make(chan struct{})}
	if err := l.queue.put(c); err != nil {
		return Answer{}, err
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("bus: take in: %w", context.Cause(ctx))
	}
	if c.err != nil {
		return Answer{}, c.err
	}
	for _, m := range p.odd {
		if m.Asks {
			answer.Messages = append(answer.Messages, l.outcome(m.ID, m.why))
			continue
		}
		l.log.Error("bus: a message of another build cannot be read here, and is lost: let all nodes have one build",
			zap.String("name", m.Name), zap.String("id", m.ID), zap.Error(m.why))
	}
	refused := 0
	for i, e := range p.entries {
		switch r := c.receipts[i]; {
		case r.Duplicate && r.Seq > 0:
			if p.asks[i] {
				answer.Messages = append(answer.Messages, Outcome{ID: e.id, Seq: r.Seq})
			}
		case !r.Duplicate && r.Seq == 0:
			why := c.refused[refused]
			refused++
			if p.asks[i] {
				answer.Messages = append(answer.Messages, l.outcome(e.id, why))
				continue
			}
			l.log.Warn("bus: refused", zap.String("name", e.body.Name()), zap.String("id", e.id), zap.Error(why))
		}
	}
	return answer, nil
}

// passOver takes the messages out of a parcel of which a copy is in the journal already, longer ago perhaps than the ids
// reach that the log knows. It reads what was recorded since the parcel was first sent. The answer is for those who wait
// for such a message.
func (l *Log) passOver(ctx context.Context, p *contents) (answer Answer, err error) {
	if p.from == 0 {
		return answer, nil
	}
	copies := make(map[string]uint64, len(p.entries)) // seqs by id; 0: there is none
	for _, e := range p.entries {
		copies[e.id] = 0
	}
	end := l.Last() // a copy has its place before this parcel, so it is durable
	err = Scan(l.o.Journal, p.from, func(r messages.Record) error {
		if r.Seq > end {
			return errBeyond
		}
		if _, ok := copies[r.ID]; ok && r.Cause == 0 {
			copies[r.ID] = r.Seq
		}
		return context.Cause(ctx)
	})
	if err != nil && !errors.Is(err, errBeyond) {
		return answer, fmt.Errorf("bus: take in: look for messages that were sent before: %w", err)
	}
	rest := contents{odd: p.odd}
	for i, e := range p.entries {
		switch seq := copies[e.id]; {
		case seq == 0:
			rest.entries, rest.asks = append(rest.entries, e), append(rest.asks, p.asks[i])
		case p.asks[i]:
			answer.Messages = append(answer.Messages, Outcome{ID: e.id, Seq: seq})
		}
	}
	*p = rest
	return answer, nil
}

// outcome is that of a message that was refused.
func (l *Log) outcome(id string, why error) Outcome {
	var r *Refused
	if errors.As(why, &r) {
		why = r.Err
	}
	out := Outcome{ID: id, Refused: why.Error()}
	for _, is := range l.o.Refusals {
		if errors.Is(why, is) {
			out.Is = is.Error()
			break
		}
	}
	return out
}

// refusal is a refusal of the log that decides, as it would be one of this log.
type refusal struct {
	text string
	is   error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.is }

func (l *Log) refusal(m Outcome, name string) error {
	r := &refusal{text: m.Refused}
	for _, is := range l.o.Refusals {
		if is.Error() == m.Is {
			r.is = is
			break
		}
	}
	return &Refused{ID: m.ID, Name: name, Err: r}
}

// Answered takes in the answer to a parcel that this log has sent. One that nobody waits for changes nothing.
func (l *Log) Answered(a Answer) {
	o := &l.outbox
	if o.ended == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range a.Messages {
		waiting := o.awaited[m.ID]
		if waiting == nil {
			continue
		}
		switch {
		case m.Refused != "":
			o.answer(m.ID, Receipt{}, l.refusal(m, waiting[0].c.entries[waiting[0].i].body.Name()))
		case m.Seq <= l.Last():
			o.answer(m.ID, Receipt{Seq: m.Seq, Duplicate: true}, nil)
		default: // when this log has it, too
			o.later = append(o.later, later{m.ID, m.Seq})
		}
	}
}
