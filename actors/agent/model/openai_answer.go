package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
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

// chatWords is what the model said, and the thoughts that some endpoints want to see again: DeepSeek and others
// reasoning_content, OpenRouter reasoning_details, Google extra_content.
type chatWords struct {
	Content          content         `json:"content"`
	Refusal          looseText       `json:"refusal"`
	ToolCalls        json.RawMessage `json:"tool_calls"`
	Reasoning        looseText       `json:"reasoning"`
	ReasoningContent looseText       `json:"reasoning_content"`
	ReasoningDetails json.RawMessage `json:"reasoning_details"`
	ExtraContent     json.RawMessage `json:"extra_content"`
}

// hearing is an answer while it comes.
type hearing struct {
	a         Answer
	text      strings.Builder
	refusal   strings.Builder
	reasoning strings.Builder
	details   []json.RawMessage
	extra     json.RawMessage
	calls     *assembly
}

func newHearing(q Question) *hearing { return &hearing{calls: newAssembly(q.Tools)} }

// usage takes in what the answer has cost so far.
func (h *hearing) usage(raw json.RawMessage) {
	var u struct {
		In  count `json:"prompt_tokens"`
		Out count `json:"completion_tokens"`
	}
	if says(raw) && json.Unmarshal(raw, &u) == nil {
		h.a.InputTokens, h.a.OutputTokens = int(u.In), int(u.Out)
	}
}

// words takes in what was said. In a whole answer every entry is a call of its own.
func (h *hearing) words(w *chatWords, whole bool) error {
	h.text.WriteString(w.Content.text)
	h.refusal.WriteString(w.Content.refusal + string(w.Refusal))
	h.reasoning.WriteString(string(w.ReasoningContent))
	h.a.Thoughts = h.a.Thoughts || w.Content.thoughts || w.Reasoning != "" || w.ReasoningContent != "" || says(w.ReasoningDetails)
	var details []json.RawMessage
	if json.Unmarshal(w.ReasoningDetails, &details) == nil {
		h.details = append(h.details, details...)
	}
	if says(w.ExtraContent) {
		h.extra = w.ExtraContent
	}
	var pieces []piece
	if raw := bytes.TrimSpace(w.ToolCalls); says(raw) {
		if raw[0] != '[' {
			raw = append(append([]byte("["), raw...), ']')
		}
		if err := json.Unmarshal(raw, &pieces); err != nil {
			return fmt.Errorf("the calls of tools cannot be read: %w", err)
		}
	}
	for i, p := range pieces {
		if whole {
			p.index = strconv.Itoa(i)
		}
		if err := h.calls.add(p); err != nil {
			return err
		}
	}
	return nil
}

// answer is what was heard.
func (h *hearing) answer(x *exchange, q Question) (a Answer, err error) {
	a = h.a
	a.From = x.where
	a.Text, a.Refusal = h.text.String(), h.refusal.String()
	if a.Calls, err = h.calls.calls(); err != nil {
		return a, err
	}
	settle(a.Calls, q)
	echo := map[string]json.RawMessage{}
	if s := h.reasoning.String(); s != "" {
		echo["reasoning_content"], _ = json.Marshal(s) // a text can always be written
	}
	if len(h.details) > 0 {
		echo["reasoning_details"], _ = json.Marshal(h.details) // they were read
	}
	if h.extra != nil {
		echo["extra_content"] = h.extra
	}
	if len(echo) > 0 {
		a.Echo = echo
	}
	return a, nil
}

// first is the first choice of a document; ok is false if it has none.
func (d chatAnswer) first() (c chatChoice, ok bool, err error) {
	var choices []chatChoice
	if says(d.Choices) {
		err = json.Unmarshal(d.Choices, &choices)
	}
	if err != nil || len(choices) == 0 {
		return c, false, err
	}
	return choices[0], true, nil
}

// completion reads an answer that is no stream.
func (x *exchange) completion(q Question) (Answer, error) {
	h := newHearing(q)
	var doc chatAnswer
	err := json.Unmarshal(x.whole, &doc)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: the answer is no chat completion: %w: %s", x.where, unfinished(err), x.quote(x.whole))
	}
	c, ok, err := doc.first()
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("%s: the answer is no chat completion: %w: %s", x.where, err, x.quote(x.whole))
	case !ok:
		return Answer{}, fmt.Errorf("%s: the answer has no choices: %s", x.where, x.quote(x.whole))
	}
	h.usage(doc.Usage)
	h.a.Stop = string(c.FinishReason)
	for _, w := range []*chatWords{c.Message, c.Delta} {
		if w == nil {
			continue
		}
		if err := h.words(w, true); err != nil {
			return Answer{}, fmt.Errorf("%s: %w", x.where, err)
		}
		break
	}
	a, err := h.answer(x, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", x.where, err)
	}
	return a, nil
}

// chunks reads an answer that is a stream. It is whole when it says why it ended; the usage comes after that.
func (x *exchange) chunks(q Question) (Answer, error) {
	h := newHearing(q)
	done, empty := false, true
	for e, err := range x.events() {
		switch {
		case err != nil && (refusedBy(err) || x.ctx.Err() != nil || h.a.Stop == ""):
			return Answer{}, err
		case err != nil:
			done = true // it had said why it ends
		default:
			data := bytes.TrimSpace(e.data)
			empty = false
			if done = string(data) == doneMark; done || len(data) == 0 {
				break
			}
			if err := x.chunk(h, data); err != nil {
				return Answer{}, err
			}
		}
		if done {
			break
		}
	}
	switch {
	case empty:
		return Answer{}, fmt.Errorf("%s: %w: the stream ended without an event", x.where, ErrBroken)
	case !done && h.a.Stop == "":
		return Answer{}, fmt.Errorf("%s: %w: the stream does not say why it ended", x.where, ErrBroken)
	}
	a, err := h.answer(x, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", x.where, err)
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
		return fmt.Errorf("%s: an event of the stream is no chunk of a chat completion: %w: %s", x.where, err, x.quote(data))
	}
	h.usage(doc.Usage)
	if c.FinishReason != "" {
		h.a.Stop = string(c.FinishReason)
	}
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
