package bus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"curfew/messages"
)

// ErrTooLarge means that a message is larger than the journal, or the way to it, can take.
var ErrTooLarge = errors.New("the message is too large")

// ErrBadParcel means that a parcel cannot be read, now or later.
var ErrBadParcel = errors.New("bus: this is not a parcel of facts")

// A Parcel is messages on their way to the log that decides.
type Parcel struct {
	ID      string // no other parcel has it
	Content []byte // a line of JSON for each message
	entries []entry
	asks    []bool // for each message: its caller waits, or did until his time was up
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
	From     uint64            `json:"from,omitzero"` // of the first message of a parcel that is sent again: see again
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
		p.asks = append(p.asks, m.Asks)
	}
	p.entries = append(p.entries, c.entries...)
	return true
}

// again is the parcel as it is sent once more: it says that a copy of it may have been taken in, in a record from that seq
// on.
func (p Parcel) again(from uint64) Parcel {
	line, rest, _ := bytes.Cut(p.Content, []byte("\n"))
	var first posted
	_ = json.Unmarshal(line, &first) // add has made it
	first.From = from
	line, _ = json.Marshal(first) //nolint:errchkjson // its raw JSON is valid
	p.Content = slices.Concat(line, []byte("\n"), rest)
	return p
}

// contents are the messages of a parcel.
type contents struct {
	entries []entry
	asks    []bool   // whose outcome is waited for
	odd     []unread // that this build cannot read
	from    uint64   // the first record in which a copy of one may be; 0: there is no copy
}

// unread is a message of a parcel that this build cannot read, since another one has made it.
type unread struct {
	posted
	why error
}

// unpack reads the messages of a parcel. One that cannot be read costs no other one of its parcel.
func unpack(content []byte) (c contents, err error) {
	bad := func(format string, args ...any) (contents, error) {
		return contents{}, fmt.Errorf("%w: "+format, append([]any{ErrBadParcel}, args...)...)
	}
	for line := range bytes.Lines(content) {
		var m posted
		if err := json.Unmarshal(line, &m); err != nil {
			return bad("%w", err)
		}
		c.from = max(c.from, m.From)
		if err := checkID(m.ID); err != nil || m.ID == "" {
			return bad("a message has no valid id")
		}
		e := entry{id: m.ID, body: messages.Opaque{On: m.Topic, Payload: m.Payload, Metadata: m.Metadata}}
		if m.Name != "" {
			if e.body, err = messages.Decode(m.Name, m.Body); err != nil {
				c.odd = append(c.odd, unread{m, err})
				continue
			}
		} else if m.Topic == "" || m.Topic.Known() {
			return bad("a message has no name")
		}
		if _, ok := e.body.(messages.Decision); ok {
			return bad("%s is a decision", m.Name)
		}
		c.entries, c.asks = append(c.entries, e), append(c.asks, m.Asks)
	}
	if n := len(c.entries) + len(c.odd); n == 0 || n > maxCall {
		return bad("it has %d messages", n)
	}
	return c, nil
}
