// Package screen makes texts from others safe for a terminal: the output of a job, a backend or a server must not move
// the cursor, set the title, reverse lines or print lines that look like ours. All text for a terminal goes through it;
// JSON for programs does not.
package screen

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text makes a text of any number of lines safe. A carriage return counts as a line end, alone or before a line feed.
// Tabs stay. Every other control character, every byte that is not UTF-8, and every character that changes the
// direction of the text after it becomes an escape such as \x1b or \u202e.
func Text(s string) string {
	if clean(s, false) {
		return s
	}
	out, _ := tame(nil, s, false, false)
	return string(out)
}

// Line makes a text safe and puts it on one line: line ends and tabs become \n, \r and \t, the rest is as in [Text].
func Line(s string) string {
	if clean(s, true) {
		return s
	}
	out, _ := tame(nil, s, true, false)
	return string(out)
}

// NewWriter returns a writer that passes on to w what is written, made safe as by [Text].
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

// A Writer makes a stream safe; see [NewWriter]. The stream may come in any pieces: an incomplete character is kept
// until its rest comes. A Writer is for one goroutine.
type Writer struct {
	to   io.Writer
	held []byte // the beginning of a character
	cr   bool   // the last character was a carriage return, which was passed on as a line end
}

// Write writes p.
func (w *Writer) Write(p []byte) (int, error) {
	text := append(w.held, p...)
	whole := len(text) - incomplete(text)
	w.held = append([]byte(nil), text[whole:]...)
	return len(p), w.pass(string(text[:whole]))
}

// Flush writes an incomplete character that was kept. It is called at the end of the stream.
func (w *Writer) Flush() error {
	text := string(w.held)
	w.held = nil
	return w.pass(text)
}

func (w *Writer) pass(text string) error {
	if text == "" {
		return nil
	}
	out, cr := tame(nil, text, false, w.cr)
	w.cr = cr
	_, err := w.to.Write(out)
	return err
}

// incomplete is the number of bytes at the end that are the beginning of a character.
func incomplete(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if utf8.RuneStart(p[len(p)-n]) {
			if !utf8.FullRune(p[len(p)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

func clean(s string, line bool) bool {
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t':
			if line {
				return false
			}
		case harmful(r), r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			return false
		}
	}
	return true
}

// tame appends the text, made safe. Cr says whether a carriage return came before it; the second result says whether
// the text ends with one.
func tame(out []byte, s string, line, cr bool) ([]byte, bool) {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case line && r == '\n':
			out = append(out, `\n`...)
		case line && r == '\t':
			out = append(out, `\t`...)
		case line && r == '\r':
			out = append(out, `\r`...)
		case r == '\r', r == '\n' && !cr:
			out = append(out, '\n')
		case r == '\n': // the line has ended already
		case r == '\t':
			out = append(out, '\t')
		case r == utf8.RuneError && size == 1, r < 0x80 && harmful(r):
			out = fmt.Appendf(out, `\x%02x`, s[0])
		case harmful(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, s[:size]...)
		}
		cr = r == '\r'
		s = s[size:]
	}
	return out, cr
}

// harmful reports whether a character may control a terminal or change the direction of text.
func harmful(r rune) bool {
	switch {
	case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0: // C0, DEL, C1
		return true
	case r == 0x2028, r == 0x2029: // line and paragraph separator
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // direction
		return true
	default:
		return false
	}
}
