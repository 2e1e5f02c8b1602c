package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/agent"
	"curfew/actors/agent/stricttest"
	"curfew/messages"
)

const (
	token  = "jwt.S3CRET.sig"
	key    = "sk-0wnK3Y"
	keyEnv = "AGENT_TEST_KEY"
	fine   = `{"choices":[{"message":{"role":"assistant","content":"Good morning."},"finish_reason":"stop"}]}`
)

// A call is what a server was asked.
type call struct {
	path, authorization string
	body                map[string]any
}

// answer is a server that answers everything so, and says what it was asked.
func answer(t *testing.T, status int, header http.Header, body string) (url string, calls *[]call) {
	calls = new([]call)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		c := call{path: r.URL.Path, authorization: r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&c.body); err != nil {
			t.Errorf("the request is no JSON: %v", err)
		}
		*calls = append(*calls, c)
		for name := range header {
			w.Header().Set(name, header.Get(name))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1", calls
}

// how is whom an agent asks: the session's backend, or an endpoint with an own key.
type how struct{ own bool }

func (h how) ask(t *testing.T, url string, opts ...actorstest.Option) (actors.Output, error) {
	spec := agent.Spec{Prompt: "Prepare my day.", Model: "small", MaxIterations: 20}
	session := actorstest.Session(t, url, token, nil)
	if h.own {
		t.Setenv(keyEnv, key)
		spec.Provider = &agent.Provider{Kind: "openai", BaseURL: url, APIKeyEnv: keyEnv}
		session = actorstest.Session(t, "https://backend.invalid", token, nil)
	}
	return actorstest.Run(t, agent.New, spec, append(opts, actorstest.WithSession(session))...)
}

func TestRequest(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		how        how
	}{
		{"the session's backend", "Bearer " + token, how{}},
		{"an own key", "Bearer " + key, how{own: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url, calls := answer(t, 200, nil, fine)
			out, err := tt.how.ask(t, url+"/") // a slash at the end is one too many
			if err != nil || out.Text != "Good morning." || len(*calls) != 1 {
				t.Fatalf("%d calls, %q, %v", len(*calls), out.Text, err)
			}
			c := (*calls)[0]
			asked := fmt.Sprintf("%v %v", c.body["model"], c.body["messages"])
			if c.path != "/v1/chat/completions" || c.authorization != tt.want || asked != "small [map[content:Prepare my day. role:user]]" {
				t.Errorf("got %s, %s, %s", c.path, c.authorization, asked)
			}
		})
	}
}

// TestStatus pins what every status means, from the session's backend and on an own key, and which of them are
// asked again within the attempt: twice, and no more.
func TestStatus(t *testing.T) {
	const (
		expired   = messages.ClassSessionExpired
		permanent = messages.ClassPermanent
		transient = messages.ClassTransient
		limited   = messages.ClassRateLimited
	)
	tests := []struct {
		status       int
		after        string // Retry-After
		session, own messages.Class
		wait         time.Duration
	}{
		{400, "", permanent, permanent, 0},
		{401, "", expired, transient, 0},
		{402, "60", limited, permanent, time.Minute},
		{403, "", transient, transient, 0},
		{404, "", permanent, permanent, 0},
		{408, "", transient, transient, 0},
		{409, "", transient, transient, 0},
		{413, "", permanent, permanent, 0},
		{422, "", permanent, permanent, 0},
		{425, "", transient, transient, 0},
		{429, "7", limited, limited, 7 * time.Second},
		{429, "", limited, limited, 0},
		{421, "", transient, transient, 0},
		{500, "7", limited, limited, 7 * time.Second},
		{502, "", transient, transient, 0},
		{503, "7", limited, limited, 7 * time.Second},
		{503, "", transient, transient, 0},
		{529, "2.5", limited, limited, 2500 * time.Millisecond},
		{529, "", transient, transient, 0},
	}
	for _, tt := range tests {
		for h, want := range map[how]messages.Class{{}: tt.session, {own: true}: tt.own} {
			t.Run(fmt.Sprintf("%d after %q own %v", tt.status, tt.after, h.own), func(t *testing.T) {
				url, calls := answer(t, tt.status, http.Header{"Retry-After": {tt.after}}, "no")
				_, err := h.ask(t, url)
				class, wait := actors.Classify(err)
				asked := 1
				if tt.status >= 500 || slices.Contains([]int{408, 421, 429}, tt.status) {
					asked = 3
				}
				if class != want || len(*calls) != asked {
					t.Errorf("%d calls, %s: %v; want %d, %s", len(*calls), class, err, asked, want)
				}
				if class == limited && wait != tt.wait {
					t.Errorf("waits %s, want %s", wait, tt.wait)
				}
			})
		}
	}
}

// TestRefusedInEveryShape pins that a 401 is told by its status, and quoted whole, whatever the body is.
func TestRefusedInEveryShape(t *testing.T) {
	for _, body := range []string{
		`{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}`,
		`{"success":false,"error":"Session expired. Please log in again."}`,
		`{"error":{"message":["a","b"],"code":401}}`,
		`Unauthorized`,
		`<html><body>401</body></html>`,
		`["odd"]`,
		``,
	} {
		t.Run(body, func(t *testing.T) {
			url, _ := answer(t, 401, nil, body)
			_, err := how{}.ask(t, url)
			want := "agent: POST " + url + "/chat/completions: 401 Unauthorized"
			if body != "" {
				want += ": " + body
			}
			var refused *actors.StatusError
			if class, _ := actors.Classify(err); class != messages.ClassSessionExpired || err.Error() != want || !errors.As(err, &refused) || refused.Status != 401 {
				t.Errorf("got %s: %v", class, err)
			}
		})
	}
}

// TestNoAnswer pins that an answer which says nothing is a failure, and one that may be retried.
func TestNoAnswer(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"no choices", `{"choices":[]}`, `agent: POST URL: the answer has no choices: {"choices":[]}`},
		{"an empty object", `{}`, "agent: POST URL: the answer has no choices: {}"},
		{"blank", `{"choices":[{"message":{"content":" \n"},"finish_reason":"stop"}]}`, `agent: POST URL: the answer is empty (it ended with "stop")`},
		{"only reasoning", `{"choices":[{"message":{"content":"","reasoning_content":"Hm."},"finish_reason":"stop"}]}`, `agent: POST URL: the answer is empty: only reasoning came (it ended with "stop")`},
		{"no content", `{"choices":[{"message":{"tool_calls":[]},"finish_reason":"tool_calls"}]}`, `agent: POST URL: the answer is empty (it ended with "tool_calls")`},
		{"no JSON", `<html>`, "agent: POST URL: 200 OK, but neither a stream nor JSON (text/html; charset=utf-8): <html>"},
		{"broken off", fine[:20], "agent: POST URL: the answer is not a chat completion: the answer broke off: unexpected end of JSON input: " + fine[:20]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, _ := answer(t, 200, nil, tt.body)
			out, err := how{}.ask(t, url)
			want := strings.Replace(tt.want, "URL", url+"/chat/completions", 1)
			if class, _ := actors.Classify(err); err == nil || class != messages.ClassTransient || err.Error() != want || out.Text != "" {
				t.Errorf("got %q, %s: %v", out.Text, class, err)
			}
		})
	}
}

// TestSecrets pins that a credential which a server echoes comes to light nowhere: in no error, and, of an
// own key, in no output. (The session's token is taken out of outputs by who knows it, the host.)
func TestSecrets(t *testing.T) {
	streamed := func(text string) string {
		return `data: {"choices":[{"delta":{"content":"` + text + `"}}]}` + "\n\n"
	}
	echo := func(secret string) string { return strings.Replace(fine, "Good morning.", "You sent "+secret, 1) }
	tests := []struct {
		name   string
		how    how
		status int
		body   string
		want   string // of output and error
	}{
		{"a refused token", how{}, 401, "no " + token, "401 Unauthorized: no [redacted]"},
		{"a token in a fault", how{}, 500, "no " + token, "500 Internal Server Error: no [redacted]"},
		{"a refused key", how{own: true}, 401, "no " + key, "401 Unauthorized: no [redacted]"},
		{"a key in an answer", how{own: true}, 200, echo(key), "You sent [redacted]"},
		{"a key in two pieces of a stream", how{own: true}, 200, streamed("You sent "+key[:4]) + streamed(key[4:]) + "data: [DONE]\n\n", "You sent [redacted]"},
		{"a key in an event that refuses", how{own: true}, 200, `data: {"error":{"code":500,"message":"` + key + `"}}` + "\n\n", "[redacted]"},
		{"a key in what is no answer", how{own: true}, 200, strings.Repeat("x", 300-4) + key, "neither a stream nor JSON"},
		{"a key in a broken answer", how{own: true}, 200, `{"choices":[{"finish_reason":"` + key + `"}]}`, `the answer is empty (it ended with "[redacted]")`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, _ := answer(t, tt.status, nil, tt.body)
			out, err := tt.how.ask(t, url)
			if got := fmt.Sprintf("%s%v %+v %+v", out.Text, err, err, out.Trace); !strings.Contains(got, tt.want) || strings.Contains(got, key[:4]) || strings.Contains(got, token[:4]) { // not even a part
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestNotAsked pins what fails before, or while, anybody is asked.
func TestNotAsked(t *testing.T) {
	t.Setenv("BAD_KEY", "Bearer abc")
	gone := httptest.NewServer(nil)
	gone.Close()
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	prompt := agent.Spec{Prompt: "hello"}
	own := agent.Spec{Prompt: "hello", Provider: &agent.Provider{Kind: "openai", BaseURL: gone.URL, APIKeyEnv: "NO_SUCH_KEY"}}
	dead := actorstest.WithSession(actorstest.Session(t, gone.URL, token, nil))
	tests := []struct {
		name  string
		spec  agent.Spec
		opts  []actorstest.Option
		class messages.Class
		want  string
	}{
		{"no session", prompt, nil, messages.ClassPermanent, "agent: the job's session has no backend; give it one in the job file, or give the job a provider"},
		{"no key", own, nil, messages.ClassPermanent, "agent: the variable NO_SUCH_KEY, which provider.api_key_env names, is not set in the daemon's environment"},
		{"no key in it", agent.Spec{Prompt: "hello", Provider: &agent.Provider{Kind: "openai", BaseURL: gone.URL, APIKeyEnv: "BAD_KEY"}}, nil, messages.ClassPermanent, "agent: the variable BAD_KEY, which provider.api_key_env names: this is not a token: it begins with Bearer; the token alone is wanted"},
		{"no bearer in it", agent.Spec{Prompt: "hello", MCP: map[string]agent.Server{"m": {URL: gone.URL, BearerEnv: "BAD_KEY"}}, Tools: []string{"m.*"}}, []actorstest.Option{dead}, messages.ClassPermanent, "agent: the variable BAD_KEY, which mcp.m.bearer_env names: this is not a token: it begins with Bearer; the token alone is wanted"},
		{"nobody there", prompt, []actorstest.Option{dead}, messages.ClassTransient, "agent: POST " + gone.URL + "/chat/completions: no answer: dial tcp " + strings.TrimPrefix(gone.URL, "http://") + ": connect: connection refused"},
		{"too late", prompt, []actorstest.Option{dead, actorstest.WithContext(over)}, messages.ClassTimeout, "context deadline exceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := actorstest.Run(t, agent.New, tt.spec, tt.opts...)
			if class, _ := actors.Classify(err); err == nil || class != tt.class || err.Error() != tt.want {
				t.Errorf("got %s: %v", class, err)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	with := func(p agent.Provider) agent.Spec { return agent.Spec{Prompt: "hello", Provider: &p} }
	tests := []struct {
		spec agent.Spec
		want string
	}{
		{agent.Spec{Prompt: "hello"}, ""},
		{agent.Spec{Prompt: "hello", Model: "m", MaxIterations: 20}, ""},
		{with(agent.Provider{Kind: "openai", BaseURL: "https://api.openai.com/v1", APIKeyEnv: "OPENAI_API_KEY"}), ""},
		{agent.Spec{}, "prompt is required"},
		{agent.Spec{Prompt: " "}, "prompt is required"},
		{agent.Spec{Prompt: strings.Repeat("a", agent.MaxPrompt+1)}, "prompt is longer than 262144 bytes"},
		{agent.Spec{Prompt: "hello", Model: strings.Repeat("a", agent.MaxModel+1)}, "model is longer than 200 bytes"},
		{agent.Spec{System: "You write briefings."}, ""},
		{agent.Spec{System: strings.Repeat("a", agent.MaxPrompt+1)}, "system is longer than 262144 bytes"},
		{agent.Spec{Prompt: "hello", MaxIterations: -1}, "max_iterations must be 0 to 1000"},
		{with(agent.Provider{Kind: "anthropic", BaseURL: "https://api.anthropic.com", APIKeyEnv: "K"}), ""},
		{with(agent.Provider{Kind: "acme"}), `provider.kind must be "openai" or "anthropic", not "acme"`},
		{with(agent.Provider{Kind: "openai"}), "provider.base_url is required"},
		{with(agent.Provider{Kind: "openai", BaseURL: "https://api.openai.com"}), "provider.api_key_env must be the name of the environment variable that holds the key"},
		{with(agent.Provider{Kind: "openai", BaseURL: "https://api.openai.com", APIKeyEnv: key}), "provider.api_key_env must be the name of the environment variable that holds the key"},
		{with(agent.Provider{Kind: "openai", BaseURL: "http://api.openai.com", APIKeyEnv: "K"}), "provider.base_url: httpx: unusable backend http://api.openai.com:80: a token goes over https only, unless to loopback"},
	}
	for _, tt := range tests {
		got := ""
		if err := tt.spec.Validate(); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
