package host

import "strings"

// maxReason bounds the reason of a SessionExpired, in bytes.
const maxReason = 512

// head keeps the first n bytes of a text, as far as they are valid UTF-8.
func head(s string, n int) string {
	return strings.ToValidUTF8(s[:min(len(s), n)], "")
}

// tail keeps the last n bytes of a text, as far as they are valid UTF-8.
func tail(s string, n int) string {
	return strings.ToValidUTF8(s[max(0, len(s)-n):], "")
}
