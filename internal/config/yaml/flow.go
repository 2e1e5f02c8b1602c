package yaml

// flow reads a list in [ ] or a mapping in { }. It may span several lines with any indentation.
func (p *parser) flow(parent int) *Node {
	p.enter()
	defer p.leave()
	begin := p.pos
	n, end := p.node(Sequence, begin), byte(']')
	if p.peek(0) == '{' {
		n.Kind, end = Mapping, '}'
	}
	p.pos++
	for {
		p.flowGap(begin)
		if p.peek(0) == end {
			p.pos++
			return n
		}
		if n.Kind == Mapping {
			p.flowEntry(n, parent, begin)
		} else {
			n.Items = append(n.Items, p.flowItem(parent, begin))
		}
		p.flowGap(begin)
		switch c := p.peek(0); c {
		case ',':
			p.pos++
		case end:
		default:
			p.fail(p.pos, "a , or %c is missing here; put a value with %s in it into quotes", end, `, [ ] { } or ": "`)
		}
	}
}

// flowGap skips blanks, comments and line ends between brackets.
func (p *parser) flowGap(begin int) {
	for {
		p.blanks()
		p.comment()
		if p.eof() {
			p.fail(begin, "this %c is never closed; quote a value that begins with it", p.src[begin])
		}
		if p.marker() {
			p.fail(p.pos, "a line of %s inside brackets", p.src[p.pos:p.pos+3])
		}
		if p.peek(0) != '\n' {
			return
		}
		p.newline()
	}
}

func (p *parser) flowEntry(n *Node, parent, begin int) {
	if c := p.peek(0); c == '[' || c == '{' || c == '*' {
		p.fail(p.pos, "a key must be a plain text")
	}
	p.flowStart(true)
	value := (*Node)(nil)
	if p.key(n, true) {
		value = p.flowValue(parent, begin)
	} else {
		value = p.nothing()
	}
	n.Entries[len(n.Entries)-1].Value = value
}

// flowValue reads the value after a colon; it may be missing.
func (p *parser) flowValue(parent, begin int) *Node {
	p.flowGap(begin)
	if c := p.peek(0); c == ',' || c == '}' || c == ']' {
		return p.nothing()
	}
	return p.flowNode(parent, begin)
}

// flowItem reads an item of a list. "key: value" is a mapping of one key.
func (p *parser) flowItem(parent, begin int) *Node {
	at, line := p.pos, p.bol
	n := p.flowNode(parent, begin)
	p.blanks()
	if p.peek(0) != ':' || n.Plain && !blankz(p.peek(1)) {
		return n
	}
	if n.Kind != Scalar || p.bol != line {
		p.fail(at, "a key must be a plain text on one line")
	}
	pair := &Node{Kind: Mapping, Line: n.Line, Col: n.Col}
	p.addKey(pair, n, at)
	p.pos++
	pair.Entries[0].Value = p.flowValue(parent, begin)
	return pair
}

// flowStart refuses what cannot begin a key or a value between brackets.
func (p *parser) flowStart(key bool) {
	p.forbidden()
	switch c := p.peek(0); {
	case c == '"' || c == '\'' || c == '&' || p.startsPlain(true):
	case c == ',' && key:
		p.fail(p.pos, "a key is missing before this comma")
	case c == ',':
		p.fail(p.pos, "a value is missing before this comma")
	default:
		p.fail(p.pos, "a value that begins with %c must be in quotes", c)
	}
}

func (p *parser) flowNode(parent, begin int) *Node {
	n := p.node(Scalar, p.pos)
	switch c := p.peek(0); c {
	case '[', '{':
		return p.flow(parent)
	case '&':
		return p.anchored(func() *Node { return p.flowValue(parent, begin) })
	case '*':
		n.Kind = Alias
		p.pos++
		n.Text = p.name("an alias")
	case '"', '\'':
		n.Text = p.quoted(c)
	default:
		p.flowStart(false)
		n.Plain = true
		n.Text = p.plain(parent, true)
	}
	return n
}
