package bus

import (
	"maps"
	"strconv"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/messages"
)

// outgoing makes a message of watermill from a record. A message on a topic that is not Curfew's is as it was
// published.
func outgoing(r messages.Record) (*message.Message, error) {
	if o, ok := r.Body.(messages.Opaque); ok {
		msg := message.NewMessage(r.ID, append([]byte(nil), o.Payload...))
		maps.Copy(msg.Metadata, o.Metadata)
		return msg, nil
	}
	payload, err := messages.Encode(r.Body)
	if err != nil {
		return nil, err
	}
	msg := message.NewMessage(r.ID, message.Payload(payload))
	msg.Metadata = message.Metadata{
		MetadataSeq:           strconv.FormatUint(r.Seq, 10),
		MetadataAt:            r.At.String(),
		MetadataPolicyVersion: strconv.Itoa(r.PolicyVersion),
		MetadataName:          r.Body.Name(),
		MetadataKind:          string(messages.KindOf(r.Body)),
	}
	if r.Cause != 0 {
		msg.Metadata[MetadataCause] = strconv.FormatUint(r.Cause, 10)
	}
	if key := r.Body.Key(); key != "" {
		msg.Metadata[MetadataKey] = key
	}
	return msg, nil
}
