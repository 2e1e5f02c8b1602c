package world

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"curfew/actors/agent/stricttest"
)

// Backend is an OpenAI-compatible server on loopback that records every call. The prompt of a job is its name.
type Backend struct {
	URL string // what a job file names as the backend of a session

	mu       sync.Mutex
	token    string // the good one; empty: none
	calls    []*Call
	stumbles map[string]int // how many of a job's next calls are answered 503
	spent    int            // the status that every call is answered with; 0: none
	switches int            // after how many more accepted calls next is the good token; below 1: never
	next     string
}

// Call is one call as the server saw it.
type Call struct {
	Job, token string
	status     int  // 0: it has not been answered
	began      int  // how many calls had been answered when it arrived
	order      int  // its place among the answered ones, from 1
	again      bool // its attempt asks again, after a blip
}

// thinking is how long an answer takes: long enough for a token to die meanwhile.
const thinking = 150 * time.Millisecond

// NewBackend starts a server that stops at the end of the test. It accepts no token yet.
func NewBackend(t testing.TB) *Backend {
	s := &Backend{stumbles: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL + "/v1"
	return s
}

func (s *Backend) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet { // the probe
		s.mu.Lock()
		good := r.Header.Get("Authorization") == "Bearer "+s.token
		s.mu.Unlock()
		if !good {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	if err := stricttest.Request(r); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(r.Body)
	var in struct {
		Messages []struct{ Content string }
	}
	if err != nil || json.Unmarshal(body, &in) != nil || len(in.Messages) != 1 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c := s.arrives(in.Messages[0].Content, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	time.Sleep(thinking)
	status := s.answers(c)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	switch status {
	case http.StatusUnauthorized:
		fmt.Fprint(w, `{"success":false,"error":"Invalid token","errorCode":"TOKEN_EXPIRED"}`)
	case http.StatusServiceUnavailable:
		fmt.Fprint(w, `{"error":{"message":"overloaded"}}`)
	default:
		fmt.Fprint(w, Completion("done"))
	}
}

// Completion returns the body of an answer.
func Completion(text string) string {
	quoted, _ := json.Marshal(text) // a string can always be written
	return fmt.Sprintf(`{"object":"chat.completion","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%s}}]}`, quoted)
}

func (s *Backend) arrives(job, token string) *Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Call{Job: job, token: token, began: s.answered()}
	s.calls = append(s.calls, c)
	return c
}

// answers judges a call at its end: a token that died meanwhile is refused.
func (s *Backend) answers(c *Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.token == "" || c.token != s.token:
		c.status = http.StatusUnauthorized
	case s.spent != 0:
		c.status = s.spent
	case s.stumbles[c.Job] > 0:
		s.stumbles[c.Job]--
		c.status, c.again = http.StatusServiceUnavailable, s.stumbles[c.Job] > 0
	default:
		c.status = http.StatusOK
		if s.switches--; s.switches == 0 {
			s.token = s.next
		}
	}
	c.order = s.answered()
	return c.status
}

func (s *Backend) answered() (n int) {
	for _, c := range s.calls {
		if c.status != 0 {
			n++
		}
	}
	return n
}

// Accept makes that token the only good one; "": none is.
func (s *Backend) Accept(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// AcceptAfter makes that token the good one after so many more accepted calls.
func (s *Backend) AcceptAfter(calls int, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches, s.next = calls, token
}

// Exhaust answers every call with a good token with that status; 0: as usual.
func (s *Backend) Exhaust(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spent = status
}

// blips is how many calls in a row must fail for their attempt to fail: it asks again twice.
const blips = 3

// Stumble makes the next attempt of a job fail.
func (s *Backend) Stumble(job string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stumbles[job] += blips
}

// Book returns a copy of all calls so far.
func (s *Backend) Book() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Call, len(s.calls))
	for i, c := range s.calls {
		out[i] = *c
	}
	return out
}

// Count counts the calls so far for which is returns true.
func (s *Backend) Count(is func(Call) bool) int {
	return len(slices.DeleteFunc(s.Book(), func(c Call) bool { return !is(c) }))
}

// AnyCall is true of every call.
func AnyCall(Call) bool { return true }

// Unanswered is true of a call that is in flight.
func Unanswered(c Call) bool { return c.status == 0 }

// Accepted is true of a call with a good token that was answered.
func Accepted(c Call) bool { return c.status == http.StatusOK }

// Refused is true of a call with a dead token.
func Refused(c Call) bool { return c.status == http.StatusUnauthorized }

// HeartbeatFile is a job file with a shell job and no agents. It takes the URL of the backend.
const HeartbeatFile = `
sessions:
  default: {backend: "%s", sign_in: "https://app.example.com/login"}
jobs:
  - {name: heartbeat, actor: shell, schedule: every 1s, with: {command: "echo alive"}}
`

// AgentJobs are the lines that add two agents to [HeartbeatFile].
const AgentJobs = `  - {name: inbox, actor: agent, schedule: every 1s, with: {prompt: inbox}}
  - {name: briefing, actor: agent, schedule: every 1s, with: {prompt: briefing}}
`
