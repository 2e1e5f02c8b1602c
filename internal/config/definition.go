package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"curfew/messages"
	"curfew/messages/text"
)

// The members of a `with` block that have to do with definitions.
const (
	definitionKey = "definition" // its name
	systemKey     = "system"     // its text
)

// fence is the line before and after the front matter of a definition.
const fence = "---"

// defined is the block filled in from its definition: with the members that only the definition has. This happens when
// the job file is read, so that the job in the journal is complete, and a changed definition is a changed job at the
// next start. False: the definition is not valid, and its problem has been reported.
func (b *builder) defined(n *node, folder string) (*node, bool) {
	m := n.find(definitionKey)
	if m == nil || folder == "" {
		return n, true
	}
	name, ok := m.value.scalar.(string)
	if !ok || !messages.IsName(name) {
		b.at(m.value, "definition must be the name of a file in %s, without .md: %s", folder, nameRule)
		return n, false
	}
	path := filepath.Join(folder, name+".md")
	def, read := b.known[path]
	if !read {
		def = b.definition(m.value, path)
		b.known[path] = def
	}
	if def == nil {
		return n, false
	}
	out := *n
	out.members = slices.Clone(n.members)
	for _, d := range def.members {
		if n.find(d.key) == nil {
			out.members = append(out.members, d)
		}
	}
	return &out, true
}

// definition reads a definition as members of a block; nil: it is not valid.
func (b *builder) definition(at *node, path string) *node {
	b.files = append(b.files, filepath.Join(b.dir, path))
	text, err := readDefinition(filepath.Join(b.dir, path))
	if err != nil {
		b.at(at, "definition: %v", err)
		return nil
	}
	file := filepath.Join(filepath.Dir(b.reader.file), path)
	r := &reader{file: file}
	out := r.frontMatter(text)
	b.problems = append(b.problems, r.problems...)
	if len(r.problems) > 0 {
		return nil
	}
	out.stampFile(file)
	return out
}

func readDefinition(path string) (string, error) {
	data, err := read(path, MaxDefinition)
	switch {
	case err != nil:
		return "", err
	case len(data) > MaxDefinition:
		return "", fmt.Errorf("%s is longer than %d bytes", path, MaxDefinition)
	case !utf8.Valid(data):
		return "", fmt.Errorf("%s is not UTF-8", path)
	}
	return strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n"), nil
}

// The empty lines around a text are dropped. The rest stays as it is written.
var (
	emptyLinesBefore = text.Pattern(`^([ \t]*(\n|$))+`)
	emptyLinesBehind = text.Pattern(`(\n[ \t]*)+$`)
)

// frontMatter returns the members of the front matter, and the text after it as one more member. Whether their values
// are valid, the actor type says.
func (r *reader) frontMatter(text string) *node {
	out := &node{shape: shapeMapping, line: 1, col: 1}
	body, begins := text, 1
	if rest, ok := strings.CutPrefix(text, fence+"\n"); ok {
		front, behind, closed := strings.Cut("\n"+rest, "\n"+fence+"\n")
		if !closed {
			front, closed = strings.CutSuffix("\n"+rest, "\n"+fence)
			behind = ""
		}
		if !closed {
			r.problem(1, 1, "the front matter has no end; end it with a line %s", fence)
			return out
		}
		if root := r.parseTree([]byte(front)); root != nil { // the first line of front is the fence's
			if root.shape != shapeMapping {
				r.at(root, "the front matter must be a mapping, not %s", root)
				return out
			}
			out.members = root.members
		}
		body, begins = behind, strings.Count(front, "\n")+3
	}
	if m := out.find(definitionKey); m != nil {
		r.problem(m.line, m.col, "a definition cannot have a definition; remove the key")
	}
	before := strings.Count(body, "\n")
	body = emptyLinesBefore().ReplaceAllString(body, "")
	begins += before - strings.Count(body, "\n")
	if body = emptyLinesBehind().ReplaceAllString(body, ""); body == "" {
		return out
	}
	if m := out.find(systemKey); m != nil {
		r.problem(m.line, m.col, "the system prompt is given here and as the text below; remove one of them")
	}
	out.members = append(out.members, member{
		key: systemKey, line: begins, col: 1, value: &node{shape: shapeText, line: begins, col: 1, scalar: body},
	})
	return out
}

// stampFile notes in all members of a node which file they are in.
func (n *node) stampFile(file string) {
	if n == nil {
		return
	}
	for i := range n.members {
		n.members[i].file = file
		n.members[i].value.stampFile(file)
	}
	for _, item := range n.items {
		item.stampFile(file)
	}
}
