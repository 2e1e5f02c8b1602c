package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// settle makes the calls of an answer what [Call] promises, whatever the server has written, so that they can be sent
// back to the strictest endpoint. Their ids become different from all earlier ones of the conversation.
func settle(calls []Call, q Question) {
	taken := make(map[string]bool)
	for _, m := range q.Messages {
		for _, c := range m.Calls {
			taken[c.ID] = true
		}
	}
	for i := range calls {
		c := &calls[i]
		c.ID = unlike(c.ID, len(taken), taken)
		taken[c.ID] = true
		c.Arguments, c.Bad = object(c.Arguments)
	}
}

// unlike is the id, or a similar one that is not taken.
func unlike(id string, n int, taken map[string]bool) string {
	if id == "" { // there are endpoints that give none
		id = fmt.Sprintf("call_%d", n)
	}
	next := id
	for n := 2; taken[next]; n++ {
		next = fmt.Sprintf("%s_%d", id, n)
	}
	return next
}

// object reads arguments: a JSON object, or one that was encoded again as a JSON text. An empty text means no
// arguments. Anything else is returned as it is, with what is wrong with it.
func object(said string) (arguments, bad string) {
	text := strings.TrimSpace(said)
	if text == "" {
		return "{}", ""
	}
	var doc any
	err := json.Unmarshal([]byte(text), &doc)
	if inner, ok := doc.(string); ok && strings.HasPrefix(strings.TrimSpace(inner), "{") {
		text = strings.TrimSpace(inner)
		err = json.Unmarshal([]byte(text), &doc)
	}
	if err != nil {
		return said, "the arguments are not a JSON object: " + err.Error()
	}
	if _, ok := doc.(map[string]any); !ok {
		return said, "the arguments are not a JSON object"
	}
	return text, ""
}

// sendable are the arguments as they can be sent back. For a bad call that is an empty object: its result says what was
// wrong.
func (c Call) sendable() json.RawMessage {
	if c.Bad != "" {
		return json.RawMessage("{}")
	}
	return json.RawMessage(c.Arguments)
}

var notInNames = text.Pattern(`[^A-Za-z0-9_-]`)

// maxName is how long a tool's name may be, in characters, for every endpoint.
const maxName = 64

// sendableName is the name in a form that every endpoint accepts, since the model may have invented one.
func (c Call) sendableName() string {
	name := notInNames().ReplaceAllString(c.Name, "_")
	return name[:min(len(name), maxName)]
}

// Parameters is the schema of a tool's arguments in the form that strict endpoints want: of an object, with properties.
// If the schema cannot be brought into that form the error says why, and the tool must not be offered.
func Parameters(schema json.RawMessage) (json.RawMessage, error) {
	m := httpx.Members(schema)
	if m == nil {
		return nil, errors.New("the schema of its arguments is not a JSON object")
	}
	if kind, typed := m["type"]; typed && !ofObject(kind) {
		return nil, fmt.Errorf("the schema of its arguments is of %.80s; it must be of an object", kind)
	}
	if string(m["type"]) == `"object"` && httpx.Members(m["properties"]) != nil {
		return schema, nil
	}
	m["type"] = json.RawMessage(`"object"`)
	if httpx.Members(m["properties"]) == nil {
		m["properties"] = json.RawMessage("{}")
	}
	return json.Marshal(m)
}

// ofObject reports whether a type of a schema can be that of an object.
func ofObject(kind json.RawMessage) bool {
	var several []string
	if json.Unmarshal(kind, &several) != nil {
		return string(kind) == `"object"`
	}
	return several == nil || slices.Contains(several, "object")
}

// schema is that of a tool, as it is sent.
func (t Tool) schema() (json.RawMessage, error) {
	schema, err := Parameters(t.Schema)
	if err != nil {
		return nil, fmt.Errorf("%w: tool %s: %w", ErrQuestion, t.Name, err)
	}
	return schema, nil
}
