package bus

import (
	"bytes"
	"maps"
	"strconv"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/messages"
)

// Bounds of what [outgoing] keeps.
const (
	keptForms   = 1024
	keptPayload = 4 << 10 // bytes of a payload that is kept
)

// outgoing makes messages of watermill from records. Subscribers of a topic are at about the same place, so the form of
// the newest records is kept for the next of them. Each gets a copy, which is its own.
type outgoing struct {
	mu   sync.Mutex
	kept [keptForms]form // by seq
}

// form is a record as a message of watermill.
type form struct {
	seq      uint64
	payload  []byte
	metadata message.Metadata
}

// message is the message of a record. One on a topic that is not Curfew's is as it was published.
func (o *outgoing) message(r messages.Record) (*message.Message, error) {
	f, err := o.form(r)
	if err != nil {
		return nil, err
	}
	msg := message.NewMessage(r.ID, bytes.Clone(f.payload))
	if f.metadata != nil {
		msg.Metadata = maps.Clone(f.metadata)
	}
	return msg, nil
}

func (o *outgoing) form(r messages.Record) (f form, err error) {
	if m, ok := r.Body.(messages.Opaque); ok {
		return form{payload: m.Payload, metadata: m.Metadata}, nil
	}
	kept := &o.kept[r.Seq%keptForms]
	o.mu.Lock()
	f = *kept
	o.mu.Unlock()
	if f.seq == r.Seq {
		return f, nil
	}
	if f, err = formOf(r); err == nil && len(f.payload) <= keptPayload {
		o.mu.Lock()
		*kept = f
		o.mu.Unlock()
	}
	return f, err
}

func formOf(r messages.Record) (form, error) {
	payload, err := messages.Encode(r.Body)
	if err != nil {
		return form{}, err
	}
	metadata := message.Metadata{
		MetadataSeq:           strconv.FormatUint(r.Seq, 10),
		MetadataAt:            r.At.String(),
		MetadataPolicyVersion: strconv.Itoa(r.PolicyVersion),
		MetadataName:          r.Body.Name(),
		MetadataKind:          string(messages.KindOf(r.Body)),
	}
	if r.Cause != 0 {
		metadata[MetadataCause] = strconv.FormatUint(r.Cause, 10)
	}
	if key := r.Body.Key(); key != "" {
		metadata[MetadataKey] = key
	}
	return form{seq: r.Seq, payload: payload, metadata: metadata}, nil
}
