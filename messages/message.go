// Package messages is the vocabulary of Curfew: every fact and every decision that can be on the
// bus, as a plain struct with a topic, a versioned name and a key, and the JSON codec for them.
//
// A [Fact] is what happened, and whoever saw it publishes it: [SessionExpired], [RunRequested], [AttemptFailed]. A
// [Decision] is what follows, and only the machine makes one: [GateClosed], [RunQueued], [AttemptStarted]. A [Record] is
// either of them with its place in the log, its time and its cause. [Decode] reads the JSON of a message by its name;
// encoding/json writes it. An instant is an [Instant], in milliseconds; a span is a [Duration].
//
// It is only words. It imports nothing but the standard library, decides nothing and does no I/O.
// docs/messages.md is generated from this package.
package messages

// A Topic is a family of messages on the bus. The names are part of the contract.
type Topic string

// The topics of Curfew. Any other topic is foreign and is carried as [Opaque].
const (
	TopicConfig  Topic = "config"
	TopicCommand Topic = "command"
	TopicDue     Topic = "due"
	TopicAttempt Topic = "attempt"
	TopicSession Topic = "session"
	TopicRun     Topic = "run"
	TopicOutbox  Topic = "outbox"
)

// Topics lists the topics of Curfew in the order of docs/messages.md.
var Topics = []Topic{TopicConfig, TopicCommand, TopicDue, TopicAttempt, TopicSession, TopicRun, TopicOutbox}

// Known reports whether the topic is one of Curfew's own.
func (t Topic) Known() bool {
	for _, k := range Topics {
		if t == k {
			return true
		}
	}
	return false
}

// A Body is what a record says: a fact, a decision, or an opaque message on a foreign topic.
type Body interface {
	// Topic is the family that the message belongs to.
	Topic() Topic
	// Name is the versioned name, such as "attempt.failed.v1". It never changes once published;
	// a changed meaning is a new version.
	Name() string
	// Key is the job or session that the message is about; empty if it is about several.
	Key() string
}

// A Fact is something that happened. Facts are the only input of the machine.
type Fact interface {
	Body
	fact()
}

// A Decision is what follows from a fact. Only the machine makes decisions.
type Decision interface {
	Body
	decision()
}

// A Kind says which of the three a record is.
type Kind string

// The kinds of record.
const (
	KindFact     Kind = "fact"
	KindDecision Kind = "decision"
	KindOpaque   Kind = "opaque"
)

// KindOf tells facts, decisions and foreign messages apart.
func KindOf(b Body) Kind {
	switch b.(type) {
	case Fact:
		return KindFact
	case Decision:
		return KindDecision
	default:
		return KindOpaque
	}
}

// An Opaque is a message on a topic that is not Curfew's. It is carried, ordered and delivered; it is
// not validated, stepped, exported or replayed.
type Opaque struct {
	On       Topic             `json:"topic"`    // the foreign topic
	Payload  []byte            `json:"payload"`  // as it was published
	Metadata map[string]string `json:"metadata"` // as it was published
}

// Topic is the foreign topic.
func (o Opaque) Topic() Topic { return o.On }

// Name is empty: Curfew does not know the message.
func (Opaque) Name() string { return "" }

// Key is empty: Curfew does not know the message.
func (Opaque) Key() string { return "" }
