package yaml

import "strings"

// noKey says why a line of a mapping has no key.
func (p *parser) noKey() {
	line, _, _ := strings.Cut(p.src[p.pos:], "\n")
	switch c := p.peek(0); {
	case p.dash():
		p.fail(p.pos, "a key is needed here, not a list item; a list must be below a key of its own")
	case c == '[' || c == '{' || c == '*':
		p.fail(p.pos, "a key must be a plain text")
	case c != '"' && c != '\'' && strings.Contains(line, ":"):
		p.fail(p.pos, `a key is needed here; put a blank after its colon ("key: value")`)
	}
	p.fail(p.pos, `a key is needed here ("key: value"); is a colon missing, or does the line belong to the text above?`)
}

// keyAhead reports whether a key with its colon begins here, in this line.
func (p *parser) keyAhead() bool {
	begin := p.pos
	defer func() { p.pos = begin }()
	if p.peek(0) == '&' {
		for !blankz(p.peek(0)) {
			p.pos++
		}
		p.blanks()
	}
	p.forbidden()
	switch c := p.peek(0); {
	case c == '"' || c == '\'':
		if !p.closed(c) {
			return false
		}
	case !p.startsPlain(false):
		return false
	default:
		p.plainLine(false)
	}
	p.blanks()
	return p.peek(0) == ':' && blankz(p.peek(1))
}

// closed skips a quoted text; false: it does not end in this line.
func (p *parser) closed(quote byte) bool {
	for p.pos++; !p.eof() && p.peek(0) != '\n'; p.pos++ {
		switch {
		case p.peek(0) == '\\' && quote == '"' && p.peek(1) != '\n':
			p.pos++
		case p.peek(0) == quote && quote == '\'' && p.peek(1) == quote:
			p.pos++
		case p.peek(0) == quote:
			p.pos++
			return true
		}
	}
	return false
}

// key reads a key with its colon, and adds it to the mapping. False: it has no colon.
func (p *parser) key(n *Node, flow bool) bool {
	begin := p.pos
	var key *Node
	if p.peek(0) == '&' {
		key = p.anchored(func() *Node { p.blanks(); return p.keyText(flow) })
	} else {
		key = p.keyText(flow)
	}
	p.addKey(n, key, begin)
	p.blanks()
	if p.peek(0) != ':' {
		return false
	}
	p.pos++
	return true
}

func (p *parser) addKey(n, key *Node, begin int) {
	switch {
	case len(n.Entries) >= maxKeys:
		p.fail(begin, "more than %d keys in one mapping", maxKeys)
	case p.pos-begin > maxKey:
		p.fail(begin, "a key is longer than %d characters; is its colon meant to be in a value? Then put the value into quotes", maxKey)
	case key.Plain && key.Text == "<<":
		p.fail(begin, `a merge key ("<<") is not supported; write the keys out`)
	}
	n.Entries = append(n.Entries, Entry{Key: key})
}

func (p *parser) keyText(flow bool) *Node {
	n := p.node(Scalar, p.pos)
	switch c := p.peek(0); c {
	case '"', '\'':
		line := p.bol
		n.Text = p.quoted(c)
		if p.bol != line {
			p.fail(p.pos, "a key must be on one line")
		}
	default:
		n.Plain = true
		n.Text = p.plainLine(flow)
	}
	return n
}
