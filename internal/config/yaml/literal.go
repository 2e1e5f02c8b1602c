package yaml

import "strings"

// literal reads a text below "|" (lines are kept) or ">" (lines are folded).
func (p *parser) literal(parent int) string {
	h := p.header()
	if p.eof() {
		return ""
	}
	p.newline()
	indent := max(parent, 0) + h.indent
	breaks := 0
	if h.indent == 0 {
		indent, breaks = p.findIndent(parent)
	} else {
		breaks = p.breaks(indent)
	}
	t := block{literal: !h.fold, breaks: breaks}
	for !p.eof() && p.column() == indent && (indent > 0 || !p.marker()) {
		end := strings.IndexByte(p.src[p.pos:], '\n')
		if end < 0 {
			end = len(p.src) - p.pos
		}
		t.add(p.src[p.pos:p.pos+end], p.pos+end < len(p.src))
		p.pos += end
		if !p.eof() {
			p.newline()
		}
		t.breaks = p.breaks(indent)
	}
	if !p.eof() {
		p.tooFarLeft(indent, parent)
		p.pos = p.bol
	}
	return t.end(h.chomp)
}

// tooFarLeft refuses a line that ends the text, yet is indented further than what the text belongs to.
func (p *parser) tooFarLeft(indent, parent int) {
	if c := p.column(); c > parent && c < indent && p.peek(0) != '#' {
		p.fail(p.pos, "this line is indented by %d blanks, and the text above by %d; indent it like the text, or like the key", c, indent)
	}
}

// header is what follows "|" or ">".
type header struct {
	fold   bool
	chomp  byte // '-': no line end at the end; '+': all of them; 0: one
	indent int  // how much further than the parent; 0: as far as the first line
}

func (p *parser) header() header {
	h := header{fold: p.peek(0) == '>'}
	for p.pos++; ; p.pos++ {
		switch c := p.peek(0); {
		case (c == '+' || c == '-') && h.chomp == 0:
			h.chomp = c
		case c >= '1' && c <= '9' && h.indent == 0:
			h.indent = int(c - '0')
		default:
			p.blanks()
			p.comment()
			if p.peek(0) != '\n' && !p.eof() {
				p.fail(p.pos, `a text begins on the line after its "|" or ">"; quote a value that begins with one of them`)
			}
			return h
		}
	}
}

// findIndent finds how far the first line of a text is indented, and counts the empty lines before it.
func (p *parser) findIndent(parent int) (indent, breaks int) {
	longest, at := 0, 0 // of the empty lines
	for {
		for p.peek(0) == ' ' {
			p.pos++
		}
		if p.peek(0) != '\n' {
			break
		}
		if p.column() > longest {
			longest, at = p.column(), p.pos
		}
		breaks++
		p.newline()
	}
	indent = max(p.column(), parent+1, 1)
	if p.eof() || p.column() < indent {
		return max(longest, parent+1, 1), breaks
	}
	if longest > indent {
		p.fail(at, "an empty line has more blanks than the first line of the text; remove them")
	}
	return indent, breaks
}

// breaks skips empty lines and the indentation of the next one, and counts the lines.
func (p *parser) breaks(indent int) (n int) {
	for {
		for p.peek(0) == ' ' && p.column() < indent {
			p.pos++
		}
		if p.peek(0) == '\t' && p.column() < indent {
			p.fail(p.pos, tabIndent)
		}
		if p.peek(0) != '\n' {
			return n
		}
		n++
		p.newline()
	}
}

// block puts the lines of a text together.
type block struct {
	text    strings.Builder
	literal bool
	breaks  int  // empty lines before the next one
	ended   bool // the last line has a line end
	deeper  bool // the last line began with a blank, so that nothing around it is folded
}

func (b *block) add(line string, ended bool) {
	deeper := line != "" && blank(line[0])
	switch {
	case !b.ended:
	case b.literal || b.deeper || deeper:
		b.text.WriteByte('\n')
	case b.breaks == 0:
		b.text.WriteByte(' ')
	}
	b.text.WriteString(strings.Repeat("\n", b.breaks))
	b.text.WriteString(line)
	b.ended, b.deeper = ended, deeper
}

func (b *block) end(chomp byte) string {
	if chomp != '-' && b.ended {
		b.text.WriteByte('\n')
	}
	if chomp == '+' {
		b.text.WriteString(strings.Repeat("\n", b.breaks))
	}
	return b.text.String()
}
