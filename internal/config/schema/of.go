package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"curfew/actors"
)

// Of describes what encoding/json reads into a type. Members say more of its members, by their paths.
func Of(typ reflect.Type, members map[string]actors.Member) Value {
	return (&ofType{members: members}).value(typ, "")
}

// maxUnsigned is the largest whole number that every reader of JSON keeps.
const maxUnsigned = 1 << 53

// ofType describes a type and the types in it.
type ofType struct {
	members map[string]actors.Member
	open    []reflect.Type // that are being described: one that contains itself is not described again
}

func (t *ofType) value(typ reflect.Type, path string) Value {
	for typ.Kind() == reflect.Pointer && !readsItself(typ) {
		typ = typ.Elem()
	}
	says := t.members[path]
	switch {
	case typ == reflect.TypeFor[actors.Duration]():
		return Duration{}
	case readsItself(typ), slices.Contains(t.open, typ):
		return Any{}
	case reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return Text{Blank: true}
	}
	switch typ.Kind() {
	case reflect.String:
		if len(says.Words) > 0 {
			return Choice{says.Words}
		}
		if says.Pattern == actors.NotBlank {
			return Text{Longest: says.Most}
		}
		return Text{Pattern: says.Pattern, Longest: says.Most, Blank: !says.Required}
	case reflect.Bool:
		return Bool{}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Integer{says.Least, says.Most}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if says.Most == 0 {
			return Integer{0, maxUnsigned}
		}
		return Integer{says.Least, says.Most}
	case reflect.Float32, reflect.Float64:
		return Number{float64(says.Least), float64(says.Most)}
	case reflect.Slice, reflect.Array:
		if typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Uint8 {
			return Text{Blank: true} // base64
		}
		return List{Of: t.value(typ.Elem(), join(path, "*")), Least: says.Least, Most: says.Most}
	case reflect.Map:
		return Map{Names: says.Pattern, Most: says.Most, Of: t.value(typ.Elem(), join(path, "*"))}
	case reflect.Struct:
		t.open = append(t.open, typ)
		out := Object{}
		t.fields(typ, path, &out)
		t.open = t.open[:len(t.open)-1]
		return out
	default:
		return Any{}
	}
}

// fields adds the fields of a struct by their names in JSON.
func (t *ofType) fields(typ reflect.Type, path string, into *Object) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("json") == "-", !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			t.fields(f.Type, path, into)
			continue
		case name == "":
			name = f.Name
		}
		at := join(path, name)
		says := t.members[at]
		k := Key{
			Name: name, Value: t.value(f.Type, at), About: says.About, Default: says.Default, Examples: says.Examples,
			Required: says.Required, Unless: says.Unless, Needs: says.Needs,
		}
		if slices.Contains(strings.Split(options, ","), "string") {
			k.Value = Any{}
		}
		into.Keys = append(into.Keys, k)
	}
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// readsItself reports whether a type decodes itself, so that its fields say nothing about its members.
func readsItself(typ reflect.Type) bool {
	return reflect.PointerTo(typ).Implements(reflect.TypeFor[json.Unmarshaler]())
}
