package config

import (
	"cmp"
	"regexp"
)

// homeForm is what a shell would take for a home.
var homeForm = regexp.MustCompile(`(^|:)~(/|$)`)

// unread warns of variables and homes in the words, headers and commands of a `with` block that no shell reads.
func (b *builder) unread(n *node) {
	b.unreadIn(n.find("argv"), "argv")
	b.unreadIn(n.find("headers"), "headers")
	if m := n.find("mcp"); m != nil {
		for _, server := range m.value.members {
			b.unreadIn(server.value.find("command"), "command")
		}
	}
}

// unreadIn does so in a text, or in those of a list or a mapping.
func (b *builder) unreadIn(m *member, what string) {
	if m == nil {
		return
	}
	for _, item := range m.value.items {
		b.unreadIn(&member{value: item, file: m.file}, what)
	}
	for _, inner := range m.value.members {
		b.unreadIn(&inner, what+"."+inner.key)
	}
	text, _ := m.value.scalar.(string)
	p := Problem{File: cmp.Or(m.file, b.reader.file), Line: m.value.line, Col: m.value.col}
	switch {
	case fillIn.MatchString(text):
		p.Message = what + " has a $ in it, for which nothing is filled in; is that meant?"
	case homeForm.MatchString(text):
		p.Message = what + " has a ~ in it, and no shell reads it: it is no home; write the whole path"
	default:
		return
	}
	b.warnings = append(b.warnings, p)
}
