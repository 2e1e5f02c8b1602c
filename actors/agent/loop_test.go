package agent_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/messages"
	"curfew/tests/patience"
)

// lines shows a trace, a step a line.
func lines(trace []messages.Step) (out []string) {
	for _, s := range trace {
		failed := ""
		if s.Failed {
			failed = " failed"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s%s%s: %.60s", s.Kind, s.Role, s.Tool, failed, s.Text)))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// TestToolLoop: two servers, one a process and one behind a URL; two tools at once, then one that writes, then
// the answer.
func TestToolLoop(t *testing.T) {
	t.Setenv("AGENT_TEST_BEARER", "b3arer")
	s := newScript(t, ask(`mail__search {"text":"bills"}`, `web__search {"text":"news"}`), ask(`mail__send {"text":"hello"}`), say("All is well."))
	var began []string
	out, err := s.hold(t, agent.Spec{
		System: "You prepare days.", Prompt: "Prepare my day.",
		MCP:   map[string]agent.Server{"mail": local(t, "mail"), "web": remote(t, "web", "b3arer")},
		Tools: []string{"mail.search", "mail.send", "web.*"},
	}, actorstest.WithAttempt(func(a *actors.Attempt) {
		a.OnSideEffect(func(_ context.Context, tool string) error { began = append(began, tool); return nil })
	}))
	if err != nil || out.Text != "All is well." {
		t.Fatalf("%q, %v", out.Text, err)
	}
	if want := (messages.Usage{Calls: 3, InputTokens: 300, OutputTokens: 30}); out.Usage != want {
		t.Errorf("the usage is %+v, want %+v", out.Usage, want)
	}
	same(t, "side effects", began, []string{"mail.send"})
	same(t, "the trace", lines(out.Trace), []string{
		"message system: You prepare days.", "message user: Prepare my day.", "message assistant:",
		`tool_call mail.search: {"text":"bills"}`, "tool_result mail.search: mail found bills",
		`tool_call web.search: {"text":"news"}`, "tool_result web.search: web found news",
		"message assistant:", `tool_call mail.send: {"text":"hello"}`, "tool_result mail.send: mail sent hello",
		"message assistant: All is well.",
	})
	same(t, "the last question", s.messages(2), []string{
		"system You prepare days.", "user Prepare my day.", "assistant +2 calls", "tool mail found bills (c0)", "tool web found news (c1)",
		"assistant +1 calls", "tool mail sent hello (c0_2)",
	})
	if n := len(s.asked[0]["tools"].([]any)); n != 2+8 {
		t.Errorf("%d tools are offered; want the two of mail that are allowed, and all 8 of web", n)
	}
}

// TestToolTrouble: what goes wrong with a tool is told to the model, and the conversation goes on.
func TestToolTrouble(t *testing.T) {
	for call, want := range map[string]string{
		`mail__fail {"text":""}`:        "the mailbox is locked",
		`mail__silent {"text":""}`:      "(no output)",
		"mail__search {":                "the arguments are not a JSON object",
		`mail__search {"wrong":1}`:      "wrong",
		"mail__delete {}":               `there is no tool "mail__delete"`,
		`mail__search [1]`:              "the arguments are not a JSON object",
		`mail__die {"text":"x"}`:        "the tool was called, but nothing came back: its process has ended: exit status 1",
		`mail__who {"text":"x"}`:        "test  /",
		`mail__search {"text":"fine"}`:  "mail found fine",
		`mail.search {"text":"dotted"}`: "mail found dotted",
	} {
		t.Run(call, func(t *testing.T) {
			t.Setenv("AGENT_TEST_KEY", "not passed on")
			s := newScript(t, ask(call), say("Done."))
			out, err := s.hold(t, agent.Spec{Dir: "/", MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}})
			if err != nil || out.Text != "Done." {
				t.Fatalf("%q, %v", out.Text, err)
			}
			if m := s.messages(1); !strings.Contains(m[len(m)-1], want) {
				t.Errorf("the model is told %q; want %q", m[len(m)-1], want)
			}
		})
	}
}

// TestLongToolOutput: one answer is cut, and the model sees that it was.
func TestLongToolOutput(t *testing.T) {
	s := newScript(t, ask(`mail__long {"text":""}`), say("Done."))
	if _, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}}); err != nil {
		t.Fatal(err)
	}
	m := s.messages(1)
	if last := m[len(m)-1]; len(last) > 65<<10 || !strings.Contains(last, "the rest was cut off") {
		t.Errorf("the model is told %d bytes: … %s", len(last), last[len(last)-50:])
	}
}

// absurd is what a model says, with a usage that nobody can have had.
func absurd(said, tokens string) string {
	return strings.NewReplacer(`"prompt_tokens":100`, `"prompt_tokens":`+tokens, `"completion_tokens":10`, `"completion_tokens":`+tokens).Replace(said)
}

// TestCaps: a cap that is reached is a permanent failure that names it, and tells what it has cost.
func TestCaps(t *testing.T) {
	again := ask(`mail__search {"text":"more"}`)
	const (
		empty = `{"choices":[{"message":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}`
		spent = `data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}` + "\n\n" // and no more
	)
	wall := actors.Duration(300 * time.Millisecond)
	tests := []struct {
		name    string
		answers []string
		spec    agent.Spec
		want    string
		calls   int
	}{
		{"iterations", []string{again}, agent.Spec{MaxIterations: 3}, "agent: over max_iterations: 3 calls of the model, and still no answer", 3},
		{"iterations by default", []string{again}, agent.Spec{}, "agent: over max_iterations: 25 calls", 25},
		{"tokens", []string{again}, agent.Spec{Budgets: agent.Budgets{Tokens: 200}}, "agent: over budgets.tokens: 220 of 200 tokens are used", 2},
		{"absurd tokens", []string{absurd(again, "9223372036854775807")}, agent.Spec{}, "agent: over budgets.tokens: 2199023255552 of 1000000 tokens are used", 1},
		{"more than a number can be", []string{absurd(again, "1e400")}, agent.Spec{}, "agent: over budgets.tokens: 2199023255552 of 1000000 tokens are used", 1},
		{"tool output", []string{ask(`mail__long {"text":""}`)}, agent.Spec{Budgets: agent.Budgets{ToolOutput: 100_000}}, "agent: over budgets.tool_output: the tools have answered 131072 bytes of 100000", 2},
		{"tokens of an answer that broke off", []string{spent}, agent.Spec{Budgets: agent.Budgets{Tokens: 150}}, "agent: over budgets.tokens: 220 of 150 tokens are used, and the last answer failed: ", 2},
		{"tokens of an answer without words", []string{empty}, agent.Spec{Budgets: agent.Budgets{Tokens: 100}}, "agent: over budgets.tokens: 110 of 100 tokens are used, and the last answer failed: ", 1},
		{"an answer without an end", []string{`{"choices":"` + strings.Repeat("a", 8<<20)}, agent.Spec{}, "the answer is longer than 8388608 bytes", 0},
		{"calls at once", []string{ask(slices.Repeat([]string{"mail__send {}"}, 65)...)}, agent.Spec{}, "the model asks for more than 64 tools at once", 0},
		{"wall clock", []string{hangs}, agent.Spec{Budgets: agent.Budgets{WallClock: &wall}}, "agent: budgets.wall_clock of 300ms is used up", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.spec.Budgets.WallClock == nil {
				tt.spec.MCP, tt.spec.Tools = map[string]agent.Server{"mail": local(t, "mail")}, []string{"mail.*"}
			}
			s := newScript(t, tt.answers...)
			out, err := s.hold(t, tt.spec)
			if class, _ := actors.Classify(err); class != messages.ClassPermanent || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %s: %v; want %s", class, err, tt.want)
			}
			if out.Usage.Calls != tt.calls || len(out.Trace) == 0 {
				t.Errorf("%d calls, want %d; %d steps", out.Usage.Calls, tt.calls, len(out.Trace))
			}
			if n := s.times(); n != max(tt.calls, 1) && tt.spec.Budgets.WallClock == nil { // whose time may be up before it is asked
				t.Errorf("it was asked %d times, for %d calls", n, tt.calls)
			}
		})
	}
}

// TestLastCall: no tool is called when the model cannot be told of it any more.
func TestLastCall(t *testing.T) {
	again := ask(`mail__send {"text":"more"}`)
	for _, most := range []int{1, 3} {
		out, err := newScript(t, again).hold(t, agent.Spec{
			MaxIterations: most, MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"},
		}, actorstest.WithAttempt(func(a *actors.Attempt) { a.OnSideEffect(func(context.Context, string) error { return nil }) }))
		sent := strings.Count(strings.Join(lines(out.Trace), "\n"), "tool_result mail.send")
		if err == nil || sent != most-1 || out.Usage.Calls != most {
			t.Errorf("with max_iterations: %d: %d calls, the tool was called %d times: %v", most, out.Usage.Calls, sent, err)
		}
	}
}

// TestServersNotThere: what no retry mends is permanent; the rest may pass.
func TestServersNotThere(t *testing.T) {
	t.Setenv("AGENT_TEST_BEARER", "b3arer")
	gone := remote(t, "web", "another")
	tests := []struct {
		name   string
		server agent.Server
		tool   string
		class  messages.Class
		want   string
	}{
		{"no such program", agent.Server{Command: []string{"./no-such-program"}}, "mail.*", messages.ClassPermanent, "agent: tools: MCP server mail: "},
		{"no such tool", local(t, "mail"), "mail.serch", messages.ClassPermanent, `it has no tool "serch"; it has die, fail, hang`},
		{"it ends at once", local(t, "broken"), "mail.*", messages.ClassTransient, "its process has ended: exit status 3: no mailbox"},
		{"it speaks something else", agent.Server{Command: []string{"echo", "hello"}}, "mail.*", messages.ClassTransient, `agent: tools: MCP server mail: connect: it wrote a line that is not a message: "hello"; its process has ended: exit status 0`},
		{"nobody there", agent.Server{URL: "http://127.0.0.1:1/mcp"}, "mail.*", messages.ClassTransient, `agent: tools: MCP server mail: connect: Post "http://127.0.0.1:1/mcp": dial tcp 127.0.0.1:1: connect: connection refused`},
		{"a refused bearer", gone, "mail.*", messages.ClassTransient, "Unauthorized: it refuses the token of the variable AGENT_TEST_BEARER, which bearer_env names"},
		{"no bearer at all", webStub(t, "401", false), "mail.*", messages.ClassTransient, "Unauthorized: it wants a token; name the variable that holds it under bearer_env"},
		{"it prints how it is used", stubbed(t, "usage"), "mail.*", messages.ClassTransient, `connect: it wrote a line that is not a message: "usage: stub FILE"; its process has ended: exit status 2`},
		{"it prints for ever", stubbed(t, "flood"), "mail.*", messages.ClassTransient, "connect: it wrote more than 1000 lines that are not messages"},
		{"half a message", stubbed(t, "half"), "mail.*", messages.ClassTransient, `connect: it wrote a line that is not a message: "{\"jsonrpc\":\"2.0\",\"id\":1,\"resu"`},
		{"an endless list", stubbed(t, "endless"), "mail.*", messages.ClassPermanent, "the list of its tools has more than 1000 pages"},
		{"a long list", webStub(t, "plenty", true), "mail.t1", messages.ClassPermanent, "it lists more than 10000 tools"},
		{"too many may be called", stubbed(t, "many"), "mail.*", messages.ClassPermanent, "what the job asks for cannot be had: its tools are more than the 128 that can be offered; name fewer under tools"},
		{"one of many is not there", stubbed(t, "many"), "mail.x", messages.ClassPermanent, "t38, t39 and 111 more"},
		{"a named tool without a schema", stubbed(t, "odd"), "mail.none", messages.ClassPermanent, `tool "none" cannot be offered: it has no schema of its arguments`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, say("never asked"))
			_, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": tt.server}, Tools: []string{tt.tool}})
			if class, _ := actors.Classify(err); err == nil || class != tt.class || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "b3arer") {
				t.Errorf("got %s: %v; want %s: %s", class, err, tt.class, tt.want)
			}
			if len(s.asked) != 0 {
				t.Error("the model was asked")
			}
		})
	}
}

// TestExpiredAmongTools: the session lapses between two calls; the failure says so, and what was done until then.
func TestExpiredAmongTools(t *testing.T) {
	s := newScript(t, ask(`mail__send {"text":"hello"}`), `401 {"success":false,"error":"Session expired"}`)
	began := 0
	out, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}},
		actorstest.WithAttempt(func(a *actors.Attempt) { a.OnSideEffect(func(context.Context, string) error { began++; return nil }) }))
	if class, _ := actors.Classify(err); class != messages.ClassSessionExpired {
		t.Fatalf("got %s: %v", class, err)
	}
	if out.Usage.Calls != 1 || len(out.Trace) != 4 || began != 1 {
		t.Errorf("%d calls, %d side effects, %v", out.Usage.Calls, began, lines(out.Trace))
	}
}

// TestSideEffectIsDurableFirst: a tool that is not read-only is not called if that cannot be written down.
func TestSideEffectIsDurableFirst(t *testing.T) {
	s := newScript(t, ask(`mail__send {"text":"hello"}`), say("never"))
	out, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}},
		actorstest.WithAttempt(func(a *actors.Attempt) {
			a.OnSideEffect(func(context.Context, string) error { return errors.New("the disk is full") })
		}))
	if err == nil || !strings.Contains(err.Error(), "mail.send was not called: the disk is full") || len(out.Trace) != 2 {
		t.Errorf("%v, %v", err, lines(out.Trace))
	}
}

// TestCancelledInATool: an attempt that is told to stop leaves no server behind.
func TestCancelledInATool(t *testing.T) {
	called := filepath.Join(t.TempDir(), "called")
	if err := syscall.Mkfifo(called, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, expire := patience.Deadline(t.Context())
	defer expire()
	go func() {
		_, _ = os.ReadFile(called) // ends when the tool has been called
		expire()
	}()
	s := newScript(t, ask(fmt.Sprintf(`mail__hang {"text":%q}`, called)))
	_, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}}, actorstest.WithContext(ctx))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestAnthropicLoop: the same loop in the other protocol.
func TestAnthropicLoop(t *testing.T) {
	t.Setenv(keyEnv, key)
	const call = `{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"t1","name":"mail__search","input":{"text":"bills"}}],"stop_reason":"tool_use","usage":{"input_tokens":9,"output_tokens":3}}`
	const done = `{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"All is well."}],"stop_reason":"end_turn","usage":{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":3}}`
	s := newScript(t, call, done)
	out, err := s.hold(t, agent.Spec{
		System: "You prepare days.", Prompt: "Prepare my day.", Model: "m",
		MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"},
		Provider: &agent.Provider{Kind: "anthropic", BaseURL: s.url, APIKeyEnv: keyEnv},
	})
	if err != nil || out.Text != "All is well." {
		t.Fatalf("%q, %v", out.Text, err)
	}
	if want := (messages.Usage{Calls: 2, InputTokens: 34, OutputTokens: 6}); out.Usage != want {
		t.Errorf("the usage is %+v, want %+v", out.Usage, want)
	}
	got := fmt.Sprint(s.asked[1]["system"], s.asked[1]["messages"])
	want := "You prepare days.[map[content:[map[text:Prepare my day. type:text]] role:user] " +
		"map[content:[map[text:Let me see. type:text] map[id:t1 input:map[text:bills] name:mail__search type:tool_use]] role:assistant] " +
		"map[content:[map[content:mail found bills tool_use_id:t1 type:tool_result]] role:user]]"
	if got != want {
		t.Errorf("asked\n %s\nwant\n %s", got, want)
	}
	tool := s.asked[0]["tools"].([]any)[0].(map[string]any)
	if schema := fmt.Sprint(tool["input_schema"]); !strings.Contains(schema, "additionalProperties:false") || !strings.Contains(schema, "required:[text]") {
		t.Errorf("the schema of a tool is %s", schema)
	}
}
