package stricttest

import (
	"encoding/json"
	"errors"
	"fmt"
)

// chatMessage is a message of chat completions. The last three are what vendors want to see again.
type chatMessage struct {
	Role       string          `json:"role"`
	Content    *string         `json:"content"`
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  []chatCall      `json:"tool_calls"`
	Reasoning  *string         `json:"reasoning_content"`
	Details    json.RawMessage `json:"reasoning_details"`
	Extra      json.RawMessage `json:"extra_content"`
}

type chatCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string  `json:"name"`
		Arguments *string `json:"arguments"`
	} `json:"function"`
	Extra json.RawMessage `json:"extra_content"`
}

type chatRequest struct {
	Model         *string       `json:"model"`
	Messages      []chatMessage `json:"messages"`
	Stream        bool          `json:"stream"`
	StreamOptions *struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	MaxTokens           int `json:"max_tokens"`
	MaxCompletionTokens int `json:"max_completion_tokens"`
	Tools               []struct {
		Type     string `json:"type"`
		Function struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			Parameters  json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
}

func chat(raw []byte) error {
	var r chatRequest
	if err := strictly(raw, &r); err != nil {
		return err
	}
	switch {
	case r.Model != nil && *r.Model == "":
		return errors.New("model is empty; leave it out")
	case len(r.Messages) == 0:
		return errors.New("there are no messages")
	case !r.Stream && r.StreamOptions != nil:
		return errors.New("stream_options without stream")
	}
	for _, t := range r.Tools {
		if t.Type != "function" || !toolName.MatchString(t.Function.Name) {
			return fmt.Errorf("tool %q of type %q", t.Function.Name, t.Type)
		}
		if err := schema(t.Function.Name, t.Function.Parameters); err != nil {
			return err
		}
	}
	open := newLedger()
	for _, m := range r.Messages {
		if err := m.check(open); err != nil {
			return fmt.Errorf("a message of %s: %w", m.Role, err)
		}
	}
	return open.settled()
}

func (m chatMessage) check(open *ledger) error {
	if m.Role == "tool" {
		if m.Content == nil || *m.Content == "" {
			return errors.New("a result without content")
		}
		return open.result(m.ToolCallID)
	}
	if err := open.settled(); err != nil {
		return err
	}
	said := m.Content != nil && *m.Content != ""
	switch {
	case m.Role != "system" && m.Role != "user" && m.Role != "assistant", m.ToolCallID != "":
		return errors.New("unknown role, or a tool_call_id that belongs to a tool")
	case m.Role != "assistant" && len(m.ToolCalls) > 0, !said && len(m.ToolCalls) == 0:
		return errors.New("no content")
	}
	for _, c := range m.ToolCalls {
		if c.Type != "function" || c.Function.Arguments == nil {
			return fmt.Errorf("call %q: type and function.arguments are required", c.ID)
		}
		if err := arguments(*c.Function.Arguments); err != nil {
			return err
		}
		if err := open.call(c.ID, c.Function.Name); err != nil {
			return err
		}
	}
	return nil
}
