package bus

import "curfew/messages"

// topicSet is a set of topics: a bit for each of Curfew's, and one for all others together.
type topicSet uint8

const foreign topicSet = 1 << 7

// setOf is the set of these topics; none means all of Curfew's.
func setOf(topics []messages.Topic) (set topicSet) {
	for _, t := range topics {
		set |= topicOf(t)
	}
	if len(topics) == 0 {
		set = foreign - 1
	}
	return set
}

// topicOf is the set of one topic.
func topicOf(t messages.Topic) topicSet {
	switch t {
	case messages.TopicConfig:
		return 1 << 0
	case messages.TopicCommand:
		return 1 << 1
	case messages.TopicDue:
		return 1 << 2
	case messages.TopicAttempt:
		return 1 << 3
	case messages.TopicSession:
		return 1 << 4
	case messages.TopicRun:
		return 1 << 5
	case messages.TopicOutbox:
		return 1 << 6
	default:
		return foreign
	}
}
