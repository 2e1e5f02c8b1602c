package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The members of a `with` block that a definition is about.
const (
	definitionKey = "definition" // its name
	systemKey     = "system"     // its text
)

// fence stands before and behind the front matter of a definition.
const fence = "---"

// defined is the block with what its definition has and it has not. A definition is resolved when the job
// file is read, so that a job's definition is a fact with everything in it, and a changed file is a changed
// job at the next start. False: something is wrong with it, which has been said.
func (b *builder) defined(n *node, folder string) (*node, bool) {
	m := n.find(definitionKey)
	if m == nil || folder == "" {
		return n, true
	}
	name, ok := m.value.scalar.(string)
	if !ok || !nameForm.MatchString(name) {
		b.at(m.value, "definition must be the name of a file in %s without its .md: %s", folder, nameRule)
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

// definition reads a definition into members of a block; nil if something is wrong with it.
func (b *builder) definition(at *node, path string) *node {
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
		return "", fmt.Errorf("%s is over %d bytes", path, MaxDefinition)
	case !utf8.Valid(data):
		return "", fmt.Errorf("%s is not UTF-8", path)
	}
	return strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n"), nil
}

// A text is taken without the empty lines around it. All else in it is as it was written.
var (
	emptyLinesBefore = regexp.MustCompile(`^([ \t]*(\n|$))+`)
	emptyLinesBehind = regexp.MustCompile(`(\n[ \t]*)+$`)
)

// frontMatter makes members of the front matter, and one more of the text behind it. What is wrong with
// them is the actor type's to say.
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
			r.problem(1, 1, "the front matter has no end: a line with nothing but %s", fence)
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
		r.problem(m.line, m.col, "a definition has no definition of its own")
	}
	before := strings.Count(body, "\n")
	body = emptyLinesBefore.ReplaceAllString(body, "")
	begins += before - strings.Count(body, "\n")
	if body = emptyLinesBehind.ReplaceAllString(body, ""); body == "" {
		return out
	}
	if m := out.find(systemKey); m != nil {
		r.problem(m.line, m.col, "the system prompt stands here and in the text below; leave one of them out")
	}
	out.members = append(out.members, member{
		key: systemKey, line: begins, col: 1, value: &node{shape: shapeText, line: begins, col: 1, scalar: body},
	})
	return out
}

// stampFile notes where all the members of a node stand.
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
