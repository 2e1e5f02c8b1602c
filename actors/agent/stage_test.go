package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/actors/agent/stricttest"
)

// asServer makes the test binary an MCP server on its standard input and output; the next argument is its name.
const asServer = "serve-mcp"

// leave ends a server that is a process. Before an os.Exit the race detector waits for a second, and tests start dozens.
var leave = syscall.Exit

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == asStub {
		serveStub(os.Args[2])
		leave(0)
	}
	if len(os.Args) > 2 && os.Args[1] == asServer {
		if os.Args[2] == "broken" {
			fmt.Fprintln(os.Stderr, "no mailbox")
			leave(3)
		}
		if err := newServer(os.Args[2]).Run(context.Background(), &mcp.StdioTransport{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		leave(0)
	}
	agent.Pauses(func(context.Context, time.Duration) error { return nil })
	os.Exit(m.Run())
}

// query is what the tools of the tests are asked.
type query struct {
	Text string `json:"text"`
}

// newServer is a server with a tool that reads, one that writes, and some that are difficult.
func newServer(name string) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: name, Version: "1"}, nil)
	add := func(tool string, reads bool, do func(string) (string, error)) {
		mcp.AddTool(s, &mcp.Tool{Name: tool, Description: "what " + tool + " does", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: reads}},
			func(_ context.Context, _ *mcp.CallToolRequest, q query) (*mcp.CallToolResult, any, error) {
				text, err := do(q.Text)
				return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}, nil, err
			})
	}
	add("search", true, func(q string) (string, error) { return name + " found " + q, nil })
	add("send", false, func(q string) (string, error) { return name + " sent " + q, nil })
	add("who", true, func(string) (string, error) {
		where, err := os.Getwd()
		return os.Getenv("CURFEW_JOB") + " " + os.Getenv("AGENT_TEST_KEY") + " " + where, err
	})
	add("fail", true, func(string) (string, error) { return "", errors.New("the mailbox is locked") })
	add("silent", true, func(string) (string, error) { return "", nil })
	add("long", true, func(string) (string, error) { return strings.Repeat("x", 100<<10), nil })
	add("hang", true, func(called string) (string, error) { // and says so, if it is asked to
		_ = os.WriteFile(called, nil, 0)
		time.Sleep(time.Hour)
		return "", nil
	})
	add("die", true, func(string) (string, error) { leave(1); return "", nil })
	return s
}

// local is the server as a process.
func local(t *testing.T, name string) agent.Server {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return agent.Server{Command: []string{exe, asServer, name}}
}

// remote is the server behind a URL, which wants to see the bearer.
func remote(t *testing.T, name, bearer string) agent.Server {
	t.Helper()
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return newServer(name) }, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+bearer {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return agent.Server{URL: server.URL + "/mcp", BearerEnv: "AGENT_TEST_BEARER"}
}

// script is a model that says one thing after the other, and keeps what it was asked.
type script struct {
	url string

	mu    sync.Mutex
	lines []string // bodies, or a status and a body
	asked []map[string]any
}

func newScript(t *testing.T, lines ...string) *script {
	s := &script{lines: lines}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("the request is no JSON: %v", err)
		}
		status, line := s.next(body)
		if line == hangs {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(status)
		fmt.Fprint(w, line)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL + "/v1"
	return s
}

// hangs is the line of a model that never answers.
const hangs = "hang"

// next is the next line; the last is said for ever.
func (s *script) next(body map[string]any) (status int, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line = s.lines[min(len(s.asked), len(s.lines)-1)]
	s.asked = append(s.asked, body)
	if rest, ok := strings.CutPrefix(line, "401 "); ok {
		return http.StatusUnauthorized, rest
	}
	return http.StatusOK, line
}

// times is how often it was asked.
func (s *script) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// messages are those of the n-th question, as "role text [calls]".
func (s *script) messages(n int) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.asked[n]["messages"].([]any) {
		m := m.(map[string]any)
		line := fmt.Sprint(m["role"])
		if text, ok := m["content"]; ok {
			line += fmt.Sprintf(" %v", text)
		}
		if id, ok := m["tool_call_id"]; ok {
			line += fmt.Sprintf(" (%v)", id)
		}
		if calls, ok := m["tool_calls"].([]any); ok {
			line += fmt.Sprintf(" +%d calls", len(calls))
		}
		out = append(out, line)
	}
	return out
}

// ask is what a model says that asks for tools: each is "name arguments". Names and arguments come in pieces.
func ask(calls ...string) string {
	var b strings.Builder
	for i, c := range calls {
		name, args, _ := strings.Cut(c, " ")
		half := len(args) / 2
		fmt.Fprintf(&b, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d,\"id\":\"c%d\",\"type\":\"function\",\"function\":{\"name\":%q,\"arguments\":%q}}]}}]}\n\n", i, i, name, args[:half])
		fmt.Fprintf(&b, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%q}}]}}]}\n\n", i, args[half:])
	}
	return b.String() + ended("tool_calls")
}

// say is what a model says that has an answer.
func say(text string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", text) + ended("stop")
}

func ended(why string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"delta\":{},\"finish_reason\":%q}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10}}\n\ndata: [DONE]\n\n", why)
}

// hold lets an agent hold a conversation with the model of the script.
func (s *script) hold(t *testing.T, spec agent.Spec, opts ...actorstest.Option) (actors.Output, error) {
	t.Helper()
	if spec.Prompt == "" && spec.System == "" {
		spec.Prompt = "Prepare my day."
	}
	return actorstest.Run(t, agent.New, spec, append([]actorstest.Option{actorstest.WithSession(actorstest.Session(t, s.url, token, nil))}, opts...)...)
}
