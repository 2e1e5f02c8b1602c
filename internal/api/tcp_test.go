package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/internal/api"
	"curfew/internal/contract"
)

// site is a server on TCP and on a socket, with its tokens.
type site struct {
	t             *testing.T
	data, url     string
	owner, reader string
	logs          *observer.ObservedLogs
}

func newSite(t *testing.T, b contract.Backend, faces ...api.Face) *site {
	t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	s := &site{t: t, data: t.TempDir(), logs: logs}
	tcp, err := api.ListenTCP(s.data, api.TCPOptions{Address: "127.0.0.1:0", Hosts: []string{"curfew.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := api.Listen(s.data, tcp)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- api.Serve(ctx, api.Options{Socket: l, TCP: tcp, Backend: b, Log: zap.New(core), Faces: faces})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	s.url, s.owner, s.reader = "http://"+tcp.Address(), s.token("api.token"), s.token("api.read.token")
	return s
}

func (s *site) token(file string) string {
	raw, err := os.ReadFile(filepath.Join(s.data, file))
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}

// ask sends a request with headers, each "Name: value", and returns its status and its body.
func (s *site) ask(method, path, body string, headers ...string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.URL.Opaque = path // as it is written
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Add(name, value); name == "Host" {
			r.Host = value
		}
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode >= 400 && resp.Header.Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("%s %s: %d as %s", method, path, resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	return resp.StatusCode, string(raw)
}

// TestDoor: over TCP nobody comes in without a token, under a foreign name or from a foreign page, whatever the path.
func TestDoor(t *testing.T) {
	f := &fake{}
	face := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if contract.MayWrite(r.Context()) {
			w.WriteHeader(http.StatusCreated)
		}
	})
	s := newSite(t, f, api.Face{Pattern: "/face", Handler: face}, api.Face{Pattern: "/own", Handler: face, Judges: true})
	owner, reader := "Authorization: Bearer "+s.owner, "Authorization: Bearer "+s.reader
	jsonBody := "Content-Type: application/json"
	for _, path := range []string{"/v1/jobs", "/v1/jobs/brief", "/v1/runs/r1/logs", "/healthz", "/readyz", "/openapi.json", "/face", "/own", "/nothing", "/"} {
		for _, c := range []struct {
			name    string
			headers []string
			want    int
		}{
			{"no token", nil, 401},
			{"the token as a password", []string{"Authorization: Basic " + s.owner}, 401},
			{"a foreign name", []string{owner, "Host: evil.example.com"}, 403},
			{"a name that begins like ours", []string{owner, "Host: localhost.evil.example.com:7717"}, 403},
			{"a foreign page", []string{owner, "Origin: https://evil.example.com"}, 403},
			{"a page without a name", []string{owner, "Origin: null"}, 403},
			{"another port of this machine", []string{owner, "Origin: http://127.0.0.1:1"}, 403},
			{"a foreign page that names no origin", []string{owner, "Sec-Fetch-Site: cross-site"}, 403},
			{"a page of a sister", []string{owner, "Sec-Fetch-Site: same-site"}, 403},
		} {
			for _, method := range []string{"GET", "POST", "OPTIONS"} {
				if got, body := s.ask(method, path, "", c.headers...); got != c.want {
					t.Errorf("%s %s with %s: %d %s, want %d", method, path, c.name, got, body, c.want)
				}
			}
		}
		if f.asked != "" {
			t.Fatalf("a request without a token came through: %s", f.asked)
		}
	}
	for _, c := range []struct {
		method, path, body string
		headers            []string
		want               int
	}{
		{"GET", "/v1/jobs", "", []string{owner}, 200},
		{"GET", "/v1/jobs", "", []string{strings.Replace(owner, "Bearer", "bearer", 1), "Host: curfew.example.com"}, 200},
		{"GET", "/v1/jobs", "", []string{owner, "Host: LOCALHOST:7717"}, 200},
		{"GET", "/v1/jobs", "", []string{owner, "Host: [::1]:7717"}, 200},
		{"GET", "/v1/jobs", "", []string{owner, "Origin: " + s.url, "Sec-Fetch-Site: same-origin"}, 200},
		{"GET", "/v1/jobs", "", []string{"Authorization: Bearer "}, 401},
		{"GET", "/v1/jobs", "", []string{"Authorization: Bearer " + s.owner[1:]}, 401},
		{"GET", "/v1/jobs?access_token=" + s.owner, "", nil, 401},
		{"GET", "/v1/jobs", "", []string{owner, owner}, 401},
		{"GET", "/v1/jobs", "", []string{reader}, 200},
		{"POST", "/v1/jobs/brief/run", "", []string{reader}, 403},
		{"POST", "/v1/sessions/default/login", `{"token":"t"}`, []string{reader, jsonBody}, 403},
		{"DELETE", "/v1/jobs/brief", "", []string{reader}, 403},
		{"POST", "/face", "", []string{reader}, 403},
		{"POST", "/own", "", []string{reader}, 200}, // it has to look for itself
		{"POST", "/own", "", []string{owner}, 201},
		{"POST", "/v1/jobs/brief/run", "", []string{owner}, 202},
		{"POST", "/v1/jobs/brief/run", strings.Repeat(" ", api.MaxBody+1), []string{owner, jsonBody}, 413},
		{"GET", "/debug/pprof/", "", []string{owner}, 404},
	} {
		if got, body := s.ask(c.method, c.path, c.body, c.headers...); got != c.want {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, got, body, c.want)
		}
	}
	for _, e := range s.logs.All() {
		if text := e.Message + fmt.Sprint(e.ContextMap()); strings.Contains(text, s.owner) || strings.Contains(text, s.reader) {
			t.Errorf("the log has a token: %s", text)
		}
	}
}

// TestStrangersKeepNoConnection: whoever is not let in loses the connection; the bearer of a token keeps it.
func TestStrangersKeepNoConnection(t *testing.T) {
	s := newSite(t, &fake{})
	for token, closed := range map[string]bool{"": true, "Bearer wrong": true, "Bearer " + s.reader: false} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/v1/jobs/brief/run", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.Close != closed {
			t.Errorf("%d for %.12q: the connection is closed: %v, want %v", resp.StatusCode, token, resp.Close, closed)
		}
	}
}

// TestPathTricks: a name in a path is only ever a name, and a path with dots leads nowhere.
func TestPathTricks(t *testing.T) {
	f := &fake{}
	s := newSite(t, f)
	long := strings.Repeat("x", 10_000)
	for path, asked := range map[string]string{
		"/v1/jobs/..%2Fsessions": "job ../sessions", "/v1/jobs/brief%2Frun": "job brief/run", "/v1/jobs/%2e%2e": "job ..",
		"/v1/jobs/a%00b": "job a\x00b", "/v1/jobs/%25": "job %", "/v1/jobs/" + long: "job " + long,
		"/v1/jobs/..": "", "/v1/jobs/../jobs/brief": "", "/v1//jobs/brief": "", "/v1/jobs/./brief": "",
		"/v1/jobs/brief/": "", "/V1/jobs/brief": "",
	} {
		f.asked = ""
		if got, body := s.ask("GET", path, "", "Authorization: Bearer "+s.owner); got != 404 || f.asked != asked {
			t.Errorf("%.100s: %d %.200s, asked %.100q; want 404, asked %.100q", path, got, body, f.asked, asked)
		}
	}
}

// TestWrongTokens: whoever has sent too many wrong tokens is not heard for a while, not even with the right one.
func TestWrongTokens(t *testing.T) {
	s := newSite(t, &fake{})
	for i := range 10 {
		if got, body := s.ask("GET", "/healthz", "", "Authorization: Bearer "+strings.Repeat("w", 20+i)); got != 401 {
			t.Fatalf("wrong token %d: %d %s", i, got, body)
		}
	}
	if got, body := s.ask("GET", "/healthz", "", "Authorization: Bearer "+s.owner); got != 429 {
		t.Errorf("after ten wrong tokens: %d %s", got, body)
	}
	c, err := api.Dial(s.data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Healthy(t.Context()); err != nil {
		t.Errorf("the owner on the socket: %v", err)
	}
}

// TestListenTCP: where it may listen, and what it makes.
func TestListenTCP(t *testing.T) {
	data := t.TempDir()
	first, err := api.ListenTCP(data, api.TCPOptions{Address: "localhost:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	for _, name := range []string{"api.token", "api.read.token"} {
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Mode() != 0o600 || info.Size() < 40 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	for _, tt := range []struct{ address, want string }{
		{first.Address(), "another program listens there; choose another port, or --listen off"},
		{":0", "reachable from other machines"},
		{"0.0.0.0:0", "reachable from other machines"},
		{"[::]:0", "reachable from other machines"},
		{"127.0.0.1:99999", "is not a valid address"},
	} {
		if l, err := api.ListenTCP(data, api.TCPOptions{Address: tt.address}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v %v, want %q", tt.address, l, err, tt.want)
		}
	}
	if _, err := api.ListenTCP(data, api.TCPOptions{Address: first.Address()}); !errors.Is(err, api.ErrTaken) {
		t.Errorf("an address that is taken: %v", err)
	}
}

// TestNotedTCP: daemon.json names the address.
func TestNotedTCP(t *testing.T) {
	s := newSite(t, &fake{})
	raw, err := os.ReadFile(filepath.Join(s.data, "daemon.json"))
	var d api.Daemon
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	if err != nil || d.TCP == nil || "http://"+*d.TCP != s.url {
		t.Errorf("daemon.json is %s, %v", raw, err)
	}
	if _, _, err := net.SplitHostPort(*d.TCP); err != nil {
		t.Error(err)
	}
}
