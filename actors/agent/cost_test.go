package agent_test

import (
	"testing"

	"curfew/actors/agent"
	"curfew/messages"
)

// TestCostOfFailures: an answer that cannot be used has been paid for all the same, each time that it came.
func TestCostOfFailures(t *testing.T) {
	t.Setenv(keyEnv, key)
	const (
		begins  = `data: {"type":"message_start","message":{"usage":{"input_tokens":100,"output_tokens":1}}}` + "\n\n"
		nothing = `{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}`
		said    = `data: {"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}` + "\n\n"
		counted = `data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}` + "\n\n"
		expired = `data: {"error":{"code":401}}` + "\n\n"
		zeros   = `data: {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}` + "\n\n" + "data: [DONE]\n\n"
		unnamed = `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}}]}` + "\n\n"
	)
	once := messages.Usage{Calls: 1, InputTokens: 100, OutputTokens: 10}
	for _, tt := range []struct {
		name, kind string
		answers    []string
		want       messages.Usage
		fails      bool
	}{
		{"three that broke off", "anthropic", []string{begins}, messages.Usage{Calls: 3, InputTokens: 300, OutputTokens: 3}, true},
		{"refused in the middle", "anthropic", []string{begins + `data: {"type":"error","error":{"type":"invalid_request_error"}}` + "\n\n"}, messages.Usage{Calls: 1, InputTokens: 100, OutputTokens: 1}, true},
		{"a block that cannot be read", "anthropic", []string{begins + "data: {\"type\":\"content_block_delta\",\"index\":3}\n\n"}, messages.Usage{Calls: 1, InputTokens: 100, OutputTokens: 1}, true},
		{"no choices", "", []string{nothing}, once, true},
		{"an expiry after the answer", "", []string{said + counted + expired}, once, true},
		{"a tool without a name", "", []string{unnamed + said + counted + "data: [DONE]\n\n"}, once, true},
		{"nobody said what it cost", "", []string{`data: {"choices":[{"delta":{"content":"Hi"}}]}` + "\n\n"}, messages.Usage{}, true},
		{"one that broke off, and the answer", "", []string{counted, say("Done.")}, messages.Usage{Calls: 2, InputTokens: 200, OutputTokens: 20}, false},
		{"zeros after the numbers", "", []string{said + counted + zeros}, once, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, spec := newScript(t, tt.answers...), agent.Spec{Model: "small"}
			if tt.kind != "" {
				spec.Provider = &agent.Provider{Kind: tt.kind, BaseURL: s.url, APIKeyEnv: keyEnv}
			}
			if out, err := s.hold(t, spec); (err != nil) != tt.fails || out.Usage != tt.want || len(notes(out.Trace)) > 0 {
				t.Errorf("it cost %+v, not %+v: %v; %v", out.Usage, tt.want, err, notes(out.Trace))
			}
		})
	}
}

// TestUncountedTokens: where an endpoint does not count tokens no bound of them holds, and the trace says so.
func TestUncountedTokens(t *testing.T) {
	s := newScript(t, `{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}`)
	out, err := s.hold(t, agent.Spec{Budgets: agent.Budgets{Tokens: 1}})
	same(t, "notes", notes(out.Trace), []string{
		"the endpoint does not say how many tokens its answers cost: budgets.tokens and max_tokens_per_day cannot hold",
	})
	if err != nil || out.Text != "Hi." {
		t.Errorf("%q, %v", out.Text, err)
	}
}
