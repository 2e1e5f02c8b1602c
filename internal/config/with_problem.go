package config

import (
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
		member, text = m[1], fmt.Sprintf("unknown key %q in with", m[1])
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
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :,;\"", r) })
	if len(words) == 0 {
		return p
	}
	path := strings.TrimPrefix(words[0], "with.")
	for part := range strings.SplitSeq(path, ".") {
		m := n.find(part)
		if m == nil {
			m = n.findDeep(part)
		}
		if m == nil {
			return p
		}
		p.Line, p.Col, n = m.line, m.col, m.value
		if m.file != "" {
			p.File = m.file
		}
	}
	return p
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
