package config

import (
	"curfew/actors"
	"curfew/messages"
)

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
