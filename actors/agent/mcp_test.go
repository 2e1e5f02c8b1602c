package agent_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/messages"
)

// watched is an attempt whose log and side effects are looked at.
type watched struct {
	logs  *observer.ObservedLogs
	began []string
}

func (w *watched) options() []actorstest.Option {
	core, logs := observer.New(zapcore.WarnLevel)
	w.logs = logs
	return []actorstest.Option{
		actorstest.WithEnv(func(e *actors.Env) { e.Log = zap.New(core) }),
		actorstest.WithAttempt(func(a *actors.Attempt) {
			a.OnSideEffect(func(_ context.Context, tool string) error { w.began = append(w.began, tool); return nil })
		}),
	}
}

func (w *watched) lines() (out []string) {
	for _, e := range w.logs.All() {
		out = append(out, e.Message)
	}
	return out
}

// offered are the names of the tools that the first question offers.
func (s *script) offered() (names []string) {
	tools, _ := s.asked[0]["tools"].([]any)
	for _, tool := range tools {
		names = append(names, fmt.Sprint(tool.(map[string]any)["function"].(map[string]any)["name"]))
	}
	return names
}

func notes(trace []messages.Step) (out []string) {
	for _, s := range trace {
		if s.Kind == messages.StepNote {
			out = append(out, s.Text)
		}
	}
	return out
}

// TestServerThatPrints: banners and logs on standard output are passed over and told, tame and without secrets.
func TestServerThatPrints(t *testing.T) {
	t.Setenv(keyEnv, key)
	s := newScript(t, ask(`m__get {}`), say("Done."))
	var w watched
	out, err := s.hold(t, agent.Spec{
		MCP: map[string]agent.Server{"m": stubbed(t, "banner")}, Tools: []string{"m.*"},
		Provider: &agent.Provider{Kind: "openai", BaseURL: s.url, APIKeyEnv: keyEnv},
	}, w.options()...)
	if err != nil || out.Text != "Done." {
		t.Fatalf("%q, %v", out.Text, err)
	}
	const told = "MCP server m wrote a line on its standard output that is not a message: "
	same(t, "the log", w.lines(), []string{
		told + `"Starting MCP server v1.2"`, told + `"[INFO] the key is [redacted]"`, told + `"{\"level\":\"info\",\"msg\":\"\\u001b[2J\"}"`,
		told + `"\x1b[2Jready"`, told + `"[DEBUG] {\"jsonrpc\":\"2.0\"}"`,
	})
	if m := s.messages(1); !strings.Contains(m[len(m)-1], "get done") {
		t.Errorf("the model is told %q", m[len(m)-1])
	}
}

// TestCallsWithoutAnAnswer: the model learns whether a tool may have done what it was asked, and what was wrong;
// a later call is made if the server still talks.
func TestCallsWithoutAnAnswer(t *testing.T) {
	const perhaps = "the tool was called, but nothing came back; it may have been done: check before you call again ("
	tests := []struct {
		name        string
		server      agent.Server
		first, then string
	}{
		{"it prints in a call", stubbed(t, "chatty"), "put done", "get done"},
		{"it breaks a message", stubbed(t, "broken"), perhaps + `it wrote a line that is not a message: "{\"jsonrpc\":\"2.0\",\"id\":")`, `the tool could not be called: it wrote a line that is not a message: "{\"jsonrpc`},
		{"it ends", stubbed(t, "exit"), perhaps + "its process has ended: exit status 1: out of cheese)", "the tool could not be called: its process has ended: exit status 1: out of cheese"},
		{"it says no", stubbed(t, "refused"), "the tool has failed: the disk is full", "get done"},
		{"it hangs up", webStub(t, "cut", false), perhaps, "get done"},
		{"a 500", webStub(t, "500", false), perhaps, "get done"},
		{"a 403", webStub(t, "403", true), "the server refuses the call: ", "the tool could not be called: "},
		{"a part of a new type", stubbed(t, "parts"), "hello\n[a part of another type] {\"type\":\"hologram\",\"url\":\"x\"}\n[a part of another type] {\"type\":\"image\",\"data\":\"%%\"}\n[a part of another type] null", "get done"},
		{"the same as JSON", webStub(t, "parts", false), "hello\n[a part of another type] {\"type\":\"hologram\"", "get done"},
		{"the same as a stream", webStub(t, "parts", true), "hello\n[a part of another type] {\"type\":\"hologram\"", "get done"},
		{"large numbers", stubbed(t, "large"), `{"id":1234567890123456789}`, "get done"},
		{"a picture and data", stubbed(t, "picture"), "[an image, image/png, 5 bytes]\n{\"n\":1}", "get done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, ask(`m__put {}`), ask(`m__get {}`), say("Done."))
			var w watched
			out, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"m": tt.server}, Tools: []string{"m.*"}}, w.options()...)
			if err != nil || out.Text != "Done." {
				t.Fatalf("%q, %v", out.Text, err)
			}
			same(t, "side effects", w.began, []string{"m.put"})
			m := s.messages(2)
			for i, want := range map[int]string{len(m) - 3: tt.first, len(m) - 1: tt.then} {
				if !strings.HasPrefix(m[i], "tool "+want) {
					t.Errorf("the model is told\n %s; want\n tool %s", m[i], want)
				}
			}
		})
	}
}

// TestArgumentsAreExact: a tool gets the arguments that the model wrote, also numbers that a float cannot hold.
func TestArgumentsAreExact(t *testing.T) {
	const said = `{"id":1234567890123456789,"share":0.10}`
	s := newScript(t, ask(`m__put `+said), say("Done."))
	if _, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"m": stubbed(t, "echo")}, Tools: []string{"m.*"}}); err != nil {
		t.Fatal(err)
	}
	if m := s.messages(1); m[len(m)-1] != "tool "+said+" (c0)" {
		t.Errorf("the tool got %s, want %s", m[len(m)-1], said)
	}
}

// TestServersOfAllAges: a server that ends at the first request of newer versions of the protocol, or says nothing to it,
// can be used, and so can one that knows no other.
func TestServersOfAllAges(t *testing.T) {
	for name, server := range map[string]agent.Server{
		"it ends": stubbed(t, "oldest"), "it is mute": stubbed(t, "mute"), "no handshake": stubbed(t, "newest"),
		"no handshake, behind a URL": webStub(t, "newest", false),
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, ask(`m__get {}`), say("Done."))
			out, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"m": server}, Tools: []string{"m.*"}})
			if err != nil || out.Text != "Done." {
				t.Errorf("%q, %v", out.Text, err)
			}
		})
	}
}

// TestToolsOfDifficultServers: what a job may call is bounded, and not what a server has; what cannot be offered
// is left out and told; one name is one tool.
func TestToolsOfDifficultServers(t *testing.T) {
	tests := []struct {
		name    string
		server  agent.Server
		allow   []string
		call    string
		offered []string
		began   []string
		notes   []string
	}{
		{"two of 151", stubbed(t, "many"), []string{"m.t3", "m.t150"}, `m__t150 {}`, []string{"m__t3", "m__t150"}, nil, nil},
		{
			"a name twice", stubbed(t, "twice"),
			[]string{"m.*"},
			`m__t {}`,
			[]string{"m__t", "m__once"},
			[]string{"m.t"},
			[]string{`MCP server m lists more than one tool of the name "t": the first is offered, and counts as one that changes something`},
		},
		{
			"schemas of all kinds", webStub(t, "odd", true),
			[]string{"m.*"},
			`m__bare {}`,
			[]string{"m__empty", "m__bare", "m__nullish"},
			nil,
			[]string{
				`MCP server m: its tool "none" is left out: it has no schema of its arguments`,
				`MCP server m: its tool "list" is left out: the schema of its arguments is of "array"; it must be of an object`,
				`MCP server m: its tool "text" is left out: the schema of its arguments is not a JSON object`,
				`MCP server m: its tool "` + strings.Repeat("n", 80) + `" is left out: a name must be 1 to 128 bytes of printable characters`,
				`MCP server m: its tool "number" is left out: it has no schema of its arguments`,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, ask(tt.call), say("Done."))
			var w watched
			out, err := s.hold(t, agent.Spec{MCP: map[string]agent.Server{"m": tt.server}, Tools: tt.allow}, w.options()...)
			if err != nil || out.Text != "Done." {
				t.Fatalf("%q, %v", out.Text, err)
			}
			same(t, "offered", s.offered(), tt.offered)
			same(t, "side effects", w.began, tt.began)
			same(t, "the trace", notes(out.Trace), tt.notes)
			same(t, "the log", w.lines(), tt.notes)
		})
	}
}

// TestOptionalServers: without one of them the agent works, and says so; but not without a tool that is named and
// not there.
func TestOptionalServers(t *testing.T) {
	gone := map[string]agent.Server{
		"web":     {URL: "http://127.0.0.1:1/mcp", Optional: true},
		"program": {Command: []string{"./no-such-program"}, Optional: true},
		"broken":  local(t, "broken"),
		"m":       stubbed(t, "plain"),
	}
	broken := gone["broken"]
	broken.Optional = true
	gone["broken"] = broken
	s := newScript(t, ask(`m__get {}`), say("Done."))
	var w watched
	out, err := s.hold(t, agent.Spec{MCP: gone, Tools: []string{"web.search", "program.*", "broken.*", "m.get"}}, w.options()...)
	if err != nil || out.Text != "Done." {
		t.Fatalf("%q, %v", out.Text, err)
	}
	same(t, "offered", s.offered(), []string{"m__get"})
	told := notes(out.Trace)
	same(t, "the log", w.lines(), told)
	for i, want := range []string{
		"MCP server broken is left out, with its tools: connect: its process has ended: exit status 3: no mailbox",
		"MCP server program is left out, with its tools: ", "MCP server web is left out, with its tools: connect: ",
	} {
		if len(told) != 3 || !strings.HasPrefix(told[i], want) {
			t.Fatalf("told %q; want %q", told, want)
		}
	}
	here := stubbed(t, "plain")
	here.Optional = true
	_, err = newScript(t, say("never")).hold(t, agent.Spec{MCP: map[string]agent.Server{"m": here}, Tools: []string{"m.gett"}})
	if class, _ := actors.Classify(err); class != messages.ClassPermanent || !strings.Contains(err.Error(), `it has no tool "gett"; it has get, put`) {
		t.Errorf("got %s: %v", class, err)
	}
}

// TestOneNameIsOneTool: names that models take are like no other, whatever servers call their tools.
func TestOneNameIsOneTool(t *testing.T) {
	s := newScript(t, say("Done."))
	long := strings.Repeat("x", 100)
	if _, err := s.hold(t, agent.Spec{
		MCP: map[string]agent.Server{"a": named(t, "b__c", "d.e", "d/e", "d_e", long+"1", long+"2"), "a__b": named(t, "c")}, Tools: []string{"a.*", "a__b.*"},
	}); err != nil {
		t.Fatal(err)
	}
	names := s.offered()
	slices.Sort(names)
	if got := slices.Compact(slices.Clone(names)); len(names) != 7 || len(got) != 7 {
		t.Errorf("offered are %q", names)
	}
}

// TestBusyServer: a server that has too many requests says nothing of the handshake, so it is greeted once, not in
// another way at once.
func TestBusyServer(t *testing.T) {
	stub, asked := webStub(t, "429", false), 0
	_, err := newScript(t, say("never asked")).hold(t, agent.Spec{MCP: map[string]agent.Server{"mail": stub}, Tools: []string{"mail.*"}},
		actorstest.WithEnv(func(e *actors.Env) { e.HTTP = counting(e.HTTP, &asked) }))
	if class, _ := actors.Classify(err); class != messages.ClassTransient || asked != 1 {
		t.Errorf("asked %d times; %s: %v", asked, class, err)
	}
}

// counting is a client that counts the requests with a body.
func counting(c *http.Client, n *int) *http.Client {
	counts, next := *c, c.Transport
	counts.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			*n++
		}
		return next.RoundTrip(r)
	})
	return &counts
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
