package openapi

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// schemas makes the schemas of Go types. Structs with a name are components, which others refer to.
type schemas struct {
	comments comments
	closed   bool
	made     object
}

// plain are types whose JSON is not that of their kind.
var plain = map[reflect.Type]object{
	reflect.TypeFor[messages.Instant]():  {"type": []any{"string", "null"}, "format": "date-time"},
	reflect.TypeFor[messages.Duration](): {"type": "string", "description": "a Go duration, such as 1m30s"},
	reflect.TypeFor[json.RawMessage]():   {},
	reflect.TypeFor[explain.When]():      {"type": "string"},
	reflect.TypeFor[contract.Secret]():   {"type": "string", "format": "password", "writeOnly": true},
}

// of is the schema of a type.
func (s *schemas) of(t reflect.Type) object {
	if known, ok := plain[t]; ok {
		return maps.Clone(known)
	}
	if words := api.Words(t); words != nil {
		return object{"type": "string", "enum": words}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(s.of(t.Elem()))
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int:
		return object{"type": "integer"}
	case reflect.Uint64:
		return object{"type": "integer", "format": "int64", "minimum": 0}
	case reflect.Struct:
		return s.component(t)
	}
	panic("no schema for " + t.String())
}

// component makes the schema of a struct once, and refers to it.
func (s *schemas) component(t reflect.Type) object {
	name := componentName(t)
	ref := object{"$ref": "#/components/schemas/" + name}
	if _, made := s.made[name]; made {
		return ref
	}
	made := object{"type": "object"}
	s.made[name] = made
	properties, needed, question := object{}, []any{}, isQuestion(t)
	for _, f := range reflect.VisibleFields(t) {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		property := s.of(f.Type)
		text := s.comments.field(owner(t, f), f.Name)
		if kind := f.Type.Kind(); (kind == reflect.Slice || kind == reflect.Map) && strings.Contains(text, "null") {
			property = nullable(property)
		}
		if text != "" {
			property["description"] = text
		}
		properties[name] = property
		if f.Tag.Get("needed") != "" || option == "" && !question {
			needed = append(needed, name)
		}
	}
	made["properties"] = properties
	if len(needed) > 0 {
		made["required"] = needed
	}
	if question || s.closed {
		made["additionalProperties"] = false
	}
	if text := s.comments.types[key(t)]; text != "" {
		made["description"] = text
	}
	return ref
}

// isQuestion reports whether a type is the body of a request.
func isQuestion(t reflect.Type) bool {
	for _, r := range api.Routes() {
		for _, m := range r.Members() {
			if m.In == api.InBody && m.Field.Type == t {
				return true
			}
		}
	}
	return false
}

// nullable is a schema that takes null, too.
func nullable(schema object) object {
	if kind, ok := schema["type"].(string); ok {
		schema["type"] = []any{kind, "null"}
		if words, ok := schema["enum"].([]string); ok {
			all := []any{}
			for _, w := range words {
				all = append(all, w)
			}
			schema["enum"] = append(all, nil)
		}
		return schema
	}
	if _, ok := schema["$ref"]; ok {
		return object{"oneOf": []any{schema, object{"type": "null"}}}
	}
	return schema
}

// componentName is the name of a struct; List[Job] is JobList.
func componentName(t reflect.Type) string {
	name, of, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return name
	}
	return strings.TrimSuffix(of[strings.LastIndexAny(of, "./")+1:], "]") + name
}
