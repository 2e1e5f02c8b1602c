package model

import (
	"encoding/json"

	"curfew/actors/env/httpx"
)

// The kinds of blocks that are read. All others are sent back unchanged.
const (
	kindText     = "text"
	kindCall     = "tool_use"
	kindThinking = "thinking"
)

// block is a part of an answer.
type block struct {
	kind  string
	index int
	text  []byte          // of a text, in pieces: an answer has thousands
	raw   json.RawMessage // of a kind that is not read: as it came

	id, name        string // of a call
	input           []byte // of a call: in pieces, or whole
	thought, signed []byte // of a thought, in pieces
	start           map[string]json.RawMessage
}

// newBlock reads a block, whole or as it begins in a stream.
func newBlock(raw json.RawMessage, index int) *block {
	m := httpx.Members(raw)
	b := &block{kind: textOf(m["type"]), index: index, start: m}
	switch b.kind {
	case kindText:
		b.text = []byte(textOf(m["text"]))
	case kindCall:
		b.id, b.name = textOf(m["id"]), textOf(m["name"])
		if input := argumentsOf(m["input"]); input != "{}" {
			b.input = []byte(input)
		}
	case kindThinking:
		b.thought, b.signed = []byte(textOf(m["thinking"])), []byte(textOf(m["signature"]))
	}
	return b
}

// add adds a piece.
func (b *block) add(delta map[string]json.RawMessage) {
	switch textOf(delta["type"]) {
	case "text_delta":
		b.text = append(b.text, textOf(delta["text"])...)
	case "input_json_delta":
		b.input = append(b.input, textOf(delta["partial_json"])...)
	case "thinking_delta":
		b.thought = append(b.thought, textOf(delta["thinking"])...)
	case "signature_delta":
		b.signed = append(b.signed, textOf(delta["signature"])...)
	}
}

// end makes the block that is sent back.
func (b *block) end() block {
	switch b.kind {
	case kindText, kindCall:
	case kindThinking:
		b.start["thinking"], _ = json.Marshal(string(b.thought)) // a text can always be written
		b.start["signature"], _ = json.Marshal(string(b.signed))
		fallthrough
	default:
		b.raw, _ = json.Marshal(b.start) // it was read
	}
	return *b
}
