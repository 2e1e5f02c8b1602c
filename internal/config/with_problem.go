package config

import (
	"cmp"
	"fmt"
	"strings"

	"curfew/messages/text"
)

var (
	unknownField = text.Pattern(`^unknown field "([^"]+)"$`)
	wrongType    = text.Pattern(`^cannot unmarshal (\S+)(?: \S+)? into Go struct field [^.]+\.(\S+) of type (\S+)$`)
)

// withProblem reports an error of the actor type at the member that it names, or else at the block.
func (b *builder) withProblem(o object, n *node, err error) {
	text := err.Error()
	member := text
	if m := unknownField().FindStringSubmatch(text); m != nil {
		member, text = m[1], fmt.Sprintf(unknownKey+"%q in with", m[1])
	} else if m := wrongType().FindStringSubmatch(text); m != nil {
		member, text = m[2], fmt.Sprintf("with.%s must be %s, not %s", m[2], jsonShape(m[3]), jsonShape(m[1]))
	} else {
		text = "with: " + text
	}
	p := b.withPlace(o, n, member)
	p.Message = text
	b.problems = append(b.problems, p)
}

// withPlace is the place of the member whose name or dotted path the text begins with: in the job file, or in the
// definition that the member comes from.
func (b *builder) withPlace(o object, n *node, text string) Problem {
	p := Problem{File: b.reader.file, Line: o.n.line, Col: o.n.col}
	if m := o.n.find("with"); m != nil {
		p.Line, p.Col = m.line, m.col
	}
	if at := atNamed(member{line: p.Line, col: p.Col, value: n}, text); at.line > 0 {
		p.Line, p.Col, p.File = at.line, at.col, cmp.Or(at.file, p.File)
	}
	return p
}

// atNamed is the member below the block of another one, whose name or dotted path a text begins with; as far down as it is
// found.
func atNamed(of member, text string) member {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :,;\"", r) })
	if len(words) == 0 {
		return of
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(words[0], "with."), ".") {
		m := of.value.find(part)
		if m == nil {
			m = of.value.findDeep(part)
		}
		if m == nil {
			return of
		}
		below := *m
		if below.file == "" {
			below.file = of.file
		}
		of = below
	}
	return of
}

// findDeep finds a key anywhere below the node, since a strict JSON decoder names an unknown key without its path.
func (n *node) findDeep(key string) *member {
	if n == nil {
		return nil
	}
	if m := n.find(key); m != nil {
		return m
	}
	for _, m := range n.members {
		if found := m.value.findDeep(key); found != nil {
			return found
		}
	}
	for _, item := range n.items {
		if found := item.findDeep(key); found != nil {
			return found
		}
	}
	return nil
}

// jsonShape is the shape in a file of a JSON or Go type.
func jsonShape(typ string) shape {
	switch {
	case typ == "string":
		return shapeText
	case typ == "bool":
		return shapeBool
	case strings.HasPrefix(typ, "int"), strings.HasPrefix(typ, "uint"):
		return shapeInt
	case typ == "number", strings.HasPrefix(typ, "float"):
		return shapeFloat
	case typ == "array", strings.HasPrefix(typ, "[]"):
		return shapeList
	default:
		return shapeMapping
	}
}
