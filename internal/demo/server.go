package demo

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// server is an OpenAI-compatible backend on loopback. It issues tokens, takes them back, and counts calls.
type server struct {
	url    string
	server *http.Server

	mu    sync.Mutex
	token string
	trip  int // how many more calls of digest are answered 503
	counts
}

// counts are the calls that the backend has answered.
type counts struct {
	answered int
	failed   int // 503
	refused  int // 401: a dead token
}

// thinking is how long the backend takes to answer.
const thinking = 250 * time.Millisecond

func newServer() (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &server{url: "http://" + l.Addr().String() + "/v1"}
	b.server = &http.Server{Handler: http.HandlerFunc(b.chat), ReadHeaderTimeout: patience}
	go b.server.Serve(l) //nolint:errcheck // it ends when the demo closes it
	return b, nil
}

func (b *server) close() { b.server.Close() } //nolint:errcheck // the demo is over

// issue makes a new token, the only one that is accepted from now on.
func (b *server) issue() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.token = rand.Text()
	return b.token
}

// lapse takes the token back: no token is accepted.
func (b *server) lapse() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.token = ""
}

// stumble answers the next calls of digest 503.
func (b *server) stumble() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trip = stumbles
}

func (b *server) chat(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	status := b.receive(r.Header.Get("Authorization"), strings.Contains(string(body), "Sum up"))
	time.Sleep(thinking)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	switch status {
	case http.StatusUnauthorized:
		fmt.Fprint(w, `{"success":false,"error":"Token expired","errorCode":"TOKEN_EXPIRED"}`)
	case http.StatusServiceUnavailable:
		fmt.Fprint(w, `{"error":{"message":"overloaded"}}`)
	default:
		json.NewEncoder(w).Encode(answer) //nolint:errcheck // the caller has gone
	}
}

// receive judges a call when it arrives, and counts it.
func (b *server) receive(auth string, digest bool) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.token == "" || auth != "Bearer "+b.token:
		b.refused++
		return http.StatusUnauthorized
	case b.trip > 0 && digest:
		b.trip--
		b.failed++
		return http.StatusServiceUnavailable
	default:
		b.answered++
		return http.StatusOK
	}
}

var answer = map[string]any{
	"object": "chat.completion",
	"choices": []any{map[string]any{
		"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": "All is well."},
	}},
}

func (b *server) counted() counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts
}
