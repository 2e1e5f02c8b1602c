package config

import (
	"cmp"
	"fmt"

	"curfew/actors"
	"curfew/messages"
)

// The actor types whose `with` block has members that the reader of job files itself looks at.
const (
	shellKind    = "shell"     // with.command and with.shell: a command line
	cliAgentKind = "cli-agent" // with.command, with.argv, with.preflight: the same
	agentKind    = "agent"     // with.provider: an own key instead of the session's token
	httpKind     = "http"      // with.header_env: headers that hold a secret
)

// with turns the `with` block into JSON, and lets the actor type check it.
func (b *builder) with(o object, kind actors.Kind, def *messages.Definition) {
	m, n := o.n.find("with"), o.get("with", shapeMapping)
	if m != nil && (n == nil || n.broken()) {
		return // the problem has been reported
	}
	n, ok := b.defined(n, kind.Traits.Definitions)
	if !ok || b.hollow(n) {
		return // the problem has been reported
	}
	b.notFilledIn(n)
	b.unread(n)
	b.commandOf(n, kind.Name)
	block, ok := plain(n).(map[string]any)
	if !ok {
		block = map[string]any{}
	}
	raw, err := marshal(block)
	user := kind.RunsAs(raw)
	if err == nil && kind.UsesDir(raw) {
		if dir, isText := block["dir"].(string); isText || block["dir"] == nil && user == "" {
			block["dir"] = b.path(dir)
		}
		raw, err = marshal(block)
	}
	dir, _ := block["dir"].(string)
	b.user(n, user, def)
	b.looks(o, n, kind, def, cmp.Or(dir, homeOf(user)))
	if err != nil {
		b.at(o.n, "with: %v", err)
		return
	}
	def.With = raw
	if !b.fits(member{value: n}, b.blockOf(kind), "with") {
		return // the type's own error would be about the same key
	}
	if err := kind.Check(raw); err != nil {
		b.withProblem(o, n, err)
	}
	b.ownKey(o, n, kind, def)
	b.provider(o, n, kind, def)
	b.keys(n, kind.Name)
}

// hollow reports whether a key or an item in a block has no value: the person who wrote it meant something.
func (b *builder) hollow(n *node) (found bool) {
	if n == nil {
		return false
	}
	for _, m := range n.members {
		if m.value.shape == shapeNull {
			p := Problem{File: b.reader.file, Line: m.line, Col: m.col}
			if m.file != "" {
				p.File = m.file
			}
			p.Message = fmt.Sprintf(noValue, m.key)
			b.problems = append(b.problems, p)
			found = true
		}
		found = b.hollow(m.value) || found
	}
	for _, item := range n.items {
		if item.shape == shapeNull {
			b.at(item, "an item of a list has no value")
			found = true
		}
		found = b.hollow(item) || found
	}
	return found
}
