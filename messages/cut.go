package messages

import "strings"

// Head is the beginning of a text, at most n bytes of it, as far as they are valid UTF-8: what a field takes of a
// text that may be too long.
func Head(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// Tail is the end of a text, at most n bytes of it, as far as they are valid UTF-8.
func Tail(s string, n int) string { return strings.ToValidUTF8(s[max(0, len(s)-n):], "") }
