package config

import (
	"slices"

	"curfew/actors"
	"curfew/internal/config/schema"
)

// describeTarget describes a target of a build with these kinds of its own.
func describeTarget(kinds *actors.Registry) schema.Object {
	own := kinds.Targets()
	if len(own) == 0 {
		return describedTarget
	}
	is := describedTarget
	is.Keys, is.One = slices.Clone(is.Keys), [][]string{slices.Concat(is.One[0], own)}
	for _, name := range own {
		kind, _ := kinds.Target(name)
		is.Keys = append(is.Keys, schema.Key{Name: name, Value: blockOfTarget(kind), About: "A kind of target of this build."})
	}
	return is
}

func blockOfTarget(kind actors.TargetKind) schema.Object {
	is, _ := schema.As[schema.Object](schema.Of(kind.Spec, kind.Members)) // a spec is a struct
	return is
}

// ownTarget reads the block of a target of a kind that the build has added, and lets the kind check it.
func (b *builder) ownTarget(m member, kind actors.TargetKind, t *Target) {
	t.Kind = TargetKind(kind.Name)
	n := m.value
	if n.shape != shapeMapping {
		b.badMember(m, "%s must be %s, not %s", m.key, shapeMapping, n)
		return
	}
	raw, err := marshal(plain(n))
	if n.broken() || b.hollow(n) || !b.fits(member{value: n}, blockOfTarget(kind), kind.Name) {
		return // the problem has been reported
	}
	if err == nil {
		err = kind.Check(raw)
	}
	if err != nil {
		b.badMember(atNamed(m, err.Error()), "%s: %v", kind.Name, err)
	}
	t.Block = raw
}
