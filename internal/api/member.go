package api

import (
	"reflect"
	"strings"
)

// A Place is where a member of a question stands in a request.
type Place string

// The places, which are the tags of the fields, too.
const (
	InPath   Place = "path"
	InQuery  Place = "query"
	InHeader Place = "header"
	InBody   Place = "body"
)

// required is the tag of a body that a request must have; without one it is optional.
const required = "required"

// A Member is a field of a question.
type Member struct {
	In       Place
	Name     string // in the request; empty for a body
	Required bool
	Field    reflect.StructField
}

// membersOf lists the members of a question, those of embedded structs in their place.
func membersOf(question reflect.Type) (ms []Member) {
	for _, f := range reflect.VisibleFields(question) {
		for _, in := range []Place{InPath, InQuery, InHeader, InBody} {
			name, ok := f.Tag.Lookup(string(in))
			if !ok {
				continue
			}
			m := Member{In: in, Name: name, Required: in == InPath, Field: f}
			if in == InBody {
				m.Name, m.Required = "", name == required
			}
			ms = append(ms, m)
		}
	}
	return ms
}

// in are the members in one place.
func in(ms []Member, where Place) (part []Member) {
	for _, m := range ms {
		if m.In == where {
			part = append(part, m)
		}
	}
	return part
}

func names(ms []Member) string {
	var all []string
	for _, m := range ms {
		all = append(all, m.Name)
	}
	return strings.Join(all, ", ")
}
