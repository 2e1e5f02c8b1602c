package schema

// needs says which keys of an object belong together, and which must be there. Nil: it says nothing.
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
		for _, other := range k.Without {
			all = append(all, notBoth(k.Name, other))
		}
	}
	for _, group := range o.One {
		all = append(all, Node{"oneOf": each(group)})
	}
	for _, group := range o.Most1 {
		for i, name := range group {
			for _, other := range group[i+1:] {
				all = append(all, notBoth(name, other))
			}
		}
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

func under(word string, n Node) Node {
	if len(n) == 0 {
		return nil
	}
	return Node{word: n}
}
