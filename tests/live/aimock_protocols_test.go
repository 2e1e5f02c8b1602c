//go:build unix

package live

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/actors/agent/stricttest"
	"curfew/messages"
)

// TestProtocolsAgainstAimock runs an agent in both protocols, with streamed and with whole answers. It thinks, asks for
// two tools at once, then for one that writes, and gives the right answer; strict endpoints take each of its requests.
func TestProtocolsAgainstAimock(t *testing.T) {
	const keyEnv = "AIMOCK_TEST_KEY"
	m := newAimock(t)
	m.accept("key-one")
	t.Setenv(keyEnv, "key-one")
	tool := buildTools(t, t.TempDir())
	for _, tt := range []struct {
		name, kind, model, under string
		whole                    bool
	}{
		{"openai, a stream", "openai", "gpt-4o", "/v1", false},
		{"openai, whole", "openai", "gpt-4o", "/v1", true},
		{"anthropic, a stream", "anthropic", "claude-sonnet-4-5", "", false},
		{"anthropic, whole", "anthropic", "claude-sonnet-4-5", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			front, answers := strictFront(t, m.url(), tt.whole)
			var began []string
			out, err := actorstest.Run(t, agent.New, agent.Spec{
				System: "You prepare a person's day.", Prompt: "Prepare two days.", Model: tt.model,
				MCP:      map[string]agent.Server{"calendar": {Command: []string{tool, "calendar"}}, "mail": {Command: []string{tool, "mail"}}},
				Tools:    []string{"calendar.today", "mail.*"},
				Provider: &agent.Provider{Kind: tt.kind, BaseURL: front + tt.under, APIKeyEnv: keyEnv},
			}, actorstest.WithAttempt(func(a *actors.Attempt) {
				a.OnSideEffect(func(_ context.Context, tool string) error { began = append(began, tool); return nil })
			}))
			if err != nil || out.Text != "Two days: 09:00 dentist. I have written to you." {
				t.Fatalf("%q, %v", out.Text, err)
			}
			if want := (messages.Usage{Calls: 3, InputTokens: 300, OutputTokens: 30}); answers.Load() != 3 ||
				out.Usage != want {
				t.Errorf("%d answers of that form, and the usage %+v; want 3 and %+v", answers.Load(), out.Usage, want)
			}
			if !slices.Equal(began, []string{"mail.send"}) {
				t.Errorf("side effects began: %q", began)
			}
			var steps []string
			for _, s := range out.Trace {
				if s.Kind == messages.StepToolResult {
					steps = append(steps, s.Tool+": "+s.Text)
				}
			}
			if got, want := strings.Join(steps, ", "), "calendar.today: 09:00 dentist, calendar.today: 09:00 dentist, mail.send: sent: 09:00 dentist"; got != want {
				t.Errorf("the tools answered %s; want %s", got, want)
			}
		})
	}
}

// strictFront is a proxy of a server of model APIs that checks each request. If whole is set it asks for whole answers.
// Where a request wants thoughts, the server wants to see them again, with their signature. It counts the answers in
// the form that was asked for.
func strictFront(t *testing.T, to string, whole bool) (address string, answers *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	answers = &atomic.Int64{}
	form := "text/event-stream"
	if whole {
		form = "application/json"
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	proxy.ModifyResponse = func(r *http.Response) error {
		if strings.HasPrefix(r.Header.Get("Content-Type"), form) {
			answers.Add(1)
		}
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		askFor(t, r, whole)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, answers
}

// askFor changes a request for a stream into one for a whole answer, and one in Anthropic's protocol into one with
// thoughts.
func askFor(t *testing.T, r *http.Request, whole bool) {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		t.Errorf("the request is not valid JSON: %v", err)
	}
	if whole {
		delete(body, "stream_options")
		body["stream"] = false
	}
	if strings.HasSuffix(r.URL.Path, "/messages") {
		body["thinking"] = map[string]any{"type": "enabled", "budget_tokens": 1024}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Error(err)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
}
