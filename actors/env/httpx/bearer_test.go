package httpx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

const token = "tok/en.S3CRET"

func TestCheckBackend(t *testing.T) {
	tests := []struct {
		backend, want string
	}{
		{"https://api.example.com/v1", ""},
		{"HTTPS://API.example.com:8443", ""},
		{"http://127.0.0.1:8080/v1", ""},
		{"http://127.9.9.9", ""},
		{"http://[::1]:8080", ""},
		{"http://localhost/v1", ""},
		{"http://api.example.com/v1", "httpx: unusable backend http://api.example.com:80: a token goes over https only, unless to loopback"},
		{"http://localhost.example.com", "httpx: unusable backend http://localhost.example.com:80: a token goes over https only, unless to loopback"},
		{"http://127.0.0.1.example.com", "httpx: unusable backend http://127.0.0.1.example.com:80: a token goes over https only, unless to loopback"},
		{"http://10.0.0.1", "httpx: unusable backend http://10.0.0.1:80: a token goes over https only, unless to loopback"},
		{"https://user:pw@api.example.com", "httpx: unusable backend https://api.example.com:443: it must have no user, query or fragment"},
		{"https://api.example.com/v1?key=pw", "httpx: unusable backend https://api.example.com:443: it must have no user, query or fragment"},
		{"ftp://api.example.com", "httpx: unusable backend: it must be an https URL with a host"},
		{"https:///v1", "httpx: unusable backend: it must be an https URL with a host"},
		{"api.example.com/v1", "httpx: unusable backend: it must be an https URL with a host"},
		{"https://api.example.com:pw/v1", "httpx: unusable backend: not a URL"},
		{"", "httpx: unusable backend: it must be an https URL with a host"},
	}
	for _, tt := range tests {
		t.Run(tt.backend, func(t *testing.T) {
			err := CheckBackend(tt.backend)
			if got := textOf(err); got != tt.want || (err != nil && !errors.Is(err, ErrBackend)) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if _, other := Authenticated(tt.backend, token, nil); textOf(other) != textOf(err) {
				t.Errorf("Authenticated says %v", other)
			}
		})
	}
	if _, err := Authenticated("https://api.example.com", "", nil); !errors.Is(err, ErrNoToken) {
		t.Errorf("without a token: %v", err)
	}
}

// A backend answers by path, and counts who showed it which token.
type backend struct {
	*httptest.Server
	calls    atomic.Int64
	strange  atomic.Int64 // calls without the token, or for another host
	redirect string
}

func newBackend(t *testing.T) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.calls.Add(1)
		if r.Header.Get("Authorization") != "Bearer "+token || r.Host != strings.TrimPrefix(b.URL, "http://") {
			b.strange.Add(1)
		}
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		if status >= 300 && status < 400 {
			w.Header().Set("Location", b.redirect)
		}
		w.WriteHeader(status)
		if status >= 400 {
			_, _ = fmt.Fprintf(w, "you sent %s", r.Header.Get("Authorization"))
		}
	}))
	t.Cleanup(b.Close)
	return b
}

func TestAuthenticated(t *testing.T) {
	home, other := newBackend(t), newBackend(t)
	port := home.URL[strings.LastIndexByte(home.URL, ':'):]
	tests := []struct {
		name, url, redirect string
		calls, confirmed    int64
		want                error
		text                string // of the error, somewhere
	}{
		{name: "a success", url: home.URL + "/200", calls: 1, confirmed: 1},
		{name: "a success without content", url: home.URL + "/204?q=1", calls: 1, confirmed: 1},
		{name: "the origin in capitals", url: "HTTP" + strings.TrimPrefix(home.URL, "http") + "/200", calls: 1, confirmed: 1},
		{name: "not modified", url: home.URL + "/304", calls: 1},
		{name: "refused", url: home.URL + "/401?q=pw", calls: 1, text: "GET " + home.URL + "/401: 401 Unauthorized: you sent Bearer [redacted]"},
		{name: "broken", url: home.URL + "/500", calls: 1, text: ": 500 Internal Server Error: you sent Bearer [redacted]"},
		{name: "another port", url: other.URL + "/200?q=pw", want: ErrOrigin, text: other.URL + " is not " + home.URL},
		{name: "another name of the host", url: "http://localhost" + port + "/200", want: ErrOrigin},
		{name: "another scheme", url: "https" + strings.TrimPrefix(home.URL, "http") + "/200", want: ErrOrigin},
		{name: "a user before it", url: "http://127.0.0.1" + port + "@localhost/200", want: ErrOrigin},
		{name: "a redirect elsewhere", url: home.URL + "/302", redirect: other.URL + "/200?q=pw", calls: 1, want: ErrRedirect},
		{name: "a redirect at home", url: home.URL + "/307", redirect: home.URL + "/200", calls: 1, want: ErrRedirect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home.redirect = tt.redirect
			calls, confirmed := home.calls.Load(), int64(0)
			client, err := Authenticated(home.URL+"/v1", token, func() { confirmed++ })
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = "elsewhere.example.com"
			req.Header.Set("Authorization", "Bearer mine")
			resp, err := client.Do(req)
			if (err != nil) != (tt.want != nil || tt.text != "") || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(textOf(err), tt.text) {
				t.Errorf("got %v", err)
			}
			if n := home.calls.Load() - calls; n != tt.calls || confirmed != tt.confirmed {
				t.Errorf("%d calls, %d confirmed", n, confirmed)
			}
			if err == nil {
				_ = resp.Body.Close()
				if got := resp.Request.Header.Get("Authorization"); got != "Bearer mine" {
					t.Errorf("the response shows %q", got)
				}
			}
		})
	}
	if n := other.calls.Load() + home.strange.Load(); n != 0 {
		t.Errorf("%d calls went elsewhere, or without the token", n)
	}
}

func TestAuthenticatedSendsBodies(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer server.Close()
	client, err := Authenticated(server.URL, token, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Post(server.URL, "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "hello" {
		t.Errorf("got %q, %v", body, err)
	}
}

// TestAuthenticatedShowsNoToken prints the client in every way that people, loggers and encoders do.
func TestAuthenticatedShowsNoToken(t *testing.T) {
	client, err := Authenticated("https://api.example.com", token, nil)
	if err != nil {
		t.Fatal(err)
	}
	holder := struct{ client *http.Client }{client}
	var shown strings.Builder
	for _, v := range []any{client, *client, client.Transport, client.Transport.(*bearer).next, holder, &holder} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&shown, verb+"\n", v)
		}
		if raw, err := json.Marshal(v); err == nil {
			shown.Write(raw)
		}
		core, logs := observer.New(zap.DebugLevel)
		zap.New(core).Info("client", zap.Any("v", v), zap.Reflect("r", v))
		entry := logs.All()[0]
		for _, e := range []zapcore.Encoder{zapcore.NewJSONEncoder(zapcore.EncoderConfig{}), zapcore.NewConsoleEncoder(zapcore.EncoderConfig{})} {
			if buf, err := e.EncodeEntry(entry.Entry, entry.Context); err == nil {
				shown.Write(buf.Bytes())
			}
		}
	}
	if s := shown.String(); strings.Contains(s, "S3CRET") || strings.Contains(s, fmt.Sprintf("%x", "S3CRET")) {
		t.Errorf("the token shows in %s", s)
	}
	if !strings.Contains(shown.String(), "bearer for https://api.example.com:443") {
		t.Errorf("what it is does not show in %s", shown.String())
	}
}

func TestPlain(t *testing.T) {
	home, other := newBackend(t), newBackend(t)
	tests := []struct {
		name, path, redirect string
		status               int
		want                 error
	}{
		{"as it is", "/404", "", 404, nil},
		{"a redirect at home", "/302", home.URL + "/200", 200, nil},
		{"a redirect in circles", "/302", home.URL + "/302", 302, ErrRedirect},
		{"a redirect elsewhere", "/302", other.URL + "/200", 302, ErrRedirect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home.redirect = tt.redirect
			resp, err := Plain().Get(home.URL + tt.path)
			if !errors.Is(err, tt.want) || resp == nil || resp.StatusCode != tt.status {
				t.Fatalf("got %v, %v", resp, err)
			}
			_ = resp.Body.Close()
		})
	}
	if n := other.calls.Load(); n != 0 {
		t.Errorf("%d calls went elsewhere", n)
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
