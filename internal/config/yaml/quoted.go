package yaml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted reads a text in quotes, with its escapes and line ends.
func (p *parser) quoted(quote byte) string {
	begin := p.pos
	p.pos++
	var text strings.Builder
	for {
		switch c := p.peek(0); {
		case p.eof():
			p.fail(begin, "this %c is never closed", quote)
		case p.marker():
			p.fail(p.pos, "a line of %s inside a text in quotes; indent it", p.src[p.pos:p.pos+3])
		case c == quote && quote == '\'' && p.peek(1) == quote:
			text.WriteByte(quote)
			p.pos += 2
		case c == quote:
			p.pos++
			return text.String()
		case c == '\\' && quote == '"' && p.peek(1) == '\n':
			p.pos++
			text.WriteString(strings.Repeat("\n", p.foldQuoted()-1)) // the escaped line end itself is dropped
		case c == '\\' && quote == '"':
			text.WriteString(p.escape())
		case blank(c) || c == '\n':
			blanks := p.pos
			p.blanks()
			if p.peek(0) != '\n' {
				text.WriteString(p.src[blanks:p.pos])
				continue
			}
			text.WriteString(folded(p.foldQuoted()))
		default:
			text.WriteByte(c)
			p.pos++
		}
	}
}

// foldQuoted skips line ends and the blanks around them, and counts the line ends.
func (p *parser) foldQuoted() (breaks int) {
	for p.peek(0) == '\n' {
		breaks++
		p.newline()
		if p.marker() {
			return breaks
		}
		p.blanks()
	}
	return breaks
}

var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// escape reads an escape in double quotes.
func (p *parser) escape() string {
	begin, c := p.pos, p.peek(1)
	if s, ok := escapes[c]; ok {
		p.pos += 2
		return s
	}
	if c == '\t' {
		p.fail(begin, `not every reader of YAML accepts a backslash before a TAB; write \t`)
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	if digits == 0 {
		r, _ := utf8.DecodeRuneInString(p.src[min(begin+1, len(p.src)):])
		p.fail(begin, `\%c is not a valid escape; write \\ for a backslash, or use single quotes`, r)
	}
	p.pos += 2
	hex := p.src[p.pos:min(p.pos+digits, len(p.src))]
	code, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) < digits || strings.ContainsAny(hex, "_+-") {
		p.fail(begin, `\%c needs %d hexadecimal digits`, c, digits)
	}
	if code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
		p.fail(begin, `\%c%s is not a character; write the character itself`, c, hex)
	}
	p.pos += digits
	return string(rune(code))
}
