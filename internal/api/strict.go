package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"curfew/internal/contract"
	"curfew/messages"
)

// needed is the tag of a member that a body must have.
const needed = "needed"

// maxFaults is how many places of a body an answer names.
const maxFaults = 10

// decode reads a JSON value strictly. In contrast to encoding/json, the name of a member must be exactly the one that is
// documented and may be there once, an unknown one is a fault, and the text must be UTF-8.
func decode(raw json.RawMessage, into reflect.Value) error {
	if !utf8.Valid(raw) {
		return contract.Malformed("the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return contract.Malformed("the body is not valid: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return contract.Malformed("the body has more than one JSON value")
	}
	faults := fill(value, into, string(InBody))
	if len(faults) == 0 {
		return nil
	}
	var said []string
	for _, f := range faults {
		said = append(said, f.Message)
	}
	err := contract.Malformed("the body is not valid: %s", strings.Join(said, "; "))
	err.Faults = faults
	return err
}

// fill reads a value, and lists what is wrong with it.
func fill(raw json.RawMessage, into reflect.Value, at string) []contract.Fault {
	if into.Kind() == reflect.Struct && !into.Addr().Type().Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return fillObject(raw, into, at)
	}
	if json.Unmarshal(raw, into.Addr().Interface()) != nil { // its text quotes values
		return fault(at, "%s must be %s", local(at), kind(into))
	}
	return nil
}

// fillObject reads the members of an object.
func fillObject(raw json.RawMessage, into reflect.Value, at string) (faults []contract.Fault) {
	fields := make(map[string]reflect.StructField)
	for _, f := range reflect.VisibleFields(into.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f
		}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return fault(at, "%s must be an object", local(at))
	}
	seen := make(map[string]bool)
	for dec.More() && len(faults) < maxFaults {
		token, err := dec.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return fault(at, "%s cannot be read", local(at)) // not reached: the value was read as a whole before
		}
		field, known := fields[name]
		place := at + "." + contract.Cut(name)
		switch {
		case !known:
			faults = append(faults, fault(place, "unknown field %q", contract.Cut(name))...)
		case seen[name]:
			faults = append(faults, fault(place, "%s is given twice", local(place))...)
		default:
			seen[name] = true
			faults = append(faults, fill(value, into.FieldByIndex(field.Index), place)...)
		}
	}
	for name, f := range fields {
		if f.Tag.Get(needed) != "" && !seen[name] {
			faults = append(faults, fault(at+"."+name, "%s is missing", local(at+"."+name))...)
		}
	}
	slices.SortStableFunc(faults, func(a, b contract.Fault) int { return strings.Compare(a.Location, b.Location) })
	return faults
}

func fault(at, format string, args ...any) []contract.Fault {
	return []contract.Fault{{Location: at, Message: fmt.Sprintf(format, args...)}}
}

// local is a place without the body around it.
func local(at string) string {
	if at == string(InBody) {
		return "the body"
	}
	return strings.TrimPrefix(at, string(InBody)+".")
}

// kind is what a value has to be, in the words of JSON.
func kind(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[messages.Instant]() {
		return "an RFC 3339 time, such as 2027-01-15T12:00:00Z"
	}
	switch v.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Uint64:
		return "a whole number that is not negative"
	default:
		return "a " + v.Kind().String()
	}
}
