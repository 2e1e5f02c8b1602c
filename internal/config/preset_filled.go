package config

import (
	"slices"

	"curfew/messages"
)

// Filled is what a preset has filled in for a job.
type Filled struct {
	Preset Preset
	Keys   []FilledKey // in the order of the preset
}

// FilledKey is one key, such as with.argv, and its value as JSON.
type FilledKey struct{ Key, Value string }

// fillIn adds the preset's variables to a job, and notes what the preset has filled in; nil: there is none.
func (b *builder) fillIn(p *Preset, own *node, def *messages.Definition) {
	if p == nil {
		return
	}
	p.presetEnv(def)
	with, home := own.find("with").value, ""
	if m := with.find("user"); m != nil {
		user, _ := m.value.scalar.(string)
		home = homeOf(user)
	}
	signIn := b.fillSignIn(p, with.find(presetKey).value, home, def)
	if b.out.Filled == nil {
		b.out.Filled = make(map[string]Filled)
	}
	b.out.Filled[def.Job] = p.filled(own, *def, signIn)
}

// filled is what the preset has filled in for a job whose own keys are these, and for its session if signIn is set.
func (p *Preset) filled(own *node, def messages.Definition, signIn bool) Filled {
	out := Filled{Preset: *p}
	add := func(key string, v any) {
		if raw, err := marshal(v); err == nil {
			out.Keys = append(out.Keys, FilledKey{key, string(raw)})
		}
	}
	with := own.find("with").value
	for _, m := range p.node.members {
		switch m.key {
		case signedInKey:
			if signIn {
				add("sessions."+def.Session+"."+signedInKey, plain(m.value))
			}
		case "timeout":
			if own.find(m.key) == nil {
				add(m.key, plain(m.value))
			}
		case "with":
			for _, inner := range m.value.members {
				theirs := with.find(inner.key)
				switch {
				case theirs == nil && (instead[inner.key] == "" || with.find(instead[inner.key]) == nil):
					add("with."+inner.key, plain(inner.value))
				case theirs != nil && theirs.value.shape == shapeMapping && inner.value.shape == shapeMapping:
					for _, part := range inner.value.members {
						if theirs.value.find(part.key) == nil {
							add("with."+inner.key+"."+part.key, plain(part.value))
						}
					}
				}
			}
		}
	}
	names, values := []string{}, map[string]string{}
	mine := func(name string) bool { return !ownEnv(own, name) }
	for _, name := range p.names {
		if mine(name) && slices.Contains(def.Env, name) {
			names = append(names, name)
		}
	}
	for name, value := range p.values {
		if mine(name) && def.EnvValues[name] == value {
			values[name] = value
		}
	}
	if len(names) > 0 {
		add("env (passed on)", names)
	}
	if len(values) > 0 {
		add("env", values)
	}
	return out
}

// ownEnv reports whether the job itself names the variable in its env.
func ownEnv(job *node, name string) bool {
	m := job.find("env")
	if m == nil {
		return false
	}
	for _, item := range append([]*node{m.value}, m.value.items...) {
		if item.scalar == name || item.find(name) != nil {
			return true
		}
	}
	return false
}
