package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// read fills in a question from a request. Its errors quote no member of a body, which may be a token.
func read(r *http.Request, question any) error {
	v := reflect.ValueOf(question).Elem()
	ms := membersOf(v.Type())
	for _, m := range in(ms, InPath) {
		v.FieldByIndex(m.Field.Index).SetString(r.PathValue(m.Name))
	}
	for _, m := range in(ms, InHeader) {
		if err := readHeader(r, m, v.FieldByIndex(m.Field.Index)); err != nil {
			return err
		}
	}
	if err := readQuery(r, in(ms, InQuery), v); err != nil {
		return err
	}
	for _, m := range in(ms, InBody) {
		return readBody(r, v.FieldByIndex(m.Field.Index), m.Required)
	}
	return readBody(r, reflect.ValueOf(&struct{}{}).Elem(), false) // nothing, or {}
}

// readQuery reads the parameters. An unknown one is an error, since a misspelt filter would silently show everything.
func readQuery(r *http.Request, ms []Member, v reflect.Value) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return contract.Malformed("the query cannot be read: %v", err)
	}
	for name, values := range q {
		switch {
		case len(ms) == 0 && !strings.HasPrefix(r.URL.Path, "/v1/"):
			// a probe of the health may have one against caches
		case len(ms) == 0:
			return contract.Malformed("%s takes no parameters", contract.Cut(r.URL.Path))
		case !slices.ContainsFunc(ms, func(m Member) bool { return m.Name == name }):
			return contract.Malformed("unknown parameter %q; known are %s", contract.Cut(name), names(ms))
		case len(values) > 1:
			return contract.Malformed("parameter %q is given %d times; give it once", contract.Cut(name), len(values))
		}
	}
	for _, m := range ms {
		text, given := m.Field.Tag.Lookup("default")
		if q.Has(m.Name) {
			text, given = q.Get(m.Name), true
		}
		if !given {
			continue
		}
		if err := parse(m, text, v.FieldByIndex(m.Field.Index)); err != nil {
			err.Faults = []contract.Fault{{Location: string(InQuery) + "." + m.Name, Message: err.Text}}
			return err
		}
	}
	return nil
}

// parse reads the text of a parameter.
func parse(m Member, text string, into reflect.Value) *contract.Error {
	switch into := into.Addr().Interface().(type) {
	case *bool:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return contract.Malformed("%s must be true or false, not %q", m.Name, contract.Cut(text))
		}
		*into = on
		return nil
	case *int:
		least, most := m.Field.Tag.Get("min"), m.Field.Tag.Get("max")
		n, err := strconv.Atoi(text)
		if err != nil || n < number(least) || n > number(most) {
			return contract.Malformed("%s must be %s to %s, not %q", m.Name, least, most, contract.Cut(text))
		}
		*into = n
		return nil
	case *messages.Instant:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return contract.Malformed("%s must be an RFC 3339 time, such as 2027-01-15T12:00:00Z, not %q", m.Name, contract.Cut(text))
		}
		*into = messages.At(at)
		return nil
	case *explain.When:
		at, err := explain.ParseWhen(text)
		if err != nil {
			return contract.Malformed("%v", err)
		}
		*into = at
		return nil
	}
	if known := words[into.Type()]; known != nil && !slices.Contains(known, text) {
		return contract.Malformed("unknown %s %q; known are %v", m.Name, contract.Cut(text), known)
	}
	into.SetString(text)
	return nil
}

// number is the value of a tag.
func number(tag string) int {
	n, err := strconv.Atoi(tag)
	if err != nil {
		panic("api: the tags min and max of a number are not numbers: " + tag)
	}
	return n
}

// MaxHeaderText bounds a header that is a member of a question, in bytes.
const MaxHeaderText = 255

// readHeader reads a member that is a header.
func readHeader(r *http.Request, m Member, into reflect.Value) error {
	all := r.Header.Values(m.Name)
	text := strings.TrimSpace(strings.Join(all, ", ")) // RFC 9110: several lines are one list
	bad := func(c rune) bool { return c < ' ' || c > '~' }
	switch {
	case len(all) == 0:
		return nil
	case text == "" || len(text) > MaxHeaderText || strings.ContainsFunc(text, bad):
		return contract.Malformed("the header %s must have 1 to %d characters of ASCII that can be printed", m.Name, MaxHeaderText)
	}
	into.SetString(text)
	return nil
}

// MaxBody is how large the body of a request may be, in bytes.
const MaxBody = 64 << 10

// readBody reads the JSON body of a request: one value without unknown members.
func readBody(r *http.Request, into reflect.Value, required bool) error {
	raw, err := io.ReadAll(r.Body) // bounded by MaxBytesReader
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return NewProblem(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", MaxBody)
	case err != nil:
		return contract.Malformed("the body cannot be read: %v", err)
	case len(raw) == 0 && required:
		return contract.Malformed("the request needs a JSON body")
	case len(raw) == 0:
		return nil
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != jsonType {
		return NewProblem(http.StatusUnsupportedMediaType, "the Content-Type must be %s", jsonType)
	}
	return decode(json.RawMessage(raw), into)
}
