package config

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
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

// Keys of a `with` block, in whatever depth, whose text is a folder or a URL.
var unfilled = []string{"dir", "url", "base_url"}

// notFilledIn looks for what a shell would fill in, in places of a `with` block that no shell ever sees.
func (b *builder) notFilledIn(with *node) {
	if with == nil {
		return
	}
	for _, m := range with.members {
		if text, ok := m.value.scalar.(string); ok && slices.Contains(unfilled, m.key) {
			b.literal(m.value, m.key, text)
		}
		b.notFilledIn(m.value)
	}
	for _, item := range with.items {
		b.notFilledIn(item)
	}
}

// literal refuses what a shell would fill in, in the text of a key: a path, a URL.
func (b *builder) literal(n *node, key, text string) {
	isPath := key == "dir" || key == "file"
	switch {
	case isPath && (text == "~" || strings.HasPrefix(text, "~/")):
		b.at(n, "%s %q: no shell reads it, so ~ is no home; write the whole path", key, text)
	case isPath && strings.HasPrefix(text, "$"), !isPath && strings.Contains(text, "${"):
		b.at(n, "%s: no shell reads it, so nothing is filled in for the variable; write it out", key)
	case fillIn.MatchString(text):
		b.warn(n, "%s has a $ in it, for which nothing is filled in; is that meant?", key)
	}
}
