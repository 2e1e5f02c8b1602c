package yaml

// origin says what comes before a value of a block.
type origin int

const (
	afterMarker origin = iota // the beginning of the document
	afterDash                 // a mapping or a list may begin in the same line
	afterColon                // neither may; a list may be in the lines below, level with its key
)

// block reads the value of a block whose parent begins at that column, and leaves pos after it. After an anchor no
// mapping and no list may begin in the same line.
func (p *parser) block(parent int, from origin, anchored bool) *Node {
	begin, line := p.pos, p.bol
	p.gap(from != afterDash || anchored)
	fresh := p.fresh()
	switch {
	case p.eof(), p.marker():
		return p.nothing()
	case fresh && from == afterColon && p.column() == parent && p.dash():
		return p.sequence(true)
	case fresh && p.column() <= parent:
		p.back(begin, line) // what is here belongs to an outer block
		return p.nothing()
	}
	collection := fresh || from == afterDash && !anchored
	switch {
	case p.dash() && collection:
		return p.sequence(false)
	case p.dash():
		p.fail(p.pos, "a list cannot begin after a key in the same line; put it on lines of its own")
	case collection && p.keyAhead():
		return p.mapping()
	case p.peek(0) == '&':
		return p.anchored(func() *Node { return p.block(parent, from, true) })
	}
	n := p.value(parent)
	if p.blanks(); n.Plain && p.peek(0) == ':' {
		p.colonInPlain(n)
	}
	p.rest()
	return n
}

func (p *parser) back(pos, bol int) { p.pos, p.bol = pos, bol }

// colonInPlain refuses a colon after a plain text that is not a key.
func (p *parser) colonInPlain(n *Node) {
	if line, _ := p.place(p.pos); line > n.Line {
		p.fail(p.pos, `this line continues the value of line %d, and has a ": " in it; indent it like the key above, or put the value into quotes`, n.Line)
	}
	p.colonInValue()
}

func (p *parser) dash() bool { return p.peek(0) == '-' && blankz(p.peek(1)) }

// next goes to the next part of a block, and reports whether it belongs to the collection at that column.
func (p *parser) next(column int) bool {
	begin, line := p.pos, p.bol
	p.gap(!p.fresh())
	switch {
	case p.eof(), p.marker():
		return false
	case !p.fresh():
		p.rest()
	case p.column() > column:
		p.fail(p.pos, "this line is indented by %d blanks, but the lines that it belongs to by %d", p.column(), column)
	case p.column() < column:
		p.back(begin, line)
		return false
	}
	return true
}

// sequence reads a list at the column of its first dash. One that is level with its key ends with the next key.
func (p *parser) sequence(level bool) *Node {
	p.enter()
	defer p.leave()
	n, column := p.node(Sequence, p.pos), p.column()
	for {
		p.pos++ // the dash
		n.Items = append(n.Items, p.block(column, afterDash, false))
		if !p.next(column) {
			return n
		}
		if p.dash() {
			continue
		}
		if level {
			return n
		}
		p.fail(p.pos, `a list item begins with "- "; this line does not`)
	}
}

// mapping reads a mapping at the column of its first key.
func (p *parser) mapping() *Node {
	p.enter()
	defer p.leave()
	n, column := p.node(Mapping, p.pos), p.column()
	for {
		p.key(n, false)
		value := p.block(column, afterColon, false)
		n.Entries[len(n.Entries)-1].Value = value
		if !p.next(column) {
			return n
		}
		if !p.keyAhead() {
			p.noKey()
		}
	}
}
