package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"curfew/actors/env/httpx"
)

// chatWords is what the model said, and the thoughts that some endpoints must get back: DeepSeek and others
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

// usage notes what the answer has cost so far; each number counts from the beginning.
func (h *hearing) usage(raw json.RawMessage) {
	var u struct {
		In  count `json:"prompt_tokens"`
		Out count `json:"completion_tokens"`
	}
	if httpx.Says(raw) && json.Unmarshal(raw, &u) == nil {
		h.a.InputTokens, h.a.OutputTokens = max(h.a.InputTokens, int(u.In)), max(h.a.OutputTokens, int(u.Out))
	}
}

// words adds what was said. In an answer that is not a stream every entry is a call of its own.
func (h *hearing) words(w *chatWords, whole bool) error {
	h.text.WriteString(w.Content.text)
	h.refusal.WriteString(w.Content.refusal + string(w.Refusal))
	h.reasoning.WriteString(string(w.ReasoningContent))
	h.a.Thoughts = h.a.Thoughts || w.Content.thoughts || w.Reasoning != "" || w.ReasoningContent != "" || httpx.Says(w.ReasoningDetails)
	var details []json.RawMessage
	if json.Unmarshal(w.ReasoningDetails, &details) == nil {
		h.details = append(h.details, details...)
	}
	if httpx.Says(w.ExtraContent) {
		h.extra = w.ExtraContent
	}
	var pieces []piece
	if raw := bytes.TrimSpace(w.ToolCalls); httpx.Says(raw) {
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
