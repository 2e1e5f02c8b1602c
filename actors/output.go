package actors

import (
	"strings"

	"curfew/messages/text"
)

// The end of an output: a program says there why it failed. What is before may be anything, such as a log or a page
// that an agent was reading, with the very words of an expired session in it.
const (
	EndLines = 40      // lines
	EndBytes = 8 << 10 // bytes
)

// End is the end of an output, at most [EndLines] lines and [EndBytes] bytes of it, without white space after the last
// line. Only this end is searched for signs of an expired session.
func End(output string) string {
	s := strings.TrimRight(output, " \t\r\n")
	from := len(s)
	for range EndLines {
		if from = strings.LastIndexByte(s[:from], '\n'); from < 0 {
			break
		}
	}
	s = s[from+1:]
	if len(s) > EndBytes {
		s = text.Tail(s, EndBytes)
	}
	return s
}

// MaxLine bounds what an error quotes of an output, in bytes.
const MaxLine = 512

// sequence is what terminals take for an order: a colour, a title, a move of the cursor.
var sequence = text.Pattern(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]*[0-~])`)

// Readable is a line without what terminals take for orders, and without white space around it.
func Readable(line string) string {
	return strings.TrimSpace(sequence().ReplaceAllString(line, ""))
}

// LastLine is the last line in which something can be read, at most [MaxLine] bytes, without what terminals take
// for orders: it is what an error quotes of an output. A carriage return ends a line, too: programs that show how
// far they are write over their last line with it. Of a line that is too long the end is kept: what was written
// last says most.
func LastLine(s string) string {
	for s != "" {
		from := strings.LastIndexAny(s, "\n\r") + 1
		line := Readable(s[from:])
		if len(line) > MaxLine {
			return "…" + text.Tail(line, MaxLine-len("…"))
		}
		if line != "" {
			return line
		}
		s = s[:max(0, from-1)]
	}
	return ""
}
