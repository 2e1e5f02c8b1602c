package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"curfew/actors"
	"curfew/messages"
)

// The actor types of which the contract itself says something about the `with` block.
const (
	shellKind    = "shell"     // with.dir: the job file's folder, unless the job says otherwise
	cliAgentKind = "cli-agent" // the same
	agentKind    = "agent"     // with.provider: an own key instead of the session's token
	httpKind     = "http"      // with.header_env: headers that hold a secret
)

// with turns the `with` block into JSON, and lets the actor type judge it.
func (b *builder) with(o object, kind actors.Kind, def *messages.Definition) {
	m, n := o.n.find("with"), o.get("with", shapeMapping)
	if m != nil && (n == nil || n.broken()) {
		return // that has been said
	}
	n, ok := b.defined(n, kind.Traits.Definitions)
	if !ok || b.hollow(n) {
		return // that has been said, too
	}
	b.notFilledIn(n)
	b.unread(n)
	if kind.Name == shellKind {
		b.commandOf(n)
	}
	block, ok := plain(n).(map[string]any)
	if !ok {
		block = map[string]any{}
	}
	if kind.Name == shellKind || kind.Name == cliAgentKind || kind.Name == agentKind && block["mcp"] != nil {
		// Only the file's reader knows its folder, so no actor type can do this by itself.
		if dir, isText := block["dir"].(string); isText && filepath.IsAbs(dir) {
			block["dir"] = filepath.Clean(dir)
		} else if isText || block["dir"] == nil {
			block["dir"] = filepath.Join(b.dir, dir)
		}
	}
	dir, _ := block["dir"].(string)
	b.looks(o, n, kind, def, dir)
	raw, err := marshal(block)
	if err != nil {
		b.at(o.n, "with: %v", err)
		return
	}
	def.With = raw
	if b.unknownIn(n, kind.Spec, "with") {
		return // whatever else the type says would be of this
	}
	if err := kind.Check(raw); err != nil {
		b.withProblem(o, n, err)
	}
	b.ownKey(o, n, kind, def)
	b.provider(o, n, kind, def)
	b.headerEnv(n, kind)
}

// hollow reports whether something in a block has no value: a person who wrote its key meant something.
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

// headerEnv keeps the variables that hold secret headers from every job's process. The last word of an
// entry is the variable's name.
func (b *builder) headerEnv(n *node, kind actors.Kind) {
	if kind.Name != httpKind {
		return
	}
	m := n.find("header_env")
	if m == nil {
		return
	}
	for _, entry := range m.value.members {
		if text, ok := entry.value.scalar.(string); ok {
			b.out.DenyEnv = append(b.out.DenyEnv, text[strings.LastIndexByte(text, ' ')+1:])
		}
	}
}

// provider applies the contract of `agent`: without a key of its own it needs a session that has a
// backend; the variable that holds a key of its own is kept from every job's process.
func (b *builder) provider(o object, n *node, kind actors.Kind, def *messages.Definition) {
	if kind.Name != agentKind {
		return
	}
	b.bearerEnv(n)
	if p := n.find("provider"); p != nil {
		if key := p.value.find("api_key_env"); key != nil {
			if name, ok := key.value.scalar.(string); ok {
				b.out.DenyEnv = append(b.out.DenyEnv, name)
			}
		}
		return
	}
	backend, known := b.backendOf(def.Session)
	switch {
	case def.Session == "":
		b.at(o.n, "actor %q without a session needs with.provider", kind.Name)
	case known && backend == "":
		b.at(o.n, "actor %q needs a backend: give session %q one, or the job a with.provider", kind.Name, def.Session)
	}
}

// ownKey notes that a job uses a key of its own. That it is held with a session all the same surprises people, so it
// is said of one that does not name its session.
func (b *builder) ownKey(o object, n *node, kind actors.Kind, def *messages.Definition) {
	def.OwnKey = kind.Traits.Gated && kind.OwnKey(def.With)
	if !def.OwnKey || def.Session == "" || o.n.find("session") != nil {
		return
	}
	at := o.n
	if m := n.find("provider"); m != nil {
		at = m.value
	}
	b.warn(at, "job %s brings a key of its own, and is held with session %q all the same; session: none lets it go on, session: %s says that it is meant",
		def.Job, def.Session, def.Session)
}

// bearerEnv keeps the variables that hold the tokens of MCP servers from every job's process.
func (b *builder) bearerEnv(n *node) {
	servers := n.find("mcp")
	if servers == nil {
		return
	}
	for _, server := range servers.value.members {
		if m := server.value.find("bearer_env"); m != nil {
			if name, ok := m.value.scalar.(string); ok {
				b.out.DenyEnv = append(b.out.DenyEnv, name)
			}
		}
	}
}

var (
	unknownField = regexp.MustCompile(`^unknown field "([^"]+)"$`)
	wrongType    = regexp.MustCompile(`^cannot unmarshal (\S+)(?: \S+)? into Go struct field [^.]+\.(\S+) of type (\S+)$`)
)

// withProblem puts what the actor type said at the member that it names, else at the block.
func (b *builder) withProblem(o object, n *node, err error) {
	text := err.Error()
	member := text
	if m := unknownField.FindStringSubmatch(text); m != nil {
		member, text = m[1], fmt.Sprintf("unknown key %q in with", m[1])
	} else if m := wrongType.FindStringSubmatch(text); m != nil {
		member, text = m[2], fmt.Sprintf("with.%s must be %s, not %s", m[2], jsonShape(m[3]), jsonShape(m[1]))
	} else {
		text = "with: " + text
	}
	p := b.withPlace(o, n, member)
	p.Message = text
	b.problems = append(b.problems, p)
}

// withPlace finds the member whose name, or dotted path, the text begins with: in the job file, or in the
// definition that it comes from.
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

// findDeep finds a key anywhere below the node: a strict JSON decoder names an unknown key without
// its path.
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

// jsonShape says in plain words what a JSON or Go type looks like in a file.
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

// plain turns a node into what encoding/json writes.
func plain(n *node) any {
	switch {
	case n == nil:
		return nil
	case n.shape == shapeMapping:
		out := make(map[string]any, len(n.members))
		for _, m := range n.members {
			out[m.key] = plain(m.value)
		}
		return out
	case n.shape == shapeList:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = plain(item)
		}
		return out
	default:
		return n.scalar
	}
}

// marshal writes JSON with sorted keys, so that the order of a file is no part of a definition.
func marshal(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}
