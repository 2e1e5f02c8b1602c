package config

import (
	"slices"
	"strings"

	"curfew/internal/config/schema"
)

// noValue is the problem of a key without a value.
const noValue = "key %q has no value; leave the key out for the default"

// object is a mapping with known keys.
type object struct {
	*reader
	n  *node
	is schema.Object // what its keys may have
}

// object checks that the node is a mapping with known keys only.
func (r *reader) object(n *node, is schema.Object) (object, bool) {
	if n == nil || n.shape != shapeMapping {
		if n != nil && n.shape != shapeBroken {
			r.at(n, "%s must be a mapping, not %s", is.What, n)
		}
		return object{}, false
	}
	for _, m := range n.members {
		if _, known := is.Key(m.key); !known {
			r.problem(m.line, m.col, unknownKey+"%q in %s; %s", m.key, is.What, hint(m.key, is.Names()))
		}
	}
	return object{r, n, is}, true
}

// get is the value of a key; nil if it is missing. A key without a value is a problem: the person who wrote it meant
// something.
func (o object) get(key string, want ...shape) *node {
	m := o.n.find(key)
	if m == nil || m.value.shape == shapeBroken {
		return nil
	}
	if m.value.shape == shapeNull {
		o.problem(m.line, m.col, noValue, key)
		return nil
	}
	if whole, ok := m.value.whole(); ok && slices.Contains(want, shapeInt) {
		return whole
	}
	if len(want) > 0 && !slices.Contains(want, m.value.shape) {
		o.at(m.value, "%s must be %s, not %s", key, want[0], m.value)
		return nil
	}
	return m.value
}

// text is a non-empty text.
func (o object) text(key string) (string, *node) {
	n := o.get(key, shapeText)
	if n == nil {
		return "", nil
	}
	s := n.scalar.(string)
	if strings.TrimSpace(s) == "" {
		o.at(n, "%s must not be empty", key)
		return "", nil
	}
	return s, n
}

// required is a text that must not be missing.
func (o object) required(key string) (string, *node) {
	m := o.n.find(key)
	switch {
	case m == nil:
		o.at(o.n, "%s has no %s", o.is.What, key)
		return "", nil
	case m.value.shape == shapeNull:
		o.problem(m.line, m.col, "key %q has no value", key)
		return "", nil
	}
	return o.text(key)
}

// choice is one of the words of a key; empty: the key is missing, or its value is not one of them, which is reported.
func (o object) choice(key string) string {
	allowed := schema.Form[schema.Choice](o.is, key).Words
	s, n := o.text(key)
	switch {
	case n == nil, slices.Contains(allowed, s):
		return s
	default:
		o.at(n, `%s must be "%s", not %q`, key, strings.Join(allowed, `" or "`), s)
	}
	return ""
}
