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
	var members map[string]json.RawMessage
	if json.Unmarshal(with, &members) != nil {
		return s, err
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var alone S
		one, encodeErr := json.Marshal(map[string]json.RawMessage{name: members[name]})
		if encodeErr != nil {
			return s, err
		}
		if err := decodeInto(one, &alone); err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "unknown field ") && !strings.HasPrefix(text, "cannot unmarshal ") {
				return s, fmt.Errorf("%s %w", name, err)
			}
			return s, err // these name the member by themselves
		}
	}
	return s, err
}

func decodeInto(with json.RawMessage, s any) error {
	dec := json.NewDecoder(bytes.NewReader(with))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}
