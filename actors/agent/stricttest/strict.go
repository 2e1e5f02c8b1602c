// Package stricttest is what the strictest endpoints of both protocols accept, as a check for tests: members that
// they do not know, arguments that are no JSON, calls without results, and whatever else they refuse with a 400.
package stricttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// Request checks a request by its path, and leaves its body to be read again.
func Request(r *http.Request) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	switch {
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		return chat(raw)
	case strings.HasSuffix(r.URL.Path, "/v1/messages"):
		if r.Header.Get("Anthropic-Version") == "" {
			return errors.New("anthropic-version is missing")
		}
		return messages(raw)
	default:
		return nil
	}
}

var toolName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// strictly reads JSON into v and refuses members that v does not have.
func strictly(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// schema checks the schema of a tool's arguments.
func schema(tool string, raw json.RawMessage) error {
	var s struct {
		Type       string
		Properties map[string]any
	}
	if err := json.Unmarshal(raw, &s); err != nil || s.Type != "object" || s.Properties == nil {
		return fmt.Errorf("invalid schema for function %q: %s: type must be object, with properties (%w)", tool, raw, err)
	}
	return nil
}

// arguments checks that a text is a JSON object.
func arguments(raw string) error {
	var o map[string]any
	if err := json.Unmarshal([]byte(raw), &o); err != nil || o == nil {
		return fmt.Errorf("arguments %q are not a JSON object", raw)
	}
	return nil
}

// a ledger holds calls against results.
type ledger struct {
	seen map[string]bool
	open map[string]bool
}

func newLedger() *ledger { return &ledger{seen: map[string]bool{}, open: map[string]bool{}} }

func (l *ledger) call(id, name string) error {
	if id == "" || l.seen[id] || !toolName.MatchString(name) {
		return fmt.Errorf("call %q of %q: ids must be there once, and names match %s", id, name, toolName)
	}
	l.seen[id], l.open[id] = true, true
	return nil
}

func (l *ledger) result(id string) error {
	if !l.open[id] {
		return fmt.Errorf("a result of %q, which was not called right before", id)
	}
	delete(l.open, id)
	return nil
}

func (l *ledger) settled() error {
	for id := range l.open {
		return fmt.Errorf("call %q has no result", id)
	}
	return nil
}
