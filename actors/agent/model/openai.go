package model

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// openAI speaks chat completions. The types are the library's; the reading is not, because backends answer
// with JSON though a stream was asked for, and put errors into streams in shapes of their own.
type openAI struct{ to Endpoint }

// Ask asks once.
func (m openAI) Ask(ctx context.Context, q Question) (Answer, error) {
	x := &exchange{to: m.to}
	req, err := m.request(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	resp, err := x.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	if x.whole != nil {
		return x.completion()
	}
	a, err := x.chunks(resp.Body)
	if err != nil && ctx.Err() != nil && x.refused() == nil {
		return a, ctx.Err()
	}
	return a, err
}

func (m openAI) request(ctx context.Context, q Question) (*http.Request, error) {
	body, err := json.Marshal(openai.ChatCompletionRequest{
		Model: q.Model, Messages: openAIMessages(q), Tools: openAITools(q.Tools),
		Stream: true, StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	})
	if err != nil {
		return nil, fmt.Errorf("model: write the request: %w", err)
	}
	url := strings.TrimRight(m.to.Base, "/") + "/chat/completions"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("model: make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if m.to.Key != "" {
		req.Header.Set("Authorization", "Bearer "+m.to.Key)
	}
	return req, nil
}

func openAIMessages(q Question) (out []openai.ChatCompletionMessage) {
	if q.System != "" {
		out = append(out, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleSystem, Content: q.System})
	}
	for _, m := range q.Messages {
		said := openai.ChatCompletionMessage{Role: m.Role, Content: m.Text}
		for _, c := range m.Calls {
			said.ToolCalls = append(said.ToolCalls, openai.ToolCall{
				ID: c.ID, Type: openai.ToolTypeFunction, Function: openai.FunctionCall{Name: c.Name, Arguments: c.Arguments},
			})
		}
		if m.Text != "" || len(m.Calls) > 0 {
			out = append(out, said)
		}
		for _, r := range m.Results {
			out = append(out, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleTool, ToolCallID: r.ID, Content: r.Text})
		}
	}
	return out
}

func openAITools(tools []Tool) (out []openai.Tool) {
	for _, t := range tools {
		out = append(out, openai.Tool{Type: openai.ToolTypeFunction, Function: &openai.FunctionDefinition{
			Name: t.Name, Description: t.Description, Parameters: t.Schema,
		}})
	}
	return out
}

// completion reads an answer that is no stream.
func (x *exchange) completion() (Answer, error) {
	var doc openai.ChatCompletionResponse
	if err := json.Unmarshal(x.whole, &doc); err != nil {
		return Answer{}, fmt.Errorf("%s: the answer is no chat completion: %w: %s", x.where, err, x.quote(x.whole))
	}
	if len(doc.Choices) == 0 {
		return Answer{}, fmt.Errorf("%s: the answer has no choices: %s", x.where, x.quote(x.whole))
	}
	first := doc.Choices[0]
	a := Answer{
		Text: first.Message.Content, Stop: string(first.FinishReason),
		InputTokens: doc.Usage.PromptTokens, OutputTokens: doc.Usage.CompletionTokens,
	}
	return a, x.add(&a, first.Message.ToolCalls)
}

// chunks reads an answer that is a stream. It is whole when it says why it ended; the usage comes after that.
func (x *exchange) chunks(body io.Reader) (a Answer, err error) {
	var text strings.Builder
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, MaxAnswer)
	done := false
	for lines.Scan() && !done {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		data = bytes.TrimSpace(data)
		if !ok || len(data) == 0 {
			continue
		}
		if done = string(data) == "[DONE]"; done {
			break
		}
		if err := x.chunk(&a, &text, data); err != nil {
			return a, err
		}
	}
	a.Text = text.String()
	switch {
	case x.err != nil && (x.refused() != nil || a.Stop == ""):
		return a, x.err
	case x.empty:
		return a, fmt.Errorf("%s: the stream ended without an event", x.where)
	case !done && a.Stop == "":
		return a, fmt.Errorf("%s: the stream broke off: it does not say why it ended", x.where)
	}
	return a, nil
}

func (x *exchange) chunk(a *Answer, text *strings.Builder, data []byte) error {
	var doc openai.ChatCompletionStreamResponse
	if err := json.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("%s: an event of the stream is no chunk of a chat completion: %w: %s", x.where, err, x.quote(data))
	}
	if doc.Usage != nil {
		a.InputTokens, a.OutputTokens = doc.Usage.PromptTokens, doc.Usage.CompletionTokens
	}
	if len(doc.Choices) == 0 {
		return nil
	}
	first := doc.Choices[0]
	text.WriteString(first.Delta.Content)
	if first.FinishReason != "" {
		a.Stop = string(first.FinishReason)
	}
	return x.add(a, first.Delta.ToolCalls)
}

// add takes in calls of tools, or pieces of them. A piece belongs to the call of its index; without one, to
// the last, unless it has an id of its own.
func (x *exchange) add(a *Answer, pieces []openai.ToolCall) error {
	for _, p := range pieces {
		at := len(a.Calls) - 1
		if p.Index != nil {
			at = *p.Index
		} else if at < 0 || p.ID != "" && p.ID != a.Calls[at].ID {
			at++
		}
		if at < 0 || at >= MaxCalls {
			return fmt.Errorf("%s: the model asks for more than %d tools at once", x.where, MaxCalls)
		}
		for len(a.Calls) <= at {
			a.Calls = append(a.Calls, Call{})
		}
		c := &a.Calls[at]
		if p.ID != "" {
			c.ID = p.ID
		}
		if p.Function.Name != "" {
			c.Name = p.Function.Name
		}
		c.Arguments += p.Function.Arguments
	}
	return nil
}
