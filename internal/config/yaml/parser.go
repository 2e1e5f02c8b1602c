package yaml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// parser goes through the text once, from left to right. An error ends it by a panic with an [*Error], which [Parse]
// recovers.
type parser struct {
	src     string // line ends are LF
	pos     int
	bol     int // where the line of pos begins
	depth   int
	anchors int
	seen    spot // the last place that was computed: places are asked for in order, so lines are counted only once
}

type spot struct{ pos, line, col int }

func newParser(text string) *parser {
	if strings.HasSuffix(text, "\r") {
		text += "\n" // the file was cut inside its last line end
	}
	p := &parser{src: text, seen: spot{line: 1, col: 1}}
	p.unwritable()
	p.seen = spot{line: 1, col: 1}
	p.src = strings.ReplaceAll(text, "\r\n", "\n") // places stay: the CR is the last character of its line
	return p
}

// barred reports whether a character must be written as an escape in double quotes. Line ends and tabs are judged by
// their place.
func barred(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r >= 0x7f && r < 0xa0 ||
		r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// unwritable refuses characters that YAML does not allow, and characters that some readers treat as line ends.
func (p *parser) unwritable() {
	for i, r := range p.src {
		switch {
		case r == '\r' && strings.HasPrefix(p.src[i:], "\r\n"), r == '\n', r == '\t':
		case r == '\r':
			p.fail(i, `a carriage return (CR) without a line feed; end lines with LF or CR LF, or write \r in double quotes`)
		case barred(r):
			p.fail(i, "the character U+%04X is not allowed in a job file; write %s in double quotes", r, escapeOf(r))
		}
	}
}

// escapeOf is how a character is written in double quotes.
func escapeOf(r rune) string {
	if r <= 0xff {
		return fmt.Sprintf(`\x%02X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

// place is the line and column of a byte.
func (p *parser) place(pos int) (line, col int) {
	s := p.seen
	if pos < s.pos {
		s = spot{line: 1, col: 1}
	}
	between := p.src[s.pos:pos]
	if n := strings.Count(between, "\n"); n > 0 {
		s.line += n
		s.col = 1
		between = between[strings.LastIndexByte(between, '\n')+1:]
	}
	s.col += utf8.RuneCountInString(between)
	s.pos = pos
	p.seen = s
	return s.line, s.col
}

func (p *parser) fail(pos int, format string, args ...any) {
	line, col := p.place(min(pos, len(p.src)))
	panic(&Error{line, col, fmt.Sprintf(format, args...)})
}

func (p *parser) node(kind Kind, pos int) *Node {
	line, col := p.place(pos)
	return &Node{Kind: kind, Line: line, Col: col}
}

func (p *parser) nothing() *Node {
	n := p.node(Scalar, p.pos)
	n.Plain = true
	return n
}

func (p *parser) eof() bool { return p.pos >= len(p.src) }

// peek is the character at pos + ahead; 0 after the end.
func (p *parser) peek(ahead int) byte {
	if i := p.pos + ahead; i < len(p.src) {
		return p.src[i]
	}
	return 0
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// blankz reports whether a character is a blank, a line end or the end of the file.
func blankz(c byte) bool { return blank(c) || c == '\n' || c == 0 }

func flowSign(c byte) bool { return c != 0 && strings.IndexByte(",[]{}", c) >= 0 }

// column is the position in the line, from 0. It counts bytes: before the columns that matter there are only blanks,
// dashes and names of anchors.
func (p *parser) column() int { return p.pos - p.bol }

// fresh reports whether there are only blanks before pos in its line.
func (p *parser) fresh() bool { return strings.Trim(p.src[p.bol:p.pos], " ") == "" }

// newline skips a line end.
func (p *parser) newline() {
	p.pos++
	p.bol = p.pos
}

func (p *parser) blanks() {
	for blank(p.peek(0)) {
		p.pos++
	}
}

// comment skips a comment, if one begins here. Its # must follow a blank or begin the line.
func (p *parser) comment() {
	if p.peek(0) != '#' {
		return
	}
	if p.pos > p.bol && !blank(p.src[p.pos-1]) {
		p.fail(p.pos, "a # directly after a value; put a blank before a comment")
	}
	if n := strings.IndexByte(p.src[p.pos:], '\n'); n >= 0 {
		p.pos += n
	} else {
		p.pos = len(p.src)
	}
}

const tabIndent = "a TAB at the beginning of a line; indent with blanks"

// gap skips blanks, comments and line ends between the parts of a block. A TAB is allowed between a colon and its
// value, but not where it could be taken for indentation.
func (p *parser) gap(tabs bool) {
	for {
		for p.peek(0) == ' ' || tabs && p.peek(0) == '\t' && !p.fresh() {
			p.pos++
		}
		if p.peek(0) == '\t' {
			if p.fresh() {
				p.fail(p.pos, tabIndent)
			}
			p.fail(p.pos, "a TAB after a dash; write a blank instead")
		}
		p.comment()
		if p.peek(0) != '\n' {
			return
		}
		p.newline()
	}
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.pos, "nested deeper than %d levels", maxDepth)
	}
}

func (p *parser) leave() { p.depth-- }
