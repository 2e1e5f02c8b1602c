package config

import (
	"slices"

	"curfew/internal/config/schema"
)

// notDefault are the keys that every job must have itself.
var notDefault = []string{"name", "actor", "schedule"}

// defaults reads the defaults of the jobs of an actor type. Their values are checked in the jobs that use them, and by
// wrongDefaults.
func (b *builder) defaults(top object) {
	n := top.get("defaults")
	if n == nil {
		return
	}
	o, ok := b.object(n, schema.Form[schema.Object](top.is, "defaults"))
	if !ok {
		return
	}
	b.defaultsOf = make(map[string]*node)
	for _, m := range n.members {
		key, known := o.is.Key(m.key)
		block := o.get(m.key, shapeMapping)
		if block == nil || !known {
			continue
		}
		is, _ := schema.As[schema.Object](key.Value)
		for _, key := range notDefault {
			if m := block.find(key); m != nil {
				b.problem(m.line, m.col, "%s cannot have a default; give it in each job", key)
			}
		}
		if _, ok := b.object(block, is); ok {
			good := *block
			good.members = slices.DeleteFunc(slices.Clone(block.members), func(m member) bool {
				_, known := describedJob.Key(m.key)
				return !known || slices.Contains(notDefault, m.key)
			})
			b.defaultsOf[m.key] = &good
		}
	}
}

// ofSchedules are the keys that can be checked only together with a job's schedule.
var ofSchedules = []string{"active_hours", "start", "end", "exclude", "delete_after_run"}

// wrongDefaults checks the defaults by themselves, since a job may have its own value in place of each: by a made-up job
// that uses them. What depends on a real job is left out: whether they fit its schedule, whether its block is complete,
// and whether that has a limit of time. Of those only the form is checked.
func (b *builder) wrongDefaults() {
	for _, actor := range b.kinds.Names() {
		block := b.defaultsOf[actor]
		kind, err := b.kinds.Get(actor)
		if block == nil || err != nil {
			continue
		}
		r := &reader{file: b.reader.file}
		judge := *b // a copy: the made-up job is thrown away
		judge.reader, judge.names, judge.defaultsOf, judge.judging = r, map[string]int{}, nil, true
		alone := &node{shape: shapeMapping}
		for _, own := range [][2]string{{"name", "j"}, {"actor", actor}, {"schedule", "@daily"}, {"timezone", "UTC"}} {
			if block.find(own[0]) == nil {
				alone.members = append(alone.members, member{key: own[0], value: &node{shape: shapeText, scalar: own[1]}})
			}
		}
		for _, m := range block.members {
			key, _ := describedJob.Key(m.key)
			switch {
			case m.key == "with":
				judge.hollow(m.value)
				judge.fits(m, b.blockOf(kind), "with")
			case slices.Contains(ofSchedules, m.key):
				judge.fits(m, key.Value, m.key)
			case m.key != "timeout" || m.value.scalar != noLimit:
				alone.members = append(alone.members, m)
			}
		}
		judge.job(alone)
		b.problems = append(b.problems, slices.DeleteFunc(r.problems, func(p Problem) bool { return p.Line == 0 })...)
	}
}

// withDefaults is a job with the defaults of its actor type filled in. In a block, such as with or retry, each member
// has its own default.
func (b *builder) withDefaults(n *node) *node {
	m := n.find("actor")
	if m == nil {
		return n
	}
	actor, _ := m.value.scalar.(string)
	block := b.defaultsOf[actor]
	if block == nil {
		return n
	}
	return n.filledFrom(block, true)
}

// filledFrom is the mapping, with the members that only the other one has. With deep the same is done in the mappings
// that both have.
func (n *node) filledFrom(other *node, deep bool) *node {
	out := *n
	out.members = slices.Clone(n.members)
	for _, m := range other.members {
		i := slices.IndexFunc(out.members, func(own member) bool { return own.key == m.key })
		switch {
		case i < 0:
			out.members = append(out.members, m)
		case deep && out.members[i].value.shape == shapeMapping && m.value.shape == shapeMapping:
			out.members[i].value = out.members[i].value.filledFrom(m.value, false)
		}
	}
	return &out
}
