package config

import (
	"curfew/actors"
	"curfew/messages"
)

// provider applies the rule of `agent`: without a key of its own it needs a session with a backend.
func (b *builder) provider(o object, n *node, kind actors.Kind, def *messages.Definition) {
	if kind.Name != agentKind || n.find("provider") != nil {
		return
	}
	backend, known := b.backendOf(def.Session)
	switch {
	case def.Session == "":
		b.at(o.n, "actor %q needs with.provider if it has no session", kind.Name)
	case known && backend == "":
		b.at(o.n, "actor %q needs a backend; give one to session %q, or give the job with.provider", kind.Name, def.Session)
	}
}

// ownKey notes that a job uses a key of its own. Such a job is still held with its session. That surprises people, so
// there is a warning unless the job names its session.
func (b *builder) ownKey(o object, n *node, kind actors.Kind, def *messages.Definition) {
	def.OwnKey = kind.Traits.Gated && kind.OwnKey(def.With)
	if !def.OwnKey || def.Session == "" || o.n.find("session") != nil {
		return
	}
	at := o.n
	if m := n.find("provider"); m != nil {
		at = m.value
	}
	b.warn(at, "job %s has a key of its own, but is held with session %q; write session: none to run it in any case, or session: %s to keep it so",
		def.Job, def.Session, def.Session)
}
