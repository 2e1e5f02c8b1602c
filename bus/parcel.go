package bus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"curfew/messages"
)

// ErrTooLarge means that a message is larger than the journal, or the way to it, can take.
var ErrTooLarge = errors.New("the message is too large")

// ErrBadParcel means that a parcel cannot be read, now or later.
var ErrBadParcel = errors.New("bus: this is no parcel of facts")

// A Parcel is messages on their way to the log that decides.
type Parcel struct {
	ID      string // no other parcel has it
	Content []byte // a line of JSON for each message
	entries []entry
}

// posted is a message in a parcel: one of Curfew's by its name, another by its topic.
type posted struct {
	ID       string            `json:"id"`
	Name     string            `json:"name,omitzero"`
	Body     json.RawMessage   `json:"body,omitzero"`
	Topic    messages.Topic    `json:"topic,omitzero"`
	Payload  []byte            `json:"payload,omitzero"`
	Metadata map[string]string `json:"metadata,omitzero"`
	Asks     bool              `json:"asks,omitzero"` // somebody waits for the outcome
}

// add packs a call, unless the parcel is full.
func (p *Parcel) add(c *call) bool {
	if p.ID == "" {
		p.ID = uuid.NewString()
	}
	if n := len(p.entries); n > 0 && (n+len(c.entries) > maxCall || len(p.Content) > parcelBytes) {
		return false
	}
	for _, e := range c.entries {
		m := posted{ID: e.id, Asks: c.done != nil}
		if o, ok := e.body.(messages.Opaque); ok {
			m.Topic, m.Payload, m.Metadata = o.On, o.Payload, o.Metadata
		} else {
			m.Name = e.body.Name()
			m.Body, _ = messages.Encode(e.body) // what may fail has been checked
		}
		line, _ := json.Marshal(m) //nolint:errchkjson // its raw JSON is valid
		p.Content = append(append(p.Content, line...), '\n')
	}
	p.entries = append(p.entries, c.entries...)
	return true
}

// unread is a message of a parcel that this build cannot read, since another one has made it.
type unread struct {
	posted
	why error
}

// unpack reads the messages of a parcel; asks are those whose outcome is waited for. A message that cannot be read costs
// no other one of its parcel.
func unpack(content []byte) (entries []entry, asks []bool, odd []unread, err error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrBadParcel}, args...)...)
	}
	for line := range bytes.Lines(content) {
		var m posted
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, nil, nil, bad("%w", err)
		}
		if err := checkID(m.ID); err != nil || m.ID == "" {
			return nil, nil, nil, bad("a message has no valid id")
		}
		e := entry{id: m.ID, body: messages.Opaque{On: m.Topic, Payload: m.Payload, Metadata: m.Metadata}}
		if m.Name != "" {
			if e.body, err = messages.Decode(m.Name, m.Body); err != nil {
				odd = append(odd, unread{m, err})
				continue
			}
		} else if m.Topic == "" || m.Topic.Known() {
			return nil, nil, nil, bad("a message has no name")
		}
		if _, ok := e.body.(messages.Decision); ok {
			return nil, nil, nil, bad("%s is a decision", m.Name)
		}
		entries, asks = append(entries, e), append(asks, m.Asks)
	}
	if n := len(entries) + len(odd); n == 0 || n > maxCall {
		return nil, nil, nil, bad("it has %d messages", n)
	}
	return entries, asks, odd, nil
}
