package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/agent/model"
	"curfew/actors/agent/stricttest"
)

// backend says one thing after the other, keeps what it was asked, and refuses what a strict endpoint would.
type backend struct {
	asked []string
	url   string
}

func newBackend(t *testing.T, answer func(n int, body string) (status int, text string)) *backend {
	b := &backend{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		var body json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		b.asked = append(b.asked, string(body))
		status, text := answer(len(b.asked), string(body))
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	b.url = server.URL + "/v1"
	return b
}

func (b *backend) model(t *testing.T, protocol string) model.Model {
	t.Helper()
	m, err := model.New(protocol, model.Endpoint{Base: b.url, Client: &http.Client{Transport: statusErrors{}}, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// statusErrors makes statuses errors as the clients of attempts do.
type statusErrors struct{}

func (statusErrors) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil || resp.StatusCode < 400 {
		return resp, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return nil, &actors.StatusError{Method: req.Method, URL: req.URL.Path, Status: resp.StatusCode, Body: string(raw)}
}

// TestEcho: what a vendor wants to see again goes back as it was, and the calls with it.
func TestEcho(t *testing.T) {
	for _, tt := range []struct{ name, protocol, answer, want string }{
		{
			"DeepSeek", model.OpenAI, "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Let me \"}}]}\n\n" +
				"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"think.\"}}]}\n\n" +
				"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"get\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
			`{"reasoning_content":"Let me think.","role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"get"},"id":"c1","type":"function"}]}`,
		},
		{
			"Gemini", model.OpenAI, `{"choices":[{"message":{"content":"Hm.","tool_calls":[{"id":"c1","type":"function","extra_content":{"google":{"thought_signature":"s1G=="}},"function":{"name":"get","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}`,
			`{"content":"Hm.","role":"assistant","tool_calls":[{"extra_content":{"google":{"thought_signature":"s1G=="}},"function":{"arguments":"{}","name":"get"},"id":"c1","type":"function"}]}`,
		},
		{
			"OpenRouter", model.OpenAI, `{"choices":[{"message":{"reasoning_details":[{"type":"reasoning.text","text":"Hm.","signature":"s1G"}],"tool_calls":[{"id":"c1","function":{"name":"get","arguments":""}}]},"finish_reason":"tool_calls"}]}`,
			`{"reasoning_details":[{"type":"reasoning.text","text":"Hm.","signature":"s1G"}],"role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"get"},"id":"c1","type":"function"}]}`,
		},
		{
			"Anthropic", model.Anthropic, "data: {\"type\":\"message_start\",\"message\":{}}\n\n" +
				"data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n" +
				"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Let me think.\"}}\n\n" +
				"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s1G==\"}}\n\n" +
				"data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"ab+c\"}}\n\n" +
				"data: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"get\",\"input\":{}}}\n\n" +
				"data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\": 1}\"}}\n\n" +
				"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
			`[{"signature":"s1G==","thinking":"Let me think.","type":"thinking"},{"data":"ab+c","type":"redacted_thinking"},{"type":"tool_use","id":"t1","name":"get","input":{"a":1}}]`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend(t, func(int, string) (int, string) { return 200, tt.answer })
			m, q := b.model(t, tt.protocol), question()
			a, err := m.Ask(t.Context(), q)
			if err != nil || len(a.Calls) != 1 {
				t.Fatalf("%+v, %v", a, err)
			}
			if strings.Contains(a.Text, "think") || strings.Contains(fmt.Sprint(a.Calls[0].Arguments), "s1G") {
				t.Errorf("thoughts stand in the answer: %+v", a)
			}
			q.Messages = append(q.Messages, a.Message(), model.Message{Role: model.User, Results: []model.Result{{ID: a.Calls[0].ID, Text: "done"}}})
			if _, err := m.Ask(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.asked[1], tt.want) {
				t.Errorf("sent back:\n%s\nwant in it:\n%s", b.asked[1], tt.want)
			}
		})
	}
}

// TestWithoutWhatIsRefused: a member that an endpoint refuses by name is left out from then on.
func TestWithoutWhatIsRefused(t *testing.T) {
	const fine, message = `{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}`, `{"type":"message","content":[{"type":"text","text":"Hi."}],"stop_reason":"end_turn"}`
	for _, tt := range []struct {
		name, protocol, refuses, answer string
		max                             int
		has, not                        string
	}{
		{"stream_options", model.OpenAI, "stream_options", fine, 0, `"stream":true`, "stream_options"},
		{"max_tokens", model.OpenAI, `"max_tokens"`, fine, 500, `"max_completion_tokens":500`, `"max_tokens"`},
		{"a bound that is too large", model.Anthropic, `"max_tokens":32000`, message, 0, `"max_tokens":4096`, "32000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend(t, func(_ int, body string) (int, string) {
				if strings.Contains(body, tt.refuses) {
					return 400, "stream_options, or max_tokens, is not supported here; use max_completion_tokens"
				}
				return 200, tt.answer
			})
			m, q := b.model(t, tt.protocol), question()
			q.MaxTokens = tt.max
			for range 2 {
				if a, err := m.Ask(t.Context(), q); err != nil || a.Text != "Hi." {
					t.Fatalf("%+v, %v", a, err)
				}
			}
			last := b.asked[len(b.asked)-1]
			if len(b.asked) > 4 || !strings.Contains(last, tt.has) || strings.Contains(last, tt.not) {
				t.Errorf("%d calls; the last: %s", len(b.asked), last)
			}
		})
	}
	b := newBackend(t, func(int, string) (int, string) { return 400, "stream_options is not supported" })
	if _, err := b.model(t, model.OpenAI).Ask(t.Context(), question()); err == nil || len(b.asked) != 2 {
		t.Errorf("an endpoint that always refuses was asked %d times: %v", len(b.asked), err)
	}
}

// TestEmptyMembersAreLeftOut: without a model the member is left out, so that the endpoint chooses.
func TestEmptyMembersAreLeftOut(t *testing.T) {
	b := newBackend(t, func(int, string) (int, string) {
		return 200, `{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":1e300}}`
	})
	a, err := b.model(t, model.OpenAI).Ask(t.Context(), question())
	if err != nil || strings.Contains(b.asked[0], `"model"`) || a.InputTokens != 1<<40 || a.OutputTokens != 1<<40 {
		t.Errorf("%+v, %v, %s", a, err, b.asked[0])
	}
}

// TestSilence: a stream that is only kept alive ends as one that broke off, however long the attempt may take.
func TestSilence(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		_, _ = fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n")
		for r.Context().Err() == nil {
			if _, err := fmt.Fprint(w, ": keep alive\n\n"); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	}))
	t.Cleanup(server.Close)
	m, err := model.New(model.OpenAI, model.Endpoint{Base: server.URL, Client: server.Client(), Silence: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Ask(t.Context(), question())
	if !errors.Is(err, model.ErrBroken) && !strings.Contains(fmt.Sprint(err), "longer than") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = m.Ask(ctx, question()); !errors.Is(err, context.Canceled) {
		t.Errorf("a question that is called off ends with %v", err)
	}
}
