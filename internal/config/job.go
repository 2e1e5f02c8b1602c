package config

import (
	"fmt"
	"slices"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
)

var hourForm = text.Pattern(hourPattern)

func (b *builder) job(n *node) {
	written := n
	own := b.withDefaults(n)
	n, preset := b.withPreset(own)
	o, ok := b.object(n, describedJob)
	if !ok {
		return
	}
	def := messages.Definition{Job: b.jobName(o)}
	b.forPeople(o, &def)
	def.Deliver = b.deliver(o)
	b.healthcheck(o, def.Job)
	b.when(written, o, &def)
	if kind, ok := b.actor(o, &def); ok {
		b.jobSession(o, kind, &def)
		def.Env, def.EnvValues = b.env(o)
		def.RunsOn = b.labels(o, "runs_on")
		b.unplaced(n, def)
		b.fillIn(preset, own, &def)
		b.with(o, kind, &def)
		b.policies(o, kind, &def)
		b.sessionTarget(o, kind, &def)
		b.lintParallel(written, def)
	}
	b.out.Jobs = append(b.out.Jobs, def)
	b.nodes, b.ends = append(b.nodes, n), append(b.ends, written.last())
}

// unplaced warns of a job that asks for a node, which a daemon on its own is not.
func (b *builder) unplaced(n *node, def messages.Definition) {
	if len(def.RunsOn) > 0 {
		b.warn(n.find("runs_on").value, "job %s runs only on a node of a fleet that has %s, and waits for one in a daemon on "+
			"its own; leave runs_on out to run it anywhere", def.Job, messages.LabelsText(def.RunsOn))
		b.out.placed = append(b.out.placed, b.warnings[len(b.warnings)-1])
	}
}

// InFleet is what was read, for a node of a fleet: without the warnings that only a daemon on its own deserves. Jobs that no
// node takes are said by the runtime, which knows the nodes.
func (c Config) InFleet() Config {
	c.fleet = true
	c.Warnings = slices.DeleteFunc(slices.Clone(c.Warnings), func(p Problem) bool { return slices.Contains(c.placed, p) })
	return c
}

func (b *builder) jobName(o object) string {
	name, n := o.required("name")
	if n == nil {
		return ""
	}
	if !messages.IsName(name) {
		b.at(n, "job name %q must be %s", name, nameRule)
	}
	if first, taken := b.names[name]; taken {
		b.at(n, "job name %q is used twice; first on line %d", name, first)
		return name
	}
	b.names[name] = n.line
	return name
}

func (b *builder) actor(o object, def *messages.Definition) (actors.Kind, bool) {
	name, n := o.required("actor")
	if n == nil {
		return actors.Kind{}, false
	}
	kind, err := b.kinds.Get(name)
	if err != nil {
		question := ""
		if meant := text.Nearest(name, b.kinds.Names()); meant != "" {
			question = fmt.Sprintf("; did you mean %q?", meant)
		}
		b.at(n, "%v%s", err, question)
		return actors.Kind{}, false
	}
	def.Actor, def.Gated = name, kind.Traits.Gated
	return kind, true
}

// jobSession finds the session of a job. Whether a job has one depends only on its actor type.
func (b *builder) jobSession(o object, kind actors.Kind, def *messages.Definition) {
	name, n := o.text("session")
	switch {
	case n != nil && !kind.Traits.Gated:
		b.at(n, "jobs of actor %q have no session; remove the key", kind.Name)
	case n == nil && kind.Traits.Gated:
		def.Session = DefaultSession
	case n == nil, name == noSession:
	default:
		if _, known := b.backendOf(name); !known {
			b.at(n, "unknown session %q; %s", name, b.sessionMeant(name))
		}
		def.Session = name
	}
}
