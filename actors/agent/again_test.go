package agent_test

import (
	"context"
	"fmt"
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
)

// TestBlips: a call of the model that fails so that nothing of it can have been used is made again within the
// attempt, as late as the server asks for; a tool that writes is called once.
func TestBlips(t *testing.T) {
	for _, tt := range []struct {
		name  string
		blips []string // before the answer: status, then Retry-After if it has one; or "cut", in the middle of a stream
		waits []time.Duration
		fails bool
	}{
		{"none", nil, nil, false},
		{"one 503", []string{"503"}, []time.Duration{time.Second}, false},
		{"two hurried servers", []string{"429 7", "529 1.5"}, []time.Duration{7 * time.Second, 2 * time.Second}, false},
		{"408", []string{"408"}, []time.Duration{time.Second}, false},
		{"421", []string{"421"}, []time.Duration{time.Second}, false},
		{"hung up", []string{"hang up"}, []time.Duration{time.Second}, false},
		{"cut in the middle", []string{"cut"}, []time.Duration{time.Second}, false},
		{"three of them", []string{"500", "500", "500"}, []time.Duration{time.Second, 2 * time.Second}, true},
		{"a server that wants more than a minute", []string{"503 61"}, nil, true},
		{"a missing right", []string{"403"}, nil, true},
		{"a request that is wrong", []string{"400"}, nil, true},
		{"an expiry", []string{"401"}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var waits []time.Duration
			agent.Pauses(func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil })
			t.Cleanup(func() { agent.Pauses(func(context.Context, time.Duration) error { return nil }) })
			script := append([]string{ask(`mail__send {"text":"hello"}`)}, append(slices.Clone(tt.blips), say("Done."))...)
			n := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := stricttest.Request(r); err != nil {
					t.Errorf("a strict endpoint refuses: %v", err)
				}
				line := script[min(n, len(script)-1)]
				n++
				blip(t, w, line)
			}))
			t.Cleanup(server.Close)
			began := 0
			out, err := actorstest.Run(t, agent.New, agent.Spec{Prompt: "Go.", MCP: map[string]agent.Server{"mail": local(t, "mail")}, Tools: []string{"mail.*"}},
				actorstest.WithSession(actorstest.Session(t, server.URL+"/v1", token, nil)),
				actorstest.WithAttempt(func(a *actors.Attempt) { a.OnSideEffect(func(context.Context, string) error { began++; return nil }) }))
			if (err != nil) != tt.fails || !tt.fails && out.Text != "Done." {
				t.Errorf("%q, %v", out.Text, err)
			}
			if !slices.Equal(waits, tt.waits) {
				t.Errorf("waited %v, want %v", waits, tt.waits)
			}
			if sent := strings.Count(strings.Join(lines(out.Trace), "\n"), "tool_result mail.send"); sent != 1 || began != 1 {
				t.Errorf("the tool was called %d times, %d side effects began", sent, began)
			}
		})
	}
}

// blip answers with a line of the model, or in place of one with what the line names.
func blip(t *testing.T, w http.ResponseWriter, line string) {
	var status int
	var after string
	switch n, _ := fmt.Sscan(line, &status, &after); {
	case line == "hang up":
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	case line == "cut":
		_, _ = fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Do\"}}]}\n\n")
	case n > 0:
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
	default:
		_, _ = fmt.Fprint(w, line)
	}
}
