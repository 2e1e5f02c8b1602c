// Package text cuts texts: what a field, a line of the log or a message to a person takes of one that may be too long.
// What is kept is valid UTF-8: a character that a cut splits is left out, and so is anything that is not UTF-8.
// [Nearest] finds the name that a wrong one was meant for.
package text

import (
	"fmt"
	"strings"
)

// Head is the beginning of a text, at most n bytes of it.
func Head(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// Tail is the end of a text, at most n bytes of it.
func Tail(s string, n int) string { return strings.ToValidUTF8(s[max(0, len(s)-n):], "") }

// FirstLine is the first line of a text that is not blank, without the white space around the text.
func FirstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimRight(line, "\r")
}

// Names is a list of names, of which at most so many are named: "a, b and 3 more".
func Names(names []string, most int) string {
	s := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// OneLine is a text on one line: white space of any kind and length is one space.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
