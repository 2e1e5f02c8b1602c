package messages

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A Record is one entry of the log: a message with its place, its time and its cause.
type Record struct {
	Seq           uint64  // place in the log, from 1, without gaps
	At            Instant // wall clock when it was appended; may step back, Seq never does
	ID            string  // unique; random only for what came from outside
	Cause         uint64  // seq of the fact that a decision follows from; 0 for a fact
	PolicyVersion int     // version of the policy that decided, or was in force
	Body          Body
}

// line is a record as it is written: the members of the export, but for the checksum.
type line struct {
	Seq           uint64          `json:"seq"`
	At            Instant         `json:"at"`
	ID            string          `json:"id"`
	Cause         *uint64         `json:"cause"`
	PolicyVersion int             `json:"policy_version"`
	Topic         Topic           `json:"topic"`
	Name          string          `json:"name"`
	Key           *string         `json:"key"`
	Kind          Kind            `json:"kind"`
	Body          json.RawMessage `json:"body"`
}

// usualLine is room for the line of most records, in bytes.
const usualLine = 384

// MarshalJSON writes {seq, at, id, cause, policy_version, topic, name, key, kind, body}.
func (r Record) MarshalJSON() ([]byte, error) { return r.AppendJSON(make([]byte, 0, usualLine)) }

// AppendJSON appends what MarshalJSON writes.
func (r Record) AppendJSON(out []byte) ([]byte, error) { return r.append(out, nil) }

func (r *Record) append(out []byte, t *times) ([]byte, error) {
	w := walk{writing: true, out: out, times: t}
	e := envelope{Record: *r, topic: r.Body.Topic(), name: r.Body.Name(), key: r.Body.Key(), kind: KindOf(r.Body)}
	e.walk(&w)
	body, err := appendBody(w.out, r.Body, t)
	if err != nil {
		return out, err
	}
	return append(body, '}'), nil
}

// Lines writes records one after another, as [Record.AppendJSON] does, and faster: it remembers how instants are
// written. The zero value is ready.
type Lines struct{ times times }

// Append appends the record.
func (l *Lines) Append(out []byte, r *Record) ([]byte, error) { return r.append(out, &l.times) }

// UnmarshalJSON reads what MarshalJSON writes. Topic, key and kind must be those of the message.
func (r *Record) UnmarshalJSON(b []byte) error { return r.UnmarshalSharing(b, nil) }

// UnmarshalSharing is UnmarshalJSON for one of many records: definitions share what they have in common.
func (r *Record) UnmarshalSharing(b []byte, shelf *Shelf) error {
	if written, rest, ok := readRecord(b, shelf); ok && (string(rest) == "}" || string(rest) == "}\n") {
		*r = written
		return nil
	}
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return fmt.Errorf("messages: decode record: %w", err)
	}
	return r.take(l)
}

// take makes the record what the line says; if the line is wrong the record stays as it is.
func (r *Record) take(l line) error {
	body, err := decodeBody(l)
	if err != nil {
		return fmt.Errorf("messages: record %d: %w", l.Seq, err)
	}
	*r = Record{Seq: l.Seq, At: l.At, ID: l.ID, PolicyVersion: l.PolicyVersion, Body: body}
	if l.Cause != nil {
		r.Cause = *l.Cause
	}
	return nil
}

func decodeBody(l line) (Body, error) {
	if l.Kind == KindOpaque {
		var o Opaque
		if err := json.Unmarshal(l.Body, &o); err != nil {
			return nil, fmt.Errorf("decode opaque message: %w", err)
		}
		if o.On != l.Topic || o.On.Known() || l.Name != "" {
			return nil, errors.New("an opaque message must be on a foreign topic and must have no name")
		}
		return o, nil
	}
	body, err := Decode(l.Name, l.Body)
	if err != nil {
		return nil, err
	}
	key := ""
	if l.Key != nil {
		key = *l.Key
	}
	if body.Topic() != l.Topic || KindOf(body) != l.Kind || body.Key() != key {
		return nil, fmt.Errorf("topic, kind or key does not fit a %s", l.Name)
	}
	return body, nil
}
