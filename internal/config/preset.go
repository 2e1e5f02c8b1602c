package config

import (
	"path"
	"slices"

	"curfew/actors"
	"curfew/messages"
)

const (
	presetKey    = "preset"
	presetEnding = ".yaml"
)

// A Preset fills in what a job leaves out.
type Preset struct {
	Name     string
	Actor    string // the type of the jobs that it is for
	About    string // in a few words
	Version  string // of the program that it was written for; empty: it does not say
	Measured string // the day; empty: it was not
	File     string // the job file's own; empty: it is part of the program
	Text     string // the whole file

	node   *node
	needs  []string
	names  []string          // variables that are passed on
	values map[string]string // variables with values
	signIn []SignInWatch     // how a sign-in with the program is noticed
}

// Program is what the preset's argv runs; empty: it has a command instead.
func (p Preset) Program() string {
	with := p.node.find("with")
	if with == nil {
		return ""
	}
	if argv := with.value.find("argv"); argv != nil && len(argv.value.items) > 0 {
		name, _ := argv.value.items[0].scalar.(string)
		return path.Base(name)
	}
	return ""
}

// instead are members of a block of which a job has one: a job that gives one does without the preset's other.
var instead = map[string]string{"argv": "command", "command": "argv"}

// withPreset is a job with what its preset fills in, except the env, which [builder.presetEnv] adds; nil: it has none,
// or the preset is not valid and its problem has been reported.
func (b *builder) withPreset(n *node) (*node, *Preset) {
	kind, ok := b.kindOf(n)
	with := n.find("with")
	if !ok || kind.Traits.Presets == nil || with == nil || with.value.shape != shapeMapping {
		return n, nil
	}
	m := with.value.find(presetKey)
	if m == nil || m.value.shape == shapeNull || m.value.shape == shapeBroken {
		return n, nil // nothing, or a problem that the block reports
	}
	name, ok := m.value.scalar.(string)
	if !ok || !messages.IsName(name) {
		b.at(m.value, "preset must be a name, %s", nameRule)
		m.value.shape = shapeBroken
		return n, nil
	}
	p := b.preset(m.value, kind, name)
	if p == nil {
		m.value.shape = shapeBroken // what it would have filled in is not missing
		return n, nil
	}
	for _, key := range p.needs {
		if with.value.find(key) == nil {
			b.at(m.value, "preset %s needs with.%s; see curfew preset show %s", name, key, name)
		}
	}
	fills := p.fitting(n, m)
	out := n.filledFrom(fills, false)
	for i, own := range out.members {
		if from := fills.find(own.key); own.key == "with" && from != nil {
			out.members[i].value = own.value.filledFrom(from.value, true)
		}
	}
	return out, p
}

// kindOf is the actor type of a job; false: it names none that is known.
func (b *builder) kindOf(n *node) (actors.Kind, bool) {
	m := n.find("actor")
	if m == nil {
		return actors.Kind{}, false
	}
	name, _ := m.value.scalar.(string)
	kind, err := b.kinds.Get(name)
	return kind, err == nil
}

// fitting is the preset as members of a job, without what the job has another key for. What is part of the program is
// at the place of the job's key, since problems and warnings are shown there.
func (p *Preset) fitting(job *node, at *member) *node {
	out := &node{shape: shapeMapping}
	with := job.find("with").value
	for _, m := range p.node.members {
		switch m.key {
		case "timeout":
			out.members = append(out.members, m)
		case "with":
			block := *m.value
			block.members = slices.DeleteFunc(slices.Clone(block.members), func(m member) bool {
				return instead[m.key] != "" && with.find(instead[m.key]) != nil
			})
			out.members = append(out.members, member{key: m.key, line: m.line, col: m.col, file: m.file, value: &block})
		}
	}
	if p.File == "" {
		return out.placedAt(at.value.line, at.value.col, at.file)
	}
	return out
}

// placedAt is a copy of the node in which everything is at one place.
func (n *node) placedAt(line, col int, file string) *node {
	out := *n
	out.line, out.col = line, col
	out.members = slices.Clone(n.members)
	for i := range out.members {
		m := &out.members[i]
		m.line, m.col, m.file, m.value = line, col, file, m.value.placedAt(line, col, file)
	}
	out.items = slices.Clone(n.items)
	for i := range out.items {
		out.items[i] = out.items[i].placedAt(line, col, file)
	}
	return &out
}

// presetEnv adds the preset's variables to those of the job, whose own come first.
func (p *Preset) presetEnv(def *messages.Definition) {
	taken := func(name string) bool {
		_, set := def.EnvValues[name]
		return set || slices.Contains(def.Env, name)
	}
	values := map[string]string{}
	for name, value := range p.values {
		if !taken(name) {
			values[name] = value
		}
	}
	for _, name := range p.names {
		if !taken(name) {
			def.Env = append(def.Env, name)
		}
	}
	for name, value := range def.EnvValues {
		values[name] = value
	}
	if len(values) > 0 {
		def.EnvValues = values
	}
}
