package yaml

// marker reports whether a line --- or ... begins here, which begins or ends a document.
func (p *parser) marker() bool {
	return p.pos == p.bol && len(p.src)-p.pos >= 3 && (p.src[p.pos:p.pos+3] == "---" || p.src[p.pos:p.pos+3] == "...") && blankz(p.peek(3))
}

func (p *parser) document() *Node {
	const second = "a second YAML document; a job file is one document"
	p.gap(false)
	if p.peek(0) == '%' && p.column() == 0 {
		p.fail(p.pos, "a YAML directive is not supported; remove the line")
	}
	begun := p.marker() && p.peek(0) == '-'
	switch {
	case begun:
		p.pos += 3
	case p.marker():
		p.fail(p.pos, "the document ends before it begins; remove the line")
	}
	root := p.block(-1, afterMarker, false)
	p.rest()
	p.gap(false)
	empty := root.Kind == Scalar && root.Plain && root.Text == ""
	ended := p.marker() && p.peek(0) == '.'
	if ended {
		p.pos += 3
		p.rest()
		p.gap(false)
	}
	switch {
	case p.eof() && empty && root.Anchor == "":
		return nil
	case p.eof():
		return root
	case p.marker(), ended:
		p.fail(p.pos, second)
	case p.fresh() && root.Kind == Mapping:
		p.fail(p.pos, "this line is indented less than the first key of the file")
	}
	p.fail(p.pos, "this line does not belong to the value above it")
	return nil
}

// rest makes sure that the rest of the line is empty or a comment.
func (p *parser) rest() {
	p.blanks()
	p.comment()
	switch c := p.peek(0); {
	case c == '\n', p.eof(), p.fresh():
	case c == ':' && blankz(p.peek(1)):
		p.colonInValue()
	default:
		p.fail(p.pos, "text after the end of a value; put the whole value into one pair of quotes")
	}
}

// colonInValue refuses what looks like a key inside a value.
func (p *parser) colonInValue() {
	p.fail(p.pos, `a ": " inside a value without quotes; put the value into quotes, or on lines of its own below "|"`)
}
