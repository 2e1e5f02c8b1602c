package model_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"curfew/actors/agent/model"
	"curfew/actors/agent/stricttest"
)

// A saying is how a model asks for tools: what it says, and what that means. The calls are "name arguments";
// those that must not be carried out begin with "!". Or the answer as a whole is "cut" or an "error: …".
type saying struct {
	name, stop, want string
	pieces           []string
}

// In OpenAI's protocol a piece is a delta's tool_calls; in a whole answer there is one.
var openAISayings = []saying{
	{"one call", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","type":"function","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"in pieces", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":""}}]`, `[{"index":0,"function":{"arguments":"{\"id\""}}]`, `[{"index":0,"function":{"arguments":":7}"}}]`}},
	{"two calls", "tool_calls", `get {"id":7}; put {"to":1}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":1,"id":"c2","function":{"name":"put","arguments":"{\"to\":1}"}}]`}},
	{"two calls in one piece", "tool_calls", `get {"id":7}; put {}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}},{"index":1,"id":"c2","function":{"name":"put","arguments":""}}]`}},
	{"two calls, pieces in turn", "tool_calls", `get {"id":7}; put {"to":1}`, []string{
		`[{"index":0,"id":"c1","function":{"name":"get","arguments":""}}]`, `[{"index":1,"id":"c2","function":{"name":"put","arguments":""}}]`,
		`[{"index":0,"function":{"arguments":"{\"id\":"}}]`, `[{"index":1,"function":{"arguments":"{\"to\":"}}]`, `[{"index":0,"function":{"arguments":"7}"}}]`, `[{"index":1,"function":{"arguments":"1}"}}]`,
	}},
	{"one index, other ids: the second says nothing", "tool_calls", `get {"id":7}; put {}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":0,"id":"c2","function":{"name":"put","arguments":""}}]`}},
	{"one index, other ids: the first says nothing", "tool_calls", `put {}; get {}`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":""}}]`, `[{"index":0,"id":"c2","function":{"name":"get","arguments":"{}"}}]`}},
	{"one index, other ids: both say something", "tool_calls", `get {"a":1}; get {"a":2}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"index":0,"id":"c2","function":{"name":"get","arguments":"{\"a\":2}"}}]`}},
	{"one index, other ids, in pieces", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"a\""}}]`, `[{"index":0,"function":{"arguments":":1}"}}]`, `[{"index":0,"id":"c2","function":{"name":"put","arguments":"{\"a\""}}]`, `[{"index":0,"function":{"arguments":":2}"}}]`}},
	{"one index, no ids, other names", "tool_calls", `put {}; get {"id":7}`, []string{`[{"index":0,"function":{"name":"put","arguments":""}}]`, `[{"index":0,"function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"one index, no ids, one name", "tool_calls", `get {"a":1}; get {"a":2}`, []string{`[{"index":0,"function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"index":0,"function":{"name":"get","arguments":"{\"a\":2}"}}]`}},
	{"one index, one id, other names", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"index":0,"id":"call","function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"index":0,"id":"call","function":{"name":"put","arguments":"{\"a\":2}"}}]`}},
	{"no index, no ids", "tool_calls", `get {"a":1}; get {"a":2}`, []string{`[{"function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"function":{"name":"get","arguments":"{\"a\":2}"}}]`}},
	{"no index, no ids, one piece", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"function":{"name":"get","arguments":"{\"a\":1}"}},{"function":{"name":"put","arguments":"{\"a\":2}"}}]`}},
	{"no index, ids", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"id":"c1","function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"id":"c2","function":{"name":"put","arguments":"{\"a\":2}"}}]`}},
	{"no index, ids, in turn", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"id":"c1","function":{"name":"get","arguments":"{\"a\""}}]`, `[{"id":"c2","function":{"name":"put","arguments":"{\"a\""}}]`, `[{"id":"c1","function":{"arguments":":1}"}}]`, `[{"id":"c2","function":{"arguments":":2}"}}]`}},
	{"the index begins at 1", "tool_calls", `get {"id":7}`, []string{`[{"index":1,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"the index has a gap", "tool_calls", `get {"id":7}; put {}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":5,"id":"c2","function":{"name":"put","arguments":"{}"}}]`}},
	{"the index is -1", "tool_calls", `get {"id":7}`, []string{`[{"index":-1,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"the index is a text", "tool_calls", `get {"id":7}; put {}`, []string{`[{"index":"0","id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":"1","id":"c2","function":{"name":"put","arguments":"{}"}}]`}},
	{"a name in pieces", "tool_calls", `mail__search {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"mail"}}]`, `[{"index":0,"function":{"name":"__sea"}}]`, `[{"index":0,"function":{"name":"rch","arguments":"{\"id\":7}"}}]`}},
	{"a name in pieces that is another's beginning", "tool_calls", `get_all {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get"}}]`, `[{"index":0,"function":{"name":"_a"}}]`, `[{"index":0,"function":{"name":"ll","arguments":"{\"id\":7}"}}]`}},
	{"a name in every piece", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":""}}]`, `[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\""}}]`, `[{"index":0,"id":"c1","function":{"name":"get","arguments":":7}"}}]`}},
	{"a name in every piece, no id", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"function":{"name":"get","arguments":""}}]`, `[{"index":0,"function":{"name":"get","arguments":"{\"id\""}}]`, `[{"index":0,"function":{"name":"get","arguments":":7}"}}]`}},
	{"another id in every piece, the name in the first", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"x1","function":{"name":"get","arguments":"{\"id\""}}]`, `[{"index":0,"id":"x2","function":{"arguments":":7}"}}]`}},
	{"an id in pieces", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"call_","function":{"name":"get"}}]`, `[{"index":0,"id":"abc"}]`, `[{"index":0,"function":{"arguments":"{\"id\":7}"}}]`}},
	{"an id that comes late", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"function":{"name":"get","arguments":"{\"id\""}}]`, `[{"index":0,"id":"c1","function":{"arguments":":7}"}}]`}},
	{"an id that is a number", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":7,"function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"an empty piece at the end", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":0,"id":"","function":{"name":"","arguments":""}}]`}},
	{"the whole call once more at the end, without arguments", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`, `[{"index":0,"id":"c1","function":{"name":"get","arguments":""}}]`}},
	{"no arguments: left out", "tool_calls", `get {}`, []string{`[{"index":0,"id":"c1","function":{"name":"get"}}]`}},
	{"no arguments: null", "tool_calls", `get {}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":null}}]`}},
	{"arguments that are an object", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":{"id":7}}}]`}},
	{"arguments that are encoded twice", "tool_calls", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"\"{\\\"id\\\":7}\""}}]`}},
	{"arguments that are no JSON", "tool_calls", `!put {"to": oops}`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"to\": oops}"}}]`}},
	{"arguments that are cut off", "tool_calls", `!put {"to": "bo`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"to\": \"bo"}}]`}},
	{"arguments that are a text", "tool_calls", `!put "to bob"`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"\"to bob\""}}]`}},
	{"arguments that are words", "tool_calls", `!put to bob`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"to bob"}}]`}},
	{"arguments that are a list", "tool_calls", `!put [1]`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"[1]"}}]`}},
	{"arguments that are an empty list", "tool_calls", `!put []`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":[]}}]`}},
	{"arguments that are a number", "tool_calls", `!put 7`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":7}}]`}},
	{"two objects in one text", "tool_calls", `!put {"a":1}{"a":2}`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"a\":1}{\"a\":2}"}}]`}},
	{"a broken call beside a good one", "tool_calls", `!put {"to": ; get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"to\": "}}]`, `[{"index":1,"id":"c2","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"two calls with one id", "tool_calls", `get {"a":1}; get {"a":2}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"a\":1}"}}]`, `[{"index":1,"id":"c1","function":{"name":"get","arguments":"{\"a\":2}"}}]`}},
	{"a call without a name", "tool_calls", "error: the model asks for a tool without a name", []string{`[{"index":0,"id":"c1","function":{"arguments":"{\"id\":7}"}}]`}},
	{"a place without anything", "tool_calls", `get {"id":7}`, []string{`[{"index":0}]`, `[{"index":1,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"no reason, and arguments", "", `put {"to":1}`, []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"to\":1}"}}]`}},
	{"no reason, and no arguments so far", "", "error: the answer broke off: the stream does not say why it ended", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":""}}]`}},
	{"it ends with stop", "stop", `get {"id":7}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"id\":7}"}}]`}},
	{"cut off by length", "length", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{\"to\": \"bo"}}]`}},
	{"cut off by length before the arguments", "length", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":""}}]`}},
	{"cut off by length between two calls", "length", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{}"}}]`}},
	{"cut off by a filter", "content_filter", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{}"}}]`}},
	{"cut off, in capitals", "MAX_TOKENS", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{}"}}]`}},
	{"cut off by the server", "insufficient_system_resource", "cut", []string{`[{"index":0,"id":"c1","function":{"name":"put","arguments":"{}"}}]`}},
}

// The same in whole answers, where an index says nothing.
var wholeSayings = []saying{
	{"two calls, one index", "tool_calls", `get {"a":1}; put {"a":2}`, []string{`[{"index":0,"id":"c1","function":{"name":"get","arguments":"{\"a\":1}"}},{"index":0,"id":"c2","function":{"name":"put","arguments":"{\"a\":2}"}}]`}},
	{"two calls, no ids", "tool_calls", `get {"a":1}; get {"a":1}`, []string{`[{"function":{"name":"get","arguments":"{\"a\":1}"}},{"function":{"name":"get","arguments":"{\"a\":1}"}}]`}},
	{"two calls, one id", "tool_calls", `put {}; get {}`, []string{`[{"id":"c","function":{"name":"put","arguments":""}},{"id":"c","function":{"name":"get","arguments":"{}"}}]`}},
	{"an object in place of a list", "tool_calls", `get {"a":1}`, []string{`{"id":"c1","function":{"name":"get","arguments":"{\"a\":1}"}}`}},
	{"no reason", "", `get {}`, []string{`[{"id":"c1","function":{"name":"get","arguments":"{}"}}]`}},
	{"no call at all", "stop", "", []string{"null"}},
	{"cut off", "length", "cut", []string{`[{"id":"c1","function":{"name":"put","arguments":"{}"}}]`}},
}

// In Anthropic's protocol a piece is an event; in a whole answer it is a block.
var anthropicSayings = []saying{
	{"in pieces", "tool_use", `get {"id":7}`, []string{
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{}}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"id\""}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":":7}"}}`,
	}},
	{"behind a text", "tool_use", `get {"id":7}`, []string{
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me see."}}`,
		`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{}}}`, `{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"id\":7}"}}`,
	}},
	{"no arguments", "tool_use", `get {}`, []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{}}}`}},
	{"the input at once", "tool_use", `get {"id":7}`, []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{"id":7}}}`}},
	{"two calls, one index", "tool_use", `get {"id":7}; put {}`, []string{
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{}}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"id\":7}"}}`,
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t2","name":"put","input":{}}}`,
	}},
	{"two calls, one id", "tool_use", `get {"id":7}; put {}`, []string{
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{"id":7}}}`, `{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"put","input":{}}}`,
	}},
	{"no JSON", "tool_use", `!put {"to": oops}`, []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"put","input":{}}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"to\": oops}"}}`}},
	{"no JSON, and end_turn", "end_turn", `!put {"to": oops}`, []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"put","input":{}}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"to\": oops}"}}`}},
	{"cut off", "max_tokens", "cut", []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"put","input":{}}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"to\": \"bo"}}`}},
	{"paused", "pause_turn", "cut", []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"put","input":{}}}`}},
	{"refused", "refusal", "cut", []string{`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"I"}}`}},
	{"a piece of nothing", "tool_use", "error: a piece of block 3", []string{`{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}}`}},
	{"no name", "tool_use", "error: the model asks for a tool without a name", []string{`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","input":{"id":7}}}`}},
	{"a block of a kind that nobody knows", "tool_use", `get {}`, []string{`{"type":"content_block_start","index":0,"content_block":{"type":"novelty","data":1}}`, `{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"get","input":{}}}`}},
}

var anthropicWhole = []saying{
	{"two calls", "tool_use", `get {"id":7}; put {}`, []string{`{"type":"text","text":"Let me see."}`, `{"type":"tool_use","id":"t1","name":"get","input":{"id":7}}`, `{"type":"tool_use","id":"t2","name":"put","input":{}}`}},
	{"input that is a text", "tool_use", `get {"id":7}`, []string{`{"type":"tool_use","id":"t1","name":"get","input":"{\"id\":7}"}`}},
	{"input that is a list", "tool_use", `!get [7]`, []string{`{"type":"tool_use","id":"t1","name":"get","input":[7]}`}},
	{"input that is null", "tool_use", `get {}`, []string{`{"type":"tool_use","id":"t1","name":"get","input":null}`}},
	{"cut off", "max_tokens", "cut", []string{`{"type":"tool_use","id":"t1","name":"put","input":{}}`}},
}

func openAIStream(s saying) string {
	var b strings.Builder
	for _, p := range s.pieces {
		fmt.Fprintf(&b, "data: {\"choices\":[{\"delta\":{\"tool_calls\":%s}}]}\n\n", p)
	}
	fmt.Fprintf(&b, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":%q}]}\n\ndata: [DONE]\n\n", s.stop)
	return b.String()
}

func openAIWhole(s saying) string {
	return fmt.Sprintf(`{"choices":[{"message":{"content":null,"tool_calls":%s},"finish_reason":%q}]}`, s.pieces[0], s.stop)
}

func anthropicStream(s saying) string {
	var b strings.Builder
	b.WriteString("data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5}}}\n\n")
	for _, p := range s.pieces {
		fmt.Fprintf(&b, "event: whatever\ndata: %s\n\n", p)
	}
	fmt.Fprintf(&b, "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":%q},\"usage\":{\"output_tokens\":7}}\n\ndata: {\"type\":\"message_stop\"}\n\n", s.stop)
	return b.String()
}

func anthropicMessage(s saying) string {
	return fmt.Sprintf(`{"type":"message","content":[%s],"stop_reason":%q,"usage":{"input_tokens":5}}`, strings.Join(s.pieces, ","), s.stop)
}

// TestCallsAreWhatTheModelSaid lets every saying be read from a real connection. Then the answer is sent back
// with a result for each call: that must be valid for the strictest endpoint, whatever the model had written.
func TestCallsAreWhatTheModelSaid(t *testing.T) {
	n := 0
	for _, lane := range []struct {
		name, protocol string
		sayings        []saying
		body           func(saying) string
	}{
		{"openai stream", model.OpenAI, openAISayings, openAIStream},
		{"openai", model.OpenAI, wholeSayings, openAIWhole},
		{"anthropic stream", model.Anthropic, anthropicSayings, anthropicStream},
		{"anthropic", model.Anthropic, anthropicWhole, anthropicMessage},
	} {
		for _, s := range lane.sayings {
			n++
			t.Run(lane.name+"/"+s.name, func(t *testing.T) {
				m := endpoint(t, lane.protocol, lane.body(s))
				q := question()
				a, err := m.Ask(t.Context(), q)
				if got := told(a, err); !strings.HasPrefix(got, s.want) || s.want == "" && got != "" || !strings.HasPrefix(s.want, "error") && got != s.want {
					t.Fatalf("it says %q, want %q", got, s.want)
				}
				if err != nil || len(a.Calls) == 0 {
					return
				}
				results := model.Message{Role: model.User}
				for _, c := range a.Calls {
					results.Results = append(results.Results, model.Result{ID: c.ID, Text: "done", Failed: c.Bad != ""})
				}
				q.Messages = append(q.Messages, a.Message(), results)
				if _, err := m.Ask(t.Context(), q); err != nil && !strings.HasPrefix(s.want, "error") {
					t.Errorf("sent back: %v", err)
				}
			})
		}
	}
	if n < 60 {
		t.Errorf("%d sayings, want at least 60", n)
	}
}

// told is an answer as the tables have it.
func told(a model.Answer, err error) string {
	if err != nil {
		_, text, _ := strings.Cut(err.Error(), "/v1/")
		_, text, _ = strings.Cut(text, ": ")
		return "error: " + strings.TrimPrefix(text, "an event of the stream cannot be read: ")
	}
	if cut, _ := a.Cut(); cut {
		return "cut"
	}
	var calls []string
	for _, c := range a.Calls {
		bad := ""
		if c.Bad != "" {
			bad = "!"
		}
		calls = append(calls, bad+c.Name+" "+c.Arguments)
	}
	return strings.Join(calls, "; ")
}

func question() model.Question {
	q := model.Question{System: "You help.", Messages: []model.Message{{Role: model.User, Text: "Go."}}}
	for _, name := range []string{"get", "put", "get_all", "mail__search"} {
		q.Tools = append(q.Tools, model.Tool{Name: name, Description: "does " + name, Schema: []byte(`{"type":"object"}`)})
	}
	return q
}

// endpoint always answers with the body, and refuses what a strict endpoint would.
func endpoint(t *testing.T, protocol, body string) model.Model {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	m, err := model.New(protocol, model.Endpoint{Base: server.URL + "/v1", Client: failing(server.Client()), Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// failing makes a status of 400 an error, as [model.Endpoint] wants it.
func failing(c *http.Client) *http.Client {
	return &http.Client{Transport: refusing{c.Transport}}
}

type refusing struct{ http.RoundTripper }

func (r refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err == nil && resp.StatusCode >= 400 {
		_ = resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp, err
}
