package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"curfew/actors/env/httpx"
)

// piece is a call of a tool in OpenAI's protocol, or in a stream a part of one.
type piece struct {
	index     string // empty: it has none
	id, name  string
	arguments string
	extra     map[string]json.RawMessage
}

// UnmarshalJSON reads any JSON value.
func (s *piece) UnmarshalJSON(raw []byte) error {
	m := httpx.Members(raw)
	function := httpx.Members(m["function"])
	*s = piece{
		index: textOf(m["index"]), id: textOf(m["id"]), name: textOf(function["name"]), arguments: argumentsOf(function["arguments"]),
	}
	for _, ours := range []string{"index", "id", "type", "function"} {
		delete(m, ours)
	}
	s.extra = m
	return nil
}

func textOf(raw json.RawMessage) string {
	var t looseText
	_ = t.UnmarshalJSON(raw) // it never fails
	return string(t)
}

// argumentsOf are the arguments as text. They come as a text with JSON in it, and from some servers as the JSON itself.
func argumentsOf(raw json.RawMessage) string {
	var s string
	if string(raw) == "null" || json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// assembly puts the pieces of calls together. Servers give several calls the same index, give no index, or begin with
// any number. So the index is only a hint, and a piece begins a new call where one can begin.
type assembly struct {
	offered []string // the names of the tools that the model may ask for
	slots   []*piece
}

func newAssembly(tools []Tool) *assembly {
	a := &assembly{}
	for _, t := range tools {
		a.offered = append(a.offered, t.Name)
	}
	return a
}

// add adds a piece.
func (a *assembly) add(p piece) error {
	if s := a.find(p); s != nil && !a.begins(p, s) {
		s.goOn(p)
		return nil
	}
	if len(a.slots) == maxCalls {
		return ErrTooManyCalls
	}
	a.slots = append(a.slots, &p)
	return nil
}

// find is the call that the piece may belong to: the newest with its id and its index, else with its index;
// without an index any has the right one.
func (a *assembly) find(p piece) *piece {
	for _, s := range slices.Backward(a.slots) {
		if p.id != "" && s.id == p.id && (p.index == "" || s.index == p.index) {
			return s
		}
	}
	for _, s := range slices.Backward(a.slots) {
		if p.index == "" || s.index == p.index {
			return s
		}
	}
	return nil
}

// begins reports whether the piece begins a new call, instead of continuing s.
func (a *assembly) begins(p piece, s *piece) bool {
	switch {
	case p.name == "" || s.name == "": // a call begins with its name
		return false
	case p.id != "" && s.id != "" && p.id != s.id:
		return true
	case p.name != s.name && slices.Contains(a.offered, s.name) && !a.beginning(s.name+p.name):
		return true // two tools, not two pieces of a name
	case s.arguments == "", p.id != "" && p.id == s.id:
		return false
	default:
		return json.Valid([]byte(s.arguments)) && (p.name != s.name || p.arguments != "")
	}
}

// beginning reports whether the name of a tool begins so.
func (a *assembly) beginning(name string) bool {
	return slices.ContainsFunc(a.offered, func(o string) bool { return strings.HasPrefix(o, name) })
}

// goOn adds a further piece of the same call.
func (s *piece) goOn(p piece) {
	if s.arguments == "" && p.name != s.name {
		s.name += p.name // in pieces; a name that is only said again is not added
	}
	switch {
	case s.id == "":
		s.id = p.id
	case p.id != s.id && p.name == "" && p.arguments == "" && s.arguments == "":
		s.id += p.id
	}
	s.arguments += p.arguments
	if s.extra == nil {
		s.extra = p.extra
	}
	maps.Copy(s.extra, p.extra)
}

// bare reports whether there is a call without arguments: they may not have come yet.
func (a *assembly) bare() bool {
	return slices.ContainsFunc(a.slots, func(s *piece) bool { return s.name != "" && strings.TrimSpace(s.arguments) == "" })
}

// calls are the calls that were put together. A piece without a name is not a call: it is skipped if it is empty, and
// an error if it has arguments.
func (a *assembly) calls() (calls []Call, err error) {
	for _, s := range a.slots {
		switch {
		case s.name != "":
			calls = append(calls, Call{ID: s.id, Name: s.name, Arguments: s.arguments, extra: s.extra})
		case strings.TrimSpace(s.arguments) != "":
			return nil, fmt.Errorf("the model asks for a tool without a name, with the arguments %.80q", s.arguments)
		}
	}
	return calls, nil
}
