package schema

import "slices"

// excludes says which keys of an object cannot be there together.
func (o Object) excludes() Node {
	var all []any
	for _, k := range o.Keys {
		for _, other := range k.Without {
			all = append(all, notBoth(k.Name, other))
		}
	}
	for _, group := range slices.Concat(o.One, o.Most1) {
		for i, name := range group {
			for _, other := range group[i+1:] {
				all = append(all, notBoth(name, other))
			}
		}
	}
	return under("allOf", all)
}

// needs says which keys of an object belong together, and which must be there.
func (o Object) needs() Node {
	var required []string
	var all []any
	together := Node{}
	for _, k := range o.Keys {
		switch {
		case k.Required && len(k.Unless) > 0:
			all = append(all, Node{"anyOf": each(append([]string{k.Name}, k.Unless...))})
		case k.Required:
			required = append(required, k.Name)
		}
		if len(k.Needs) > 0 {
			together[k.Name] = k.Needs
		}
	}
	for _, group := range o.One {
		all = append(all, Node{"anyOf": each(group)})
	}
	out := Node{}
	if len(required) > 0 {
		out["required"] = required
	}
	if len(all) > 0 {
		out["allOf"] = all
	}
	if len(together) > 0 {
		out["dependentRequired"] = together
	}
	return out
}

func each(names []string) []any {
	out := make([]any, len(names))
	for i, name := range names {
		out[i] = Node{"required": []string{name}}
	}
	return out
}

func notBoth(a, b string) Node { return Node{"not": Node{"required": []string{a, b}}} }

// complete says of a value, at any depth, which keys must be there. Nil: it says nothing.
func complete(v Value) Node {
	switch v := v.(type) {
	case Named:
		return complete(v.Value)
	case Forms:
		out := Node{}
		for _, form := range v {
			out = merged(out, complete(form)) // at most one form is a mapping
		}
		return out
	case List:
		return under("items", complete(v.Of))
	case Map:
		return under("additionalProperties", complete(v.Of))
	case Object:
		out, keys := v.needs(), Node{}
		for _, k := range v.Keys {
			if n := complete(k.Value); len(n) > 0 {
				keys[k.Name] = n
			}
		}
		return merged(out, under("properties", keys))
	default:
		return nil
	}
}

func under[T Node | []any](word string, n T) Node {
	if len(n) == 0 {
		return nil
	}
	return Node{word: n}
}
