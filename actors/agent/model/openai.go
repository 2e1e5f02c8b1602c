package model

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"curfew/actors"
)

// openAI speaks chat completions (https://platform.openai.com/docs/api-reference/chat), also with the many endpoints
// that only resemble them.
type openAI struct {
	to Endpoint

	// Members that the endpoint has not refused so far.
	streamOptions bool
	newMaxTokens  bool // the bound is called max_completion_tokens
}

// Ask asks once, and again without members that the endpoint refuses by name.
func (m *openAI) Ask(ctx context.Context, q Question) (Answer, error) {
	for {
		a, err := m.ask(ctx, q)
		if !m.without(q, err) {
			return a, err
		}
	}
}

// without leaves out the refused member; false: the error names none that can be left out.
func (m *openAI) without(q Question, err error) bool {
	switch {
	case refusesMember(err, "stream_options") && m.streamOptions:
		m.streamOptions = false
	case refusesMember(err, "max_completion_tokens") && q.MaxTokens > 0 && !m.newMaxTokens:
		m.newMaxTokens = true
	default:
		return false
	}
	return true
}

// refusesMember reports whether the request was refused, and the refusal names the member.
func refusesMember(err error, name string) bool {
	var refused *actors.StatusError
	return errors.As(err, &refused) && (refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity) &&
		strings.Contains(refused.Body, name)
}

func (m *openAI) ask(ctx context.Context, q Question) (Answer, error) {
	body, err := m.request(q)
	if err != nil {
		return Answer{}, err
	}
	header := http.Header{}
	if m.to.Key != "" {
		header.Set("Authorization", "Bearer "+m.to.Key)
	}
	x := &exchange{to: m.to}
	defer x.close()
	if err := x.post(ctx, strings.TrimRight(m.to.Base, "/")+"/chat/completions", header, body); err != nil {
		return Answer{}, err
	}
	if x.whole != nil {
		return x.completion(q)
	}
	return x.chunks(q)
}

// The request.
type (
	chatRequest struct {
		Model               string         `json:"model,omitempty"`
		Messages            []chatMessage  `json:"messages"`
		Tools               []chatTool     `json:"tools,omitempty"`
		Stream              bool           `json:"stream"`
		StreamOptions       *streamOptions `json:"stream_options,omitempty"`
		MaxTokens           int            `json:"max_tokens,omitempty"`
		MaxCompletionTokens int            `json:"max_completion_tokens,omitempty"`
	}
	streamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	}
	chatTool struct {
		Type     string       `json:"type"`
		Function chatFunction `json:"function"`
	}
	chatFunction struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Parameters  json.RawMessage `json:"parameters"`
	}
	chatMessage map[string]any // some members come from the endpoint itself
)

func (m *openAI) request(q Question) (chatRequest, error) {
	r := chatRequest{Model: q.Model, Messages: chatMessages(q), Stream: true}
	if m.streamOptions {
		r.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	if m.newMaxTokens {
		r.MaxCompletionTokens = q.MaxTokens
	} else {
		r.MaxTokens = q.MaxTokens
	}
	for _, t := range q.Tools {
		schema, err := t.schema()
		if err != nil {
			return r, err
		}
		r.Tools = append(r.Tools, chatTool{"function", chatFunction{t.Name, t.Description, schema}})
	}
	return r, nil
}

func chatMessages(q Question) (out []chatMessage) {
	if q.System != "" {
		out = append(out, chatMessage{"role": "system", "content": q.System})
	}
	for _, m := range q.Messages {
		if m.Text != "" || len(m.Calls) > 0 {
			out = append(out, chatSaid(m))
		}
		for _, r := range m.Results {
			out = append(out, chatMessage{"role": "tool", "tool_call_id": r.ID, "content": r.Text})
		}
	}
	return out
}

// chatSaid is a message with the members that the endpoint must get back.
func chatSaid(m Message) chatMessage {
	said := chatMessage{}
	if echo, ok := m.Echo.(map[string]json.RawMessage); ok {
		for name, value := range echo {
			said[name] = value
		}
	}
	said["role"] = m.Role
	if m.Text != "" {
		said["content"] = m.Text
	}
	var calls []chatMessage
	for _, c := range m.Calls {
		call := chatMessage{}
		for name, value := range c.extra {
			call[name] = value
		}
		call["id"], call["type"] = c.ID, "function"
		call["function"] = chatMessage{"name": c.sendableName(), "arguments": string(c.sendable())}
		calls = append(calls, call)
	}
	if len(calls) > 0 {
		said["tool_calls"] = calls
	}
	return said
}
