package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// unknownIn reports the keys of a block, at any depth, that its actor type does not have. The type's decoder refuses
// them, too, but knows neither their place nor which key may be meant.
func (b *builder) unknownIn(n *node, typ reflect.Type, where string) (found bool) {
	for typ != nil && (typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Array) {
		if readsItself(typ) {
			return false
		}
		if typ.Kind() != reflect.Pointer && n != nil && n.shape == shapeList {
			for _, item := range n.items {
				found = b.unknownIn(item, typ.Elem(), where) || found
			}
			return found
		}
		typ = typ.Elem()
	}
	if n == nil || n.shape != shapeMapping || typ == nil || readsItself(typ) {
		return false
	}
	switch typ.Kind() {
	case reflect.Map:
		for _, m := range n.members {
			found = b.unknownIn(m.value, typ.Elem(), where+"."+m.key) || found
		}
	case reflect.Struct:
		fields := map[string]reflect.Type{}
		known := fieldsOf(typ, fields)
		for _, m := range n.members {
			field, ok := fieldOf(fields, m.key)
			if ok {
				found = b.unknownIn(m.value, field, where+"."+m.key) || found
				continue
			}
			found = true
			p := Problem{File: b.reader.file, Line: m.line, Col: m.col}
			if m.file != "" {
				p.File = m.file
			}
			p.Message = fmt.Sprintf("unknown key %q in %s; %s", m.key, where, hint(m.key, known))
			b.problems = append(b.problems, p)
		}
	}
	return found
}

// fieldOf finds a field as encoding/json does: upper and lower case do not matter.
func fieldOf(fields map[string]reflect.Type, key string) (reflect.Type, bool) {
	if typ, ok := fields[key]; ok {
		return typ, true
	}
	for name, typ := range fields {
		if strings.EqualFold(name, key) {
			return typ, true
		}
	}
	return nil, false
}

// readsItself reports whether a type decodes itself, so that its fields say nothing about its members.
func readsItself(typ reflect.Type) bool {
	return reflect.PointerTo(typ).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// fieldsOf collects the fields of a type by their names in JSON, and lists the names.
func fieldsOf(typ reflect.Type, into map[string]reflect.Type) (names []string) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-", !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			names = append(names, fieldsOf(f.Type, into)...)
		default:
			if name == "" {
				name = f.Name
			}
			into[name] = f.Type
			names = append(names, name)
		}
	}
	return names
}
