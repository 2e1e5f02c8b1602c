package config

import "slices"

// notDefault are the keys that every job has for itself.
var notDefault = []string{"name", "actor", "schedule"}

// defaults reads what jobs of an actor type have that do not say otherwise. What the values are worth is judged in the jobs that
// take them.
func (b *builder) defaults(top object) {
	n := top.get("defaults")
	if n == nil {
		return
	}
	o, ok := b.object(n, "defaults", b.kinds.Names())
	if !ok {
		return
	}
	known := slices.DeleteFunc(slices.Clone(jobKeys), func(key string) bool { return slices.Contains(notDefault, key) })
	b.defaultsOf = make(map[string]*node)
	for _, m := range n.members {
		block := o.get(m.key, shapeMapping)
		if block == nil {
			continue
		}
		for _, key := range notDefault {
			if m := block.find(key); m != nil {
				b.problem(m.line, m.col, "%s cannot be a default; every job has its own", key)
			}
		}
		if _, ok := b.object(block, "defaults of "+m.key, append(slices.Clone(known), notDefault...)); ok {
			good := *block
			good.members = slices.DeleteFunc(slices.Clone(block.members), func(m member) bool { return !slices.Contains(known, m.key) })
			b.defaultsOf[m.key] = &good
		}
	}
}

// withDefaults is a job with what it leaves out, if the file has a default for it. Of a block, such as with or retry, each member
// may be left out.
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

// filledFrom is the mapping with the members of another that it does not have; deep: so are its mappings.
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
