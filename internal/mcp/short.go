package mcp

import (
	"curfew/messages"
	cut "curfew/messages/text"
)

// maxText is how many bytes of an error or an output an answer has; the end is kept.
const maxText = 2000

// text is the end of a text that may be missing.
func text[T ~string](s *T) string {
	if s == nil {
		return ""
	}
	return cut.Tail(string(*s), maxText)
}

// number is 0, which is left out, for null.
func number(n *uint64) uint64 {
	if n == nil {
		return 0
	}
	return *n
}

// when is a time, or nothing.
func when(at messages.Instant) string {
	if at.IsZero() {
		return ""
	}
	return at.String()
}
