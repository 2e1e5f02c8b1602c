package config

import (
	"cmp"
	"slices"
	"strings"

	"curfew/messages/text"
)

// Forms that a shell would replace: by a home folder, and by a value or the output of a command.
var (
	homeForm = text.Pattern(`(^|:)~(/|$)`)
	fillIn   = text.Pattern(`\$\{|\$\(|\$[A-Z_]{2,}`)
)

// unread warns of variables and ~ in the words, headers and commands of a `with` block that no shell interprets.
func (b *builder) unread(n *node) {
	b.unreadIn(n.find("argv"), "argv")
	b.unreadIn(n.find("headers"), "headers")
	if !forShell(n) {
		b.unreadIn(n.find("stdin"), "stdin")
	}
	if m := n.find("mcp"); m != nil {
		for _, server := range m.value.members {
			b.unreadIn(server.value.find("command"), "command")
		}
	}
}

// shellNamed finds the name of a shell in a command.
var shellNamed = text.Pattern(`\b(` + strings.Join(shells, "|") + `)\b`)

// forShell reports whether the standard input of a command may be a script: its words name a shell.
func forShell(with *node) bool {
	texts := []*node{}
	for _, key := range []string{"command", "argv"} {
		if m := with.find(key); m != nil {
			texts = append(append(texts, m.value), m.value.items...)
		}
	}
	return slices.ContainsFunc(texts, func(n *node) bool {
		text, _ := n.scalar.(string)
		return shellNamed().MatchString(text)
	})
}

// unreadIn does the same for a text, or for the texts of a list or a mapping.
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
	case fillIn().MatchString(text):
		p.Message = what + " contains a $, but no variable is filled in there; is that intended?"
	case homeForm().MatchString(text):
		p.Message = what + " contains a ~, but no shell replaces it by a home folder; write the whole path"
	default:
		return
	}
	b.warnings = append(b.warnings, p)
}

// Keys of a `with` block, at any depth, whose text is a URL.
var urlKeys = []string{"url", "base_url"}

// notFilledIn looks in the folders and URLs of a `with` block for what only a shell would fill in.
func (b *builder) notFilledIn(with *node) {
	if with == nil {
		return
	}
	for _, m := range with.members {
		text, _ := m.value.scalar.(string)
		switch {
		case m.key == "dir":
			b.literalPath(m.value, m.key, text)
		case slices.Contains(urlKeys, m.key):
			b.literalURL(m.value, m.key, text)
		}
		b.notFilledIn(m.value)
	}
	for _, item := range with.items {
		b.notFilledIn(item)
	}
}

// literalPath refuses a path that only a shell would complete.
func (b *builder) literalPath(n *node, key, text string) {
	if strings.HasPrefix(text, "~") {
		b.at(n, "%s %q: no shell replaces ~ by a home folder here; write the whole path", key, text)
		return
	}
	b.literal(n, key, text, strings.HasPrefix(text, "$"))
}

// literalURL refuses a URL that only a shell would complete.
func (b *builder) literalURL(n *node, key, text string) {
	b.literal(n, key, text, strings.Contains(text, "${"))
}

// literal refuses a text that certainly lacks a value, and warns of one that may.
func (b *builder) literal(n *node, key, text string, lacks bool) {
	switch {
	case lacks:
		b.at(n, "%s: no shell fills in the variable here; write out its value", key)
	case fillIn().MatchString(text):
		b.warn(n, "%s contains a $, but no variable is filled in there; is that intended?", key)
	}
}

// pathAt is the path that a key has, in the job file's folder if it is relative.
func (b *builder) pathAt(n *node, key, text string) string {
	b.literalPath(n, key, text)
	return b.path(text)
}
