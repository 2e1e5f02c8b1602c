package actors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Duration is a member of a [Spec] that holds a span of time: in a job file a text such as 90s or 1h30m. Left
// out it is 0. Whoever has bounds for it checks them in Validate.
type Duration time.Duration

// D is the span as the standard library's type.
func (d Duration) D() time.Duration { return time.Duration(d) }

// String is the Go form, such as "1m30s".
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalJSON writes the Go form.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the Go form.
func (d *Duration) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil // it is left out
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf(`must be a duration such as "90s" or "1h30m", not %s`, b)
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf(`must be a duration such as "90s" or "1h30m", not %q`, text)
	}
	*d = Duration(v)
	return nil
}

// decode reads a `with` block. Members that the spec does not have are errors. An error of a member's own type,
// such as [Duration], is given the member's name, as those of [Spec.Validate] have it.
func decode[S Spec](with json.RawMessage) (S, error) {
	var s S
	if len(bytes.TrimSpace(with)) == 0 || string(bytes.TrimSpace(with)) == "null" {
		return s, nil
	}
	err := decodeInto(with, &s)
	if err == nil {
		return s, nil
	}
	if path, own := refusedBy[S](with, func(block json.RawMessage) json.RawMessage { return block }); own != nil {
		return s, fmt.Errorf("%s %w", path, own)
	}
	return s, err
}

// refusedBy is the path of the innermost member whose own type does not take it, such as budgets.wall_clock, and what
// that type says. Nil: the first error is one of the library's, which names the member by itself. Wrap makes a block of
// the object that is looked at.
func refusedBy[S Spec](object json.RawMessage, wrap func(json.RawMessage) json.RawMessage) (path string, err error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil {
		return "", nil
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		alone := func(value json.RawMessage) json.RawMessage {
			raw, err := json.Marshal(map[string]json.RawMessage{name: value})
			if err != nil {
				return nil
			}
			return wrap(raw)
		}
		var s S
		err := decodeInto(alone(members[name]), &s)
		if err == nil {
			continue
		}
		if text := err.Error(); strings.HasPrefix(text, "unknown field ") ||
			strings.HasPrefix(text, "cannot unmarshal ") {
			return "", nil
		}
		if inner, own := refusedBy[S](members[name], alone); own != nil {
			return name + "." + inner, own
		}
		return name, err
	}
	return "", nil
}

func decodeInto(with json.RawMessage, s any) error {
	dec := json.NewDecoder(bytes.NewReader(with))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}
