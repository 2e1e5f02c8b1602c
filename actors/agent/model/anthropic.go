package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"curfew/actors"
)

// anthropicAPI speaks Anthropic's messages. The library reads no environment here, and never asks twice.
type anthropicAPI struct{ to Endpoint }

// anthropicErrors are the names that its events give to statuses.
var anthropicErrors = map[string]int{
	"invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
	"not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500,
	"timeout_error": 504, "overloaded_error": 529,
}

// defaultMaxTokens bounds an answer if the question does not: this protocol must be told.
const defaultMaxTokens = 8192

// Ask asks once.
func (m anthropicAPI) Ask(ctx context.Context, q Question) (Answer, error) {
	x := &exchange{to: m.to, names: anthropicErrors}
	base := strings.TrimSuffix(strings.TrimRight(m.to.Base, "/"), "/v1") // the library adds it
	service := anthropic.NewMessageService(
		option.WithoutEnvironmentDefaults(), option.WithBaseURL(base), option.WithAPIKey(m.to.Key),
		option.WithHTTPClient(x), option.WithMaxRetries(0),
	)
	params, err := anthropicParams(q)
	if err != nil {
		return Answer{}, err
	}
	stream := service.NewStreaming(ctx, params)
	defer func() { _ = stream.Close() }()
	var said anthropic.Message
	for stream.Next() && err == nil {
		err = said.Accumulate(stream.Current())
	}
	if err == nil {
		err = stream.Err()
	}
	if err != nil && ctx.Err() != nil && x.refused() == nil {
		return Answer{}, ctx.Err()
	}
	return x.message(&said, err)
}

// refused is the refusal that was seen on the wire; nil: there was none.
func (x *exchange) refused() *actors.StatusError {
	var refused *actors.StatusError
	if errors.As(x.err, &refused) {
		return refused
	}
	return nil
}

// message makes an answer of what the library has read, or says what is wrong in our words.
func (x *exchange) message(said *anthropic.Message, err error) (Answer, error) {
	switch {
	case x.err != nil:
		return Answer{}, x.err
	case err != nil:
		return Answer{}, fmt.Errorf("%s: read the answer: %s", x.where, x.to.Redact(err.Error()))
	case x.whole != nil:
		if err := json.Unmarshal(x.whole, said); err != nil || said.Type != "message" {
			return Answer{}, fmt.Errorf("%s: the answer is no message: %s", x.where, x.quote(x.whole))
		}
	case x.empty:
		return Answer{}, fmt.Errorf("%s: the stream ended without an event", x.where)
	case said.StopReason == "":
		return Answer{}, fmt.Errorf("%s: the stream broke off: it does not say why it ended", x.where)
	}
	a := Answer{
		Stop:         string(said.StopReason),
		InputTokens:  int(said.Usage.InputTokens + said.Usage.CacheReadInputTokens + said.Usage.CacheCreationInputTokens),
		OutputTokens: int(said.Usage.OutputTokens),
	}
	for _, block := range said.Content {
		switch block.Type {
		case "text":
			a.Text += block.Text
		case "tool_use":
			if len(a.Calls) == MaxCalls {
				return a, fmt.Errorf("%s: the model asks for more than %d tools at once", x.where, MaxCalls)
			}
			a.Calls = append(a.Calls, Call{ID: block.ID, Name: block.Name, Arguments: string(block.Input)})
		}
	}
	return a, nil
}

func anthropicParams(q Question) (anthropic.MessageNewParams, error) {
	p := anthropic.MessageNewParams{Model: q.Model, MaxTokens: int64(q.MaxTokens)}
	if p.MaxTokens == 0 {
		p.MaxTokens = defaultMaxTokens
	}
	if q.System != "" {
		p.System = []anthropic.TextBlockParam{{Text: q.System}}
	}
	for _, m := range q.Messages {
		var blocks []anthropic.ContentBlockParamUnion
		if m.Text != "" {
			blocks = append(blocks, anthropic.NewTextBlock(m.Text))
		}
		for _, c := range m.Calls {
			input := json.RawMessage(c.Arguments)
			if !json.Valid(input) {
				input = json.RawMessage("{}") // what the model wrote was no JSON; the result says so
			}
			blocks = append(blocks, anthropic.NewToolUseBlock(c.ID, input, c.Name))
		}
		for _, r := range m.Results {
			blocks = append(blocks, anthropic.NewToolResultBlock(r.ID, r.Text, r.Failed))
		}
		if m.Role == Assistant {
			p.Messages = append(p.Messages, anthropic.NewAssistantMessage(blocks...))
		} else {
			p.Messages = append(p.Messages, anthropic.NewUserMessage(blocks...))
		}
	}
	for _, t := range q.Tools {
		tool := anthropic.ToolParam{Name: t.Name, Description: anthropic.String(t.Description)}
		if err := json.Unmarshal(t.Schema, &tool.InputSchema); err != nil {
			return p, fmt.Errorf("model: the schema of tool %s: %w", t.Name, err)
		}
		p.Tools = append(p.Tools, anthropic.ToolUnionParam{OfTool: &tool})
	}
	return p, nil
}
