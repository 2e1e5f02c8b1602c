package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"

	"curfew/messages"
)

// The metadata of Curfew's messages. A publisher sets only [MetadataName].
const (
	MetadataName          = "name" // of the message, such as "session.expired.v1"
	MetadataSeq           = "seq"
	MetadataAt            = "at"             // RFC 3339, UTC, milliseconds
	MetadataCause         = "cause"          // of a decision: seq of the fact that it follows from; else not set
	MetadataPolicyVersion = "policy_version" // version of the rules that decided
	MetadataKey           = "key"            // job or session; not set if the message is about several
	MetadataKind          = "kind"           // fact or decision
)

// Bounds of messages that come through watermill.
const (
	maxPayload  = 1 << 20     // payload and metadata of a message, in bytes
	maxTopic    = 256         // name of a topic, in bytes
	publishWait = time.Minute // how long a Publish waits for the disk
)

// publisher is a handle on the log.
type publisher struct {
	l      *Log
	closed atomic.Bool
}

var _ message.Publisher = (*publisher)(nil)

// Publisher is watermill's way into the log. Closing the handle, even twice, closes only this handle.
//
// On a topic of Curfew the metadata "name" is the name of the message, the payload its JSON, and the UUID the id of the
// record. The message must be a valid fact of that topic; a refusal is an error. A UUID that the log knows already
// appends nothing and is no error. On any other topic the log carries payload and metadata unchanged. Publish returns
// when the messages are durable and decided; the messages of one call stay together. If one of them cannot be read,
// none is published; [Log.Commit] says what follows if the machine refuses one.
func (l *Log) Publisher() message.Publisher { return &publisher{l: l} }

// Publish appends the messages.
func (p *publisher) Publish(topic string, msgs ...*message.Message) error {
	if p.closed.Load() {
		return errors.New("bus: publish: the publisher is closed")
	}
	if topic == "" || len(topic) > maxTopic {
		return fmt.Errorf("bus: publish: %w", errTopic(topic))
	}
	entries := make([]entry, 0, len(msgs))
	for _, msg := range msgs {
		e, err := incoming(messages.Topic(topic), msg)
		if err != nil {
			return &Refused{ID: msg.UUID, Name: fmt.Sprintf("a message on %q", topic), Err: err}
		}
		entries = append(entries, e)
	}
	ctx, cancel := context.WithTimeout(context.Background(), publishWait)
	defer cancel()
	_, err := p.l.await(ctx, entries)
	return err
}

// Close closes the handle.
func (p *publisher) Close() error {
	p.closed.Store(true)
	return nil
}

// errTopic is the error for a topic's name that is empty or too long.
func errTopic(topic string) error {
	return fmt.Errorf("the name of a topic must have 1 to %d bytes; this one has %d", maxTopic, len(topic))
}

// incoming reads a message of watermill.
func incoming(topic messages.Topic, msg *message.Message) (entry, error) {
	if err := checkID(msg.UUID); err != nil {
		return entry{}, err
	}
	size := len(msg.Payload)
	for k, v := range msg.Metadata {
		size += len(k) + len(v)
	}
	if size > maxPayload {
		return entry{}, fmt.Errorf("the message has %d bytes; at most %d are allowed", size, maxPayload)
	}
	id := msg.UUID
	if id == "" {
		id = uuid.NewString()
	}
	if !topic.Known() {
		// The log keeps its own copy, because the publisher may reuse the message.
		own := messages.Opaque{On: topic, Payload: append([]byte(nil), msg.Payload...), Metadata: maps.Clone(msg.Metadata)}
		return entry{id: id, body: own}, nil
	}
	name := msg.Metadata.Get(MetadataName)
	if name == "" {
		const missing = "the metadata %q is missing: it must be the name of the message; docs/messages.md lists the names"
		return entry{}, fmt.Errorf(missing, MetadataName)
	}
	body, err := messages.Decode(name, msg.Payload)
	if err != nil {
		return entry{}, err
	}
	if body.Topic() != topic {
		return entry{}, fmt.Errorf("%s belongs on the topic %q", name, body.Topic())
	}
	f, ok := body.(messages.Fact)
	if !ok {
		return entry{}, fmt.Errorf("%s is a decision, and only the machine makes decisions; publish a fact", name)
	}
	return entry{id: id, body: f}, nil
}
