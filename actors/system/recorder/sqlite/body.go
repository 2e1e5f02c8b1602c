package sqlite

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// The body of a row has what no query selects by, as bytes: a form, then the fields of a run one after another. Numbers
// are varints, texts have their length before them. Instants are counted from when the run was queued. What most runs
// do not have is JSON. The form of a run that is not over has, before all else, the record up to which it is folded; in
// files of schema 7 it had not, and the cursor was it.
const (
	bodyForm = 1
	openForm = 2
)

// errBody means that a body is not one that this build has written.
var errBody = errors.New("it is cut off or damaged")

// rare is what most runs do not have.
type rare struct {
	After *messages.Followed `json:"after,omitempty"`
	Holds []messages.Hold    `json:"holds,omitempty"`
}

// appendBody appends the body of a run that is folded up to a record.
func appendBody(b []byte, r *recorder.Run, upto uint64) ([]byte, error) {
	status := r.Status
	if r.Final() {
		b = append(b, bodyForm)
		status = "" // it is the row's outcome
	} else {
		b = binary.AppendUvarint(append(b, openForm), upto)
	}
	for _, text := range []string{string(r.ID), string(r.Trigger), string(r.Reason), string(status)} {
		b = appendText(b, text)
	}
	for _, at := range []messages.Instant{r.Slot, r.FirstSlot, r.StartedAt} {
		b = appendInstant(b, r.QueuedAt, at)
	}
	b = binary.AppendVarint(b, int64(r.Missed))
	b = binary.AppendUvarint(b, uint64(len(r.Attempts)))
	for i := range r.Attempts {
		var err error
		if b, err = appendAttempt(b, r.QueuedAt, &r.Attempts[i]); err != nil {
			return nil, err
		}
	}
	return appendJSON(b, rare{r.After, r.Holds}, r.After == nil && len(r.Holds) == 0)
}

// appendAttempt appends an attempt: what most have as numbers, and all of it as JSON if it has more.
func appendAttempt(b []byte, base messages.Instant, a *recorder.Attempt) ([]byte, error) {
	b = binary.AppendVarint(b, int64(a.Number))
	b = binary.AppendUvarint(b, a.Incarnation)
	b = binary.AppendUvarint(b, a.Generation)
	called := uint64(0)
	if a.Called {
		called = 1
	}
	b = binary.AppendUvarint(b, called)
	b = appendInstant(b, base, a.StartedAt)
	b = appendInstant(b, base, a.FinishedAt)
	return appendJSON(b, a, a.Class == "" && a.Error == "" && a.Usage == nil && a.Left == nil && a.Node == "")
}

// appendInstant appends an instant; zero is kept apart.
func appendInstant(b []byte, base, at messages.Instant) []byte {
	if at.IsZero() {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), int64(at-base))
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendJSON appends a value as JSON; nothing, if it says nothing.
func appendJSON(b []byte, v any, empty bool) ([]byte, error) {
	if empty {
		return appendText(b, ""), nil
	}
	text, err := json.Marshal(v)
	return appendText(b, string(text)), err
}

// readBody fills in what the body of a row says, and returns the record up to which the run is folded, if that is said.
// The run has its columns already.
func readBody(b []byte, r *recorder.Run) (upto uint64, err error) {
	if len(b) == 0 || b[0] != bodyForm && b[0] != openForm {
		return 0, fmt.Errorf("%w: run %d: its form is not known", recorder.ErrDamaged, r.Seq)
	}
	p := parser{rest: b[1:]}
	if b[0] == openForm {
		upto = p.uvarint()
	}
	r.ID, r.Trigger, r.Reason = messages.RunID(p.text()), messages.Trigger(p.text()), messages.FinishReason(p.text())
	if status := messages.Status(p.text()); !r.Final() {
		r.Status = status
	}
	r.Slot, r.FirstSlot, r.StartedAt = p.instant(r.QueuedAt), p.instant(r.QueuedAt), p.instant(r.QueuedAt)
	r.Missed = int(p.varint())
	if n := p.uvarint(); n > recorder.MaxAttempts {
		p.err = errBody
	} else if n > 0 {
		r.Attempts = make([]recorder.Attempt, n)
	}
	for i := range r.Attempts {
		p.attempt(r.QueuedAt, &r.Attempts[i])
	}
	var more rare
	p.json(&more)
	r.After, r.Holds = more.After, more.Holds
	if p.err == nil && len(p.rest) > 0 {
		p.err = errBody
	}
	if p.err != nil {
		return 0, fmt.Errorf("%w: run %d: %w", recorder.ErrDamaged, r.Seq, p.err)
	}
	return upto, nil
}

// parser reads a body from its front. After an error it reads zeros.
type parser struct {
	rest []byte
	err  error
}

func (p *parser) attempt(base messages.Instant, a *recorder.Attempt) {
	a.Number, a.Incarnation, a.Generation, a.Called = int(p.varint()), p.uvarint(), p.uvarint(), p.uvarint() == 1
	a.StartedAt, a.FinishedAt = p.instant(base), p.instant(base)
	p.json(a)
}

func (p *parser) uvarint() uint64 {
	n, size := binary.Uvarint(p.rest)
	return advance(p, n, size)
}

func (p *parser) varint() int64 {
	n, size := binary.Varint(p.rest)
	return advance(p, n, size)
}

// advance moves on behind a number; a size that is not above zero means that there is none.
func advance[N int64 | uint64](p *parser, n N, size int) N {
	if size <= 0 || p.err != nil {
		p.rest, p.err = nil, errBody
		return 0
	}
	p.rest = p.rest[size:]
	return n
}

func (p *parser) instant(base messages.Instant) messages.Instant {
	if p.uvarint() == 0 {
		return 0
	}
	return base + messages.Instant(p.varint())
}

func (p *parser) bytes() []byte {
	n := p.uvarint()
	if n > uint64(len(p.rest)) {
		p.rest, p.err = nil, errBody
		return nil
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return text
}

func (p *parser) text() string { return string(p.bytes()) }

func (p *parser) json(to any) {
	if text := p.bytes(); len(text) > 0 && p.err == nil {
		p.err = json.Unmarshal(text, to)
	}
}
