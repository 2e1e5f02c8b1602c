package stricttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

type messagesRequest struct {
	Model     *string `json:"model"`
	MaxTokens int     `json:"max_tokens"`
	System    string  `json:"system"`
	Messages  []struct {
		Role    string            `json:"role"`
		Content []json.RawMessage `json:"content"`
	} `json:"messages"`
	Tools []struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Schema      json.RawMessage `json:"input_schema"`
	} `json:"tools"`
	Stream bool `json:"stream"`
}

// The blocks, by type.
type (
	textBlock struct{ Type, Text string }
	callBlock struct {
		Type, ID, Name string
		Input          json.RawMessage
	}
	resultBlock struct {
		Type, Content string
		ID            string `json:"tool_use_id"`
		IsError       bool   `json:"is_error"`
	}
	thoughtBlock  struct{ Type, Thinking, Signature string }
	redactedBlock struct{ Type, Data string }
)

var callID = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

func messages(raw []byte) error {
	var r messagesRequest
	if err := strictly(raw, &r); err != nil {
		return err
	}
	switch {
	case r.MaxTokens < 1:
		return errors.New("max_tokens must be at least 1")
	case r.Model != nil && *r.Model == "":
		return errors.New("model is empty")
	case len(r.Messages) == 0 || r.Messages[0].Role != "user":
		return errors.New("the first message must be of the user")
	}
	for _, t := range r.Tools {
		if !toolName.MatchString(t.Name) {
			return fmt.Errorf("tool %q", t.Name)
		}
		if err := schema(t.Name, t.Schema); err != nil {
			return err
		}
	}
	open := newLedger()
	for i, m := range r.Messages {
		if len(m.Content) == 0 {
			return fmt.Errorf("message %d has no content", i)
		}
		for n, b := range m.Content {
			if err := block(open, m.Role, b, n == 0); err != nil {
				return fmt.Errorf("message %d of %s: %w", i, m.Role, err)
			}
		}
		if m.Role == "user" {
			if err := open.settled(); err != nil {
				return err
			}
		}
	}
	return nil
}

func block(open *ledger, role string, raw json.RawMessage, first bool) error {
	var kind struct{ Type string }
	if err := json.Unmarshal(raw, &kind); err != nil {
		return err
	}
	switch role + " " + kind.Type {
	case "user text", "assistant text":
		var b textBlock
		if err := strictly(raw, &b); err != nil || strings.TrimSpace(b.Text) == "" {
			return fmt.Errorf("text blocks must be non-empty: %s (%w)", raw, err)
		}
		return nil
	case "assistant tool_use":
		var b callBlock
		if err := strictly(raw, &b); err != nil {
			return err
		}
		if !callID.MatchString(b.ID) {
			return fmt.Errorf("tool_use.id %q must match %s", b.ID, callID)
		}
		return errors.Join(open.call(b.ID, b.Name), arguments(string(b.Input)))
	case "user tool_result":
		var b resultBlock
		if err := strictly(raw, &b); err != nil {
			return err
		}
		return open.result(b.ID)
	case "assistant thinking":
		var b thoughtBlock
		if err := strictly(raw, &b); err != nil || b.Signature == "" || !first {
			return fmt.Errorf("a thinking block stands first, and has its signature: %s (%w)", raw, err)
		}
		return nil
	case "assistant novelty": // what an endpoint has said itself it takes back
		return nil
	case "assistant redacted_thinking":
		return strictly(raw, &redactedBlock{})
	default:
		return fmt.Errorf("%s of %s", kind.Type, role)
	}
}
