package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/messages"
)

// Patterns of values that a JSON Schema knows as texts only.
const (
	spanForm   = `(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+`
	goForm     = `^\+?` + spanForm + `$`
	anySpan    = `^[-+]?(?:` + spanForm + `|0)$`
	daysForm   = `^(?:\+?` + spanForm + `|[0-9]+d(?:\+?` + spanForm + `|\+?0)?)$`
	sizeForm   = `^[0-9,.]*[0-9][0-9,.]*\s*(?:[kKmMgGtTpPeE][iI]?[bB]?|[bB])?$`
	anything   = "anything" // but nothing, at any depth
	refersHere = "#/$defs/"
)

// writer makes a JSON Schema.
type writer struct {
	defs  Node
	texts func(path string) string // what the page says of a key
	path  string                   // of the value that is being written: names joined by dots, * for those that people choose
	parts bool                     // keys that are required may stand elsewhere
}

// at writes what stands at a path below the present one.
func (w *writer) at(name string, v Value) Node {
	before := w.path
	defer func() { w.path = before }()
	w.path = strings.TrimPrefix(w.path+"."+name, ".")
	return v.write(w)
}

func (t Text) write(*writer) Node {
	out := Node{"type": "string"}
	switch {
	case t.Pattern != "":
		out["pattern"] = t.Pattern
	case !t.Blank:
		out["pattern"] = actors.NotBlank
	}
	if t.Longest > 0 {
		out["maxLength"] = t.Longest
	}
	return out
}

func (c Choice) write(*writer) Node { return Node{"type": "string", "enum": c.Words} }

func (i Integer) write(*writer) Node {
	out := Node{"type": "integer"}
	if i != (Integer{}) {
		out["minimum"], out["maximum"] = i.Least, i.Most
	}
	return out
}

func (n Number) write(*writer) Node {
	out := Node{"type": "number"}
	if n != (Number{}) {
		out["minimum"], out["maximum"] = n.Least, n.Most
	}
	return out
}

func (Bool) write(*writer) Node { return Node{"type": "boolean"} }

func (d Duration) write(*writer) Node {
	form := goForm
	switch {
	case d.Days:
		form = daysForm
	case d.Most == 0: // of an actor type, which may take any
		form = anySpan
	}
	if len(d.Or) > 0 {
		form = "^(?:" + strings.Join(d.Or, "|") + "|" + strings.Trim(form, "^$") + ")$"
	}
	return Node{"type": "string", "pattern": form}
}

func (Size) write(*writer) Node { return Node{"type": "string", "pattern": sizeForm} }

func (l List) write(w *writer) Node {
	out := Node{"type": "array", "items": w.at("*", l.Of)}
	if l.Least > 0 {
		out["minItems"] = l.Least
	}
	if l.Most > 0 {
		out["maxItems"] = l.Most
	}
	if l.Unique {
		out["uniqueItems"] = true
	}
	return out
}

func (m Map) write(w *writer) Node {
	out := Node{"type": "object", "additionalProperties": w.at("*", m.Of)}
	names := Node{}
	if m.Names != "" {
		names["pattern"] = m.Names
	}
	if len(m.Except) > 0 {
		names["not"] = Node{"enum": m.Except}
	}
	if len(names) > 0 {
		out["propertyNames"] = names
	}
	if m.Most > 0 {
		out["maxProperties"] = m.Most
	}
	return out
}

func (f Forms) write(w *writer) Node {
	all := make([]any, len(f))
	for i, form := range f {
		all[i] = form.write(w)
	}
	return Node{"anyOf": all}
}

func (Any) write(w *writer) Node {
	here := Node{"$ref": refersHere + anything}
	w.defs[anything] = Node{"not": Node{"type": "null"}, "items": here, "additionalProperties": here}
	return Node{"$ref": refersHere + anything}
}

func (Nothing) write(*writer) Node { return Node{"type": "null"} }

func (n Named) write(w *writer) Node {
	if _, there := w.defs[n.Name]; !there {
		w.defs[n.Name] = Node{} // so that a value can contain itself
		before := w.path
		w.path = n.Name
		w.defs[n.Name] = n.Value.write(w)
		w.path = before
	}
	return Node{"$ref": refersHere + n.Name}
}

func (o Object) write(w *writer) Node {
	keys := Node{}
	for _, k := range o.Keys {
		keys[k.Name] = w.key(k)
	}
	out := merged(Node{"type": "object", "properties": keys, "additionalProperties": false}, o.excludes())
	if w.parts {
		return out
	}
	return both(out, o.needs())
}

// key writes a key's value, with what editors show of it.
func (w *writer) key(k Key) Node {
	out := w.at(k.Name, k.Value)
	about := k.About
	if about == "" {
		about = w.texts(strings.TrimPrefix(w.path+"."+k.Name, "."))
	}
	if bounds := limits(k.Value); bounds != "" {
		about = strings.TrimRight(about, ".") + ". " + bounds
	}
	if about != "" {
		out["description"] = about
	}
	if strings.Contains(about, "`") {
		out["markdownDescription"] = about // what VS Code and yaml-language-server show where they can
	}
	if k.Default != nil {
		out["default"] = k.Default
	}
	if len(k.Examples) > 0 {
		out["examples"] = k.Examples
	}
	return out
}

// limits says in words the bounds that a JSON Schema cannot.
func limits(v Value) string {
	if d, ok := As[Duration](v); ok && d.Most > 0 {
		form := "90s or 1h30m"
		if d.Days {
			form = "90d or 1d12h"
		}
		return fmt.Sprintf("A duration such as %s, %s to %s.", form, messages.Duration(d.Least).Short(), messages.Duration(d.Most).Short())
	}
	if s, ok := As[Size](v); ok {
		return fmt.Sprintf("A size such as 2GiB, at least %d bytes.", s.Least)
	}
	return ""
}

// both holds what each of two says.
func both(a, b Node) Node {
	out := merged(a, b)
	first, _ := a["allOf"].([]any)
	second, _ := b["allOf"].([]any)
	if all := append(slices.Clone(first), second...); len(all) > 0 {
		out["allOf"] = all
	}
	return out
}

// merged has what all of them have. A later one wins.
func merged(all ...Node) Node {
	out := Node{}
	for _, n := range all {
		maps.Copy(out, n)
	}
	return out
}
