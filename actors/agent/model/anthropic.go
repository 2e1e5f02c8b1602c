package model

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// anthropic speaks messages (https://docs.anthropic.com/en/api/messages).
type anthropic struct {
	to        Endpoint
	maxTokens int // if the question has no bound: this protocol requires one
}

// Bounds of an answer if the question has none: for present models, and for older ones.
const (
	defaultMaxTokens = 32_000
	olderMaxTokens   = 4096
)

const anthropicVersion = "2023-06-01"

// anthropicErrors are the names that its events give to statuses.
var anthropicErrors = map[string]int{
	"invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
	"not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500,
	"timeout_error": 504, "overloaded_error": 529,
}

// Ask asks once, and again with a smaller bound if the model does not support the default one.
func (m *anthropic) Ask(ctx context.Context, q Question) (Answer, error) {
	a, err := m.ask(ctx, q)
	if refusesMember(err, "max_tokens") && q.MaxTokens == 0 && m.maxTokens != olderMaxTokens {
		m.maxTokens = olderMaxTokens
		return m.ask(ctx, q)
	}
	return a, err
}

func (m *anthropic) ask(ctx context.Context, q Question) (Answer, error) {
	body, err := m.request(q)
	if err != nil {
		return Answer{}, err
	}
	base := strings.TrimSuffix(strings.TrimRight(m.to.Base, "/"), "/v1") // with and without are written
	header := http.Header{"X-Api-Key": {m.to.Key}, "Anthropic-Version": {anthropicVersion}}
	x := &exchange{to: m.to, names: anthropicErrors}
	defer x.close()
	if err := x.post(ctx, base+"/v1/messages", header, body); err != nil {
		return Answer{}, err
	}
	if x.whole != nil {
		return x.message(q)
	}
	return x.deltas(q)
}

// The request.
type (
	messagesRequest struct {
		Model     string         `json:"model,omitempty"`
		MaxTokens int            `json:"max_tokens"`
		System    string         `json:"system,omitempty"`
		Messages  []blockMessage `json:"messages"`
		Tools     []blockTool    `json:"tools,omitempty"`
		Stream    bool           `json:"stream"`
	}
	blockMessage struct {
		Role    string `json:"role"`
		Content []any  `json:"content"`
	}
	blockTool struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Schema      json.RawMessage `json:"input_schema"`
	}
	textBlock struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	callBlock struct {
		Type  string          `json:"type"`
		ID    string          `json:"id"`
		Name  string          `json:"name"`
		Input json.RawMessage `json:"input"`
	}
	resultBlock struct {
		Type    string `json:"type"`
		ID      string `json:"tool_use_id"`
		Content string `json:"content"`
		IsError bool   `json:"is_error,omitempty"`
	}
)

func (m *anthropic) request(q Question) (messagesRequest, error) {
	r := messagesRequest{Model: q.Model, MaxTokens: q.MaxTokens, System: q.System, Stream: true}
	if r.MaxTokens == 0 {
		r.MaxTokens = m.maxTokens
	}
	for _, said := range q.Messages {
		r.Messages = append(r.Messages, blockMessage{said.Role, blocks(said)})
	}
	for _, t := range q.Tools {
		schema, err := t.schema()
		if err != nil {
			return r, err
		}
		r.Tools = append(r.Tools, blockTool{t.Name, t.Description, schema})
	}
	return r, nil
}

// blocks are the blocks of a message. Those of an answer are in the model's order, and thoughts are unchanged. Empty
// texts are left out, since the protocol refuses them.
func blocks(m Message) (out []any) {
	echo, answered := m.Echo.([]block)
	if !answered {
		echo = []block{{kind: kindText, text: []byte(m.Text)}}
		for range m.Calls {
			echo = append(echo, block{kind: kindCall})
		}
	}
	calls := m.Calls
	for _, b := range echo {
		switch {
		case b.kind == kindText && len(bytes.TrimSpace(b.text)) > 0:
			out = append(out, textBlock{kindText, string(b.text)})
		case b.kind == kindCall && len(calls) > 0:
			out = append(out, callBlock{kindCall, calls[0].ID, calls[0].sendableName(), calls[0].sendable()})
			calls = calls[1:]
		case b.raw != nil:
			out = append(out, b.raw)
		}
	}
	for _, r := range m.Results {
		out = append(out, resultBlock{"tool_result", r.ID, r.Text, r.Failed})
	}
	return out
}
