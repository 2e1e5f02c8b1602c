package agent_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/actors/agent/stricttest"
	"curfew/actors/env/httpx"
	"curfew/messages"
)

var rewrite = flag.Bool("rewrite", false, "write the table of shapes into docs/agents.md")

// A shape is an answer as it stands on the wire, and what it means.
type shape struct {
	name, lane, raw string
	calls           int // of the model, in one attempt
	rules           messages.SessionConfig
	want, says, why string
}

// The lanes, by file. The keys of a table are read in this order.
var lanes = []string{"session", "listed", "openai-key", "anthropic-key"}

// shapes reads testdata/wire.
func shapes(t *testing.T) (out []shape) {
	t.Helper()
	for _, lane := range lanes {
		raw, err := os.ReadFile(filepath.Join("testdata", "wire", lane+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range strings.Split(string(raw), "\n== ")[1:] {
			head, raw, ok := strings.Cut(entry, "\n--\n")
			lines := strings.Split(head, "\n")
			s := shape{calls: 1, name: lines[0], lane: lane, raw: strings.TrimRight(raw, "\n")}
			for _, line := range lines[1:] {
				key, value, _ := strings.Cut(line, ": ")
				switch key {
				case "want":
					s.want = value
				case "says":
					s.says = value
				case "why":
					s.why = value
				case "calls":
					if n, err := strconv.Atoi(value); err != nil || n < 2 {
						t.Fatalf("%s: calls: %q", s.name, value)
					} else {
						s.calls = n
					}
				case "rules":
					if err := json.Unmarshal([]byte(value), &s.rules); err != nil {
						t.Fatalf("%s: rules: %v", s.name, err)
					}
				default:
					t.Fatalf("%s: unknown key %q", s.name, key)
				}
			}
			if !ok || s.want == "" || s.says == "" || s.why == "" {
				t.Fatalf("%s: a shape has want, says, why and an answer", s.name)
			}
			out = append(out, s)
		}
	}
	return out
}

// serve answers every request with the bytes of the shape, and counts them.
func (s shape) serve(t *testing.T) (url string, calls func() int) {
	t.Helper()
	if s.raw == "refused" {
		return "http://127.0.0.1:1/v1", func() int { return s.calls }
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done, asked := make(chan struct{}), 0
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if req, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				if err := stricttest.Request(req); err != nil {
					t.Errorf("a strict endpoint refuses: %v", err)
				}
				var body map[string]any
				if json.NewDecoder(req.Body).Decode(&body) != nil || body["stream"] != true {
					t.Error("the request asks for no stream")
				}
				asked++
				_, _ = conn.Write(s.bytes())
			}
			_ = conn.Close()
		}
	}()
	stop := func() int {
		_ = l.Close()
		<-done
		return asked
	}
	t.Cleanup(func() { stop() })
	return "http://" + l.Addr().String() + "/v1", stop
}

// bytes is the answer with the ends of lines that HTTP wants. It ends with the connection, unless it says
// how long it is.
func (s shape) bytes() []byte {
	if s.raw == "closed" {
		return nil
	}
	head, body, _ := strings.Cut(s.raw, "\n\n")
	if strings.HasPrefix(head, "HTTP/") {
		head += "\nConnection: close"
	}
	if body != "" {
		body += "\n\n"
	}
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)
}

// laneSession is a session with rules of its own.
type laneSession struct {
	actors.Session
	rules httpx.Rules
}

func (s laneSession) Outcome(refused *actors.StatusError) error { return s.rules.Outcome(refused) }

func (s shape) ask(t *testing.T, url string) (actors.Output, error) {
	t.Helper()
	spec := agent.Spec{Prompt: "Prepare my day.", Model: "small"}
	backend := url
	if provider, own := strings.CutSuffix(s.lane, "-key"); own {
		t.Setenv(keyEnv, key)
		spec.Provider = &agent.Provider{Kind: provider, BaseURL: url, APIKeyEnv: keyEnv}
		backend = "https://backend.invalid"
	}
	rules, err := httpx.NewRules(s.rules)
	if err != nil {
		t.Fatal(err)
	}
	return actorstest.Run(t, agent.New, spec,
		actorstest.WithSession(laneSession{actorstest.Session(t, backend, token, nil), rules}))
}

// meaning is the outcome in one word, as the table has it.
func meaning(err error) string {
	if err == nil {
		return "ok"
	}
	if d := actors.DetailOf(err); d != "" {
		return string(d)
	}
	class, _ := actors.Classify(err)
	return string(class)
}

// TestWire lets the real actor read every shape from a real connection: each has the class that the table
// says, an error that names who was asked and what came, and costs one call.
func TestWire(t *testing.T) {
	const least = 25
	all := shapes(t)
	if len(all) < least {
		t.Fatalf("%d shapes; at least %d", len(all), least)
	}
	for _, s := range all {
		t.Run(s.lane+"/"+s.name, func(t *testing.T) {
			url, calls := s.serve(t)
			out, err := s.ask(t, url)
			if got := meaning(err); got != s.want {
				t.Fatalf("it is %s, want %s: %v", got, s.want, err)
			}
			if n := calls(); n != s.calls {
				t.Errorf("%d calls; want %d", n, s.calls)
			}
			if err == nil {
				if out.Text != s.says || out.Usage.Calls != 1 {
					t.Errorf("the answer is %q, the usage %+v; want %q", out.Text, out.Usage, s.says)
				}
				return
			}
			where := "POST " + url
			if text := err.Error(); !strings.Contains(text, s.says) || !strings.Contains(text, where) || strings.Contains(text, token) {
				t.Errorf("the error is %q; want %q and %q in it", text, where, s.says)
			}
		})
	}
}

// TestWireTable: docs/agents.md shows the shapes that are tested.
func TestWireTable(t *testing.T) {
	const page, begin, end = "../../docs/agents.md", "<!-- shapes -->\n", "<!-- end of shapes -->\n"
	var b strings.Builder
	b.WriteString("| answer | is | because |\n|---|---|---|\n")
	for _, s := range shapes(t) {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", s.name, s.want, s.why)
	}
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	shown, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("%s has no place for the table, between %q and %q", page, begin, end)
	}
	if shown == b.String() {
		return
	}
	if !*rewrite {
		t.Fatalf("%s shows another table; run go test ./actors/agent -run TestWireTable -rewrite", page)
	}
	if err := os.WriteFile(page, []byte(before+begin+b.String()+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}
