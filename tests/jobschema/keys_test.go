package jobschema

import (
	"slices"
	"strings"
)

// keys collects the keys of a value that the schema describes, by their paths in the file.
func (m *maker) keys(n object, v any, path string, into map[string]bool) {
	n = m.resolve(n)
	forms, _ := n["anyOf"].([]any)
	for _, form := range forms {
		if of := m.resolve(form.(object)); of["type"] == kindOf(v) {
			n = of
		}
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if of, ok := n["items"].(object); ok {
				m.keys(of, item, path+".*", into)
			}
		}
	case object:
		known, _ := n["properties"].(object)
		for name, inner := range v {
			at := strings.TrimPrefix(path+"."+name, ".")
			of, ok := known[name].(object)
			if !ok {
				if of, ok = n["additionalProperties"].(object); !ok {
					continue
				}
				at = path + ".*"
			} else {
				into[at] = true
			}
			if actor, ok := v["actor"].(string); ok && name == "with" {
				at = "with." + actor
				of = m.block(actor)
			}
			m.keys(of, inner, at, into)
		}
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case []any:
		return "array"
	case object:
		return "object"
	default:
		return "string"
	}
}

// described are the paths of all keys that a node describes.
func (m *maker) described(n object, path string, into map[string]bool) {
	if n["$ref"] == "#/$defs/anything" {
		return
	}
	n = m.resolve(n)
	forms, _ := n["anyOf"].([]any)
	for _, form := range slices.Concat(forms, []any{n["items"], n["additionalProperties"]}) {
		if of, ok := form.(object); ok {
			at := path
			if len(forms) == 0 {
				at += ".*"
			}
			m.described(of, at, into)
		}
	}
	known, _ := n["properties"].(object)
	for name, of := range known {
		at := strings.TrimPrefix(path+"."+name, ".")
		if into[at] = true; at != "defaults" {
			m.described(of.(object), at, into)
		}
	}
}

// undescribed finds the keys for which editors have nothing to show.
func (m *maker) undescribed(n object, path string, found func(path string)) {
	for word, inner := range n {
		at := path + "/" + word
		switch inner := inner.(type) {
		case object:
			if word == "properties" && n["type"] == "object" {
				for name, of := range inner {
					key, _ := of.(object)
					if key["description"] == nil && key["$ref"] == nil {
						found(at + "/" + name)
					}
				}
			}
			m.undescribed(inner, at, found)
		case []any:
			for _, item := range inner {
				if of, ok := item.(object); ok {
					m.undescribed(of, at, found)
				}
			}
		}
	}
}
