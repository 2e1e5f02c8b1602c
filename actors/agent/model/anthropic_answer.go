package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"curfew/actors"
)

// heardBlocks is an answer while it comes.
type heardBlocks struct {
	a      Answer
	blocks []*block
}

// at is the newest block of an index; nil: there is none.
func (h *heardBlocks) at(index int) *block {
	for i := len(h.blocks) - 1; i >= 0; i-- {
		if h.blocks[i].index == index {
			return h.blocks[i]
		}
	}
	return nil
}

// usage notes what the answer has cost so far; each number counts from the beginning.
func (h *heardBlocks) usage(raw json.RawMessage) {
	var u struct {
		Input    count `json:"input_tokens"`
		Read     count `json:"cache_read_input_tokens"`
		Creation count `json:"cache_creation_input_tokens"`
		Output   count `json:"output_tokens"`
	}
	if json.Unmarshal(raw, &u) != nil {
		return
	}
	h.a.InputTokens = max(h.a.InputTokens, int(min(u.Input+u.Read+u.Creation, maxCount)))
	h.a.OutputTokens = max(h.a.OutputTokens, int(u.Output))
}

// answer is what was heard.
func (h *heardBlocks) answer(x *exchange, q Question) (Answer, error) {
	a := h.a
	a.From = x.where
	var text strings.Builder
	var echo []block
	for _, b := range h.blocks {
		switch b.kind {
		case kindText:
			text.Write(b.text)
		case kindCall:
			if len(a.Calls) == maxCalls {
				return a, ErrTooManyCalls
			}
			if b.name == "" {
				return a, fmt.Errorf("the model asks for a tool without a name, with the arguments %.80q", b.input)
			}
			a.Calls = append(a.Calls, Call{ID: b.id, Name: b.name, Arguments: string(b.input)})
		default:
			a.Thoughts = true
		}
		echo = append(echo, b.end())
	}
	a.Text, a.Echo = text.String(), echo
	settle(a.Calls, q)
	return a, nil
}

// message reads an answer that is not a stream.
func (x *exchange) message(q Question) (Answer, error) {
	var doc struct {
		Type    looseText         `json:"type"`
		Content []json.RawMessage `json:"content"`
		Stop    looseText         `json:"stop_reason"`
		Usage   json.RawMessage   `json:"usage"`
	}
	if err := json.Unmarshal(x.whole, &doc); err != nil {
		return Answer{}, fmt.Errorf("%s: the answer is not a message: %w: %s", x.where, unfinished(err), x.quote(x.whole))
	}
	if doc.Type != "message" {
		return Answer{}, fmt.Errorf("%s: the answer is not a message: %s", x.where, x.quote(x.whole))
	}
	h := &heardBlocks{}
	h.a.Stop = string(doc.Stop)
	h.usage(doc.Usage)
	for i, raw := range doc.Content {
		h.blocks = append(h.blocks, newBlock(raw, i))
	}
	a, err := h.answer(x, q)
	if err != nil {
		return h.a.cost(), fmt.Errorf("%s: %w", x.where, err)
	}
	return a, nil
}

// deltas reads an answer that is a stream. It is complete if it has a stop reason.
func (x *exchange) deltas(q Question) (Answer, error) {
	h := &heardBlocks{}
	empty := true
	for e, err := range x.events() {
		if err != nil {
			if refusedBy(err) || x.ctx.Err() != nil || h.a.Stop == "" {
				return h.a.cost(), err
			}
			break
		}
		empty = false
		if over, err := h.take(bytes.TrimSpace(e.data)); err != nil {
			return h.a.cost(), fmt.Errorf("%s: an event of the stream cannot be read: %w: %s", x.where, err, x.quote(e.data))
		} else if over {
			break
		}
	}
	switch {
	case empty:
		return h.a.cost(), fmt.Errorf("%s: %w: the stream ended without an event", x.where, ErrBroken)
	case h.a.Stop == "":
		return h.a.cost(), fmt.Errorf("%s: %w: the stream does not say why it ended", x.where, ErrBroken)
	}
	a, err := h.answer(x, q)
	if err != nil {
		return h.a.cost(), fmt.Errorf("%s: %w", x.where, err)
	}
	return a, nil
}

// take reads an event by the type in its data, not by its name; over: it is the last.
func (h *heardBlocks) take(data []byte) (over bool, err error) {
	if len(data) == 0 || string(data) == doneMark {
		return false, nil
	}
	var e struct {
		Type    looseText                       `json:"type"`
		Index   count                           `json:"index"`
		Message struct{ Usage json.RawMessage } `json:"message"`
		Block   json.RawMessage                 `json:"content_block"`
		Delta   map[string]json.RawMessage      `json:"delta"`
		Usage   json.RawMessage                 `json:"usage"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return false, err
	}
	switch e.Type {
	case "message_start":
		h.usage(e.Message.Usage)
	case "content_block_start":
		h.blocks = append(h.blocks, newBlock(e.Block, int(e.Index)))
	case "content_block_delta":
		b := h.at(int(e.Index))
		if b == nil {
			return false, fmt.Errorf("a piece of block %d, which has not begun", e.Index)
		}
		b.add(e.Delta)
	case "message_delta":
		h.usage(e.Usage)
		h.a.stops(textOf(e.Delta["stop_reason"]))
	case "message_stop":
		return true, nil
	}
	return false, nil
}

// refusedBy reports whether the error is a refusal of the endpoint.
func refusedBy(err error) bool {
	var refused *actors.StatusError
	return errors.As(err, &refused)
}

// unfinished is [ErrBroken] for JSON that ends before it is whole, else the error of the reader itself.
func unfinished(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end") {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return err
}
