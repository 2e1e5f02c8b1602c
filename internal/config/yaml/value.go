package yaml

import "strings"

// value reads what begins with a sign of its own: an alias, a text of any style, a flow collection.
func (p *parser) value(parent int) *Node {
	p.forbidden()
	n := p.node(Scalar, p.pos)
	switch c := p.peek(0); c {
	case '*':
		n.Kind = Alias
		p.pos++
		n.Text = p.name("an alias")
	case '|', '>':
		n.Text = p.literal(parent)
	case '"', '\'':
		n.Text = p.quoted(c)
	case '[', '{':
		return p.flow(parent)
	default:
		if !p.startsPlain(false) {
			p.reserved()
		}
		n.Plain = true
		n.Text = p.plain(parent, false)
	}
	return n
}

// forbidden refuses what no job file needs.
func (p *parser) forbidden() {
	switch c := p.peek(0); {
	case c == '!':
		p.fail(p.pos, "a YAML tag is not supported; remove it (quote a value to make it a text)")
	case c == '?' && blankz(p.peek(1)):
		p.fail(p.pos, `a "?" key is not supported; write "key: value"`)
	case c == ':' && blankz(p.peek(1)):
		p.fail(p.pos, "a key is missing before this colon")
	}
}

// reserved refuses a value that begins with a sign of YAML's own.
func (p *parser) reserved() {
	switch c := p.peek(0); c {
	case ']', '}', ',':
		p.fail(p.pos, "this %q closes no [ or {; put a value that begins with it into quotes", c)
	case '\n', 0:
		p.fail(p.pos, "a value is missing here")
	default:
		p.fail(p.pos, "a value that begins with %c must be in quotes", c)
	}
}

// anchored reads an anchor and the value after it.
func (p *parser) anchored(read func() *Node) *Node {
	begin := p.pos
	if p.anchors++; p.anchors > maxAnchors {
		p.fail(begin, "more than %d anchors", maxAnchors)
	}
	p.pos++
	name := p.name("an anchor")
	n := read()
	if n.Anchor != "" || n.Kind == Alias {
		p.fail(begin, "an anchor before another anchor or an alias; remove one of them")
	}
	n.Anchor = name
	return n
}

// name reads the name of an anchor or an alias.
func (p *parser) name(what string) string {
	begin := p.pos
	for c := p.peek(0); c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'; c = p.peek(0) {
		p.pos++
	}
	if c := p.peek(0); p.pos == begin || !blankz(c) && !flowSign(c) {
		p.fail(begin-1, "a value that begins with %c must be in quotes; without them it is %s of YAML, with a name of letters, digits, _ and -",
			p.src[begin-1], what)
	}
	return p.src[begin:p.pos]
}

// startsPlain reports whether a text without quotes may begin here.
func (p *parser) startsPlain(flow bool) bool {
	c, next := p.peek(0), p.peek(1)
	switch {
	case blankz(c):
		return false
	case c == '-':
		return !blankz(next) && (!flow || !flowSign(next))
	case c == '?' || c == ':':
		return !flow && !blankz(next)
	default:
		return strings.IndexByte("#&*!|>'\"%@`,[]{}", c) < 0
	}
}

// plain reads a text without quotes, over all its lines.
func (p *parser) plain(parent int, flow bool) string {
	text := p.plainLine(flow)
	var all strings.Builder
	for {
		all.WriteString(text)
		end, line := p.pos, p.bol
		breaks := p.foldPlain(parent)
		more := breaks > 0 && !p.eof() && p.peek(0) != '#' && !p.marker() && (flow || p.column() > parent)
		if flow {
			c := p.peek(0)
			more = more && !flowSign(c) && (c != ':' || !blankz(p.peek(1)))
		}
		if !more {
			if breaks > 0 {
				p.back(end, line)
			}
			return all.String()
		}
		all.WriteString(folded(breaks))
		if text = p.plainLine(flow); text == "" {
			return all.String() // the line begins with a colon, which the caller refuses
		}
	}
}

// foldPlain skips line ends and the blanks around them, and counts the line ends.
func (p *parser) foldPlain(parent int) (breaks int) {
	p.blanks()
	for p.peek(0) == '\n' {
		breaks++
		p.newline()
		for blank(p.peek(0)) {
			if p.peek(0) == '\t' && p.column() <= parent {
				p.fail(p.pos, tabIndent)
			}
			p.pos++
		}
	}
	return breaks
}

// folded is what line ends inside a text become: one is a blank, and of more all but one are kept.
func folded(breaks int) string {
	if breaks == 1 {
		return " "
	}
	return strings.Repeat("\n", breaks-1)
}

// plainLine reads what this line has of a text without quotes, without the blanks at its end.
func (p *parser) plainLine(flow bool) string {
	begin, end := p.pos, p.pos
	for ; !p.eof() && p.peek(0) != '\n'; p.pos++ {
		c, next := p.peek(0), p.peek(1)
		switch {
		case c == ':' && blankz(next), flow && flowSign(c), c == '#' && p.pos > p.bol && blank(p.src[p.pos-1]):
			p.pos = max(end, begin)
			return p.trimmed(begin, end)
		case flow && c == ':' && flowSign(next):
			p.fail(p.pos, "a colon directly before %q; put a blank after the colon, or the text into quotes", next)
		case !blank(c):
			end = p.pos + 1
		}
	}
	p.pos = end
	return p.trimmed(begin, end)
}

func (p *parser) trimmed(begin, end int) string { return p.src[begin:max(begin, end)] }
