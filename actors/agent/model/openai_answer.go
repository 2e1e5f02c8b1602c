package model

import (
	"bytes"
	"encoding/json"
	"fmt"

	"curfew/actors/env/httpx"
)

// chatAnswer is what is read of an answer, or of a chunk of one.
type chatAnswer struct {
	Choices json.RawMessage `json:"choices"`
	Usage   json.RawMessage `json:"usage"`
}

// chatChoice is the first choice. Some servers put a whole message where a delta belongs.
type chatChoice struct {
	Delta        *chatWords `json:"delta"`
	Message      *chatWords `json:"message"`
	FinishReason looseText  `json:"finish_reason"`
}

// first is the first choice of a document; ok is false if it has none.
func (d chatAnswer) first() (c chatChoice, ok bool, err error) {
	var choices []chatChoice
	if httpx.Says(d.Choices) {
		err = json.Unmarshal(d.Choices, &choices)
	}
	if err != nil || len(choices) == 0 {
		return c, false, err
	}
	return choices[0], true, nil
}

// completion reads an answer that is not a stream.
func (x *exchange) completion(q Question) (Answer, error) {
	h := newHearing(q)
	var doc chatAnswer
	err := json.Unmarshal(x.whole, &doc)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: the answer is not a chat completion: %w: %s", x.where, unfinished(err), x.quote(x.whole))
	}
	h.usage(doc.Usage)
	c, ok, err := doc.first()
	switch {
	case err != nil:
		return h.a.cost(), fmt.Errorf("%s: the answer is not a chat completion: %w: %s", x.where, err, x.quote(x.whole))
	case !ok:
		return h.a.cost(), fmt.Errorf("%s: the answer has no choices: %s", x.where, x.quote(x.whole))
	}
	h.a.Stop = string(c.FinishReason)
	for _, w := range []*chatWords{c.Message, c.Delta} {
		if w == nil {
			continue
		}
		if err := h.words(w, true); err != nil {
			return h.a.cost(), fmt.Errorf("%s: %w", x.where, err)
		}
		break
	}
	a, err := h.answer(x, q)
	if err != nil {
		return h.a.cost(), fmt.Errorf("%s: %w", x.where, err)
	}
	return a, nil
}

// chunks reads an answer that is a stream. It is complete if it has a stop reason; the usage comes after that.
func (x *exchange) chunks(q Question) (Answer, error) {
	h := newHearing(q)
	done, empty := false, true
	for e, err := range x.events() {
		switch {
		case err != nil && (refusedBy(err) || x.ctx.Err() != nil || h.a.Stop == ""):
			return h.a.cost(), err
		case err != nil:
			done = true // the stop reason has come already
		default:
			data := bytes.TrimSpace(e.data)
			empty = false
			if done = string(data) == doneMark; done || len(data) == 0 {
				break
			}
			if err := x.chunk(h, data); err != nil {
				return h.a.cost(), err
			}
		}
		if done {
			break
		}
	}
	switch {
	case empty:
		return h.a.cost(), fmt.Errorf("%s: %w: the stream ended without an event", x.where, ErrBroken)
	case h.a.Stop == "" && (!done || h.calls.bare()): // a gateway may have ended what broke off behind it
		return h.a.cost(), fmt.Errorf("%s: %w: the stream does not say why it ended", x.where, ErrBroken)
	}
	a, err := h.answer(x, q)
	if err != nil {
		return h.a.cost(), fmt.Errorf("%s: %w", x.where, err)
	}
	return a, nil
}

func (x *exchange) chunk(h *hearing, data []byte) error {
	var doc chatAnswer
	err := json.Unmarshal(data, &doc)
	var c chatChoice
	if err == nil {
		c, _, err = doc.first()
	}
	if err != nil {
		return fmt.Errorf("%s: an event of the stream is not a chunk of a chat completion: %w: %s", x.where, err, x.quote(data))
	}
	h.usage(doc.Usage)
	h.a.stops(string(c.FinishReason))
	for _, w := range []*chatWords{c.Delta, c.Message} {
		if w == nil {
			continue
		}
		if err := h.words(w, c.Delta == nil); err != nil {
			return fmt.Errorf("%s: %w", x.where, err)
		}
		break
	}
	return nil
}
