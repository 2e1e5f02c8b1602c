package refresher_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/actors/env/secrets"
	"curfew/actors/system/refresher"
)

// issuer is an authorization server that rotates: each refresh token is good once, R0 for R1, R1 for R2.
type issuer struct {
	*httptest.Server
	good   string                                           // the refresh token that is good now
	steady bool                                             // it does not rotate
	asked  []url.Values                                     // in order; user and password are those of the header
	answer func(w http.ResponseWriter, refresh string) bool // may be nil; reports whether it has answered
}

func newIssuer(t *testing.T) *issuer {
	s := &issuer{good: "R0-first"}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *issuer) serve(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	if user, password, ok := r.BasicAuth(); ok {
		r.PostForm.Set("user", user)
		r.PostForm.Set("password", password)
	}
	s.asked = append(s.asked, r.PostForm)
	refresh := r.PostForm.Get("refresh_token")
	if s.answer != nil && s.answer(w, refresh) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if refresh != s.good {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"the token %s is void"}`, refresh)
		return
	}
	next := ""
	if !s.steady {
		s.good = fmt.Sprintf("R%d-rotated", len(s.asked))
		next = fmt.Sprintf(`,"refresh_token":%q`, s.good)
	}
	fmt.Fprintf(w, `{"access_token":"access-%d","token_type":"bearer","expires_in":3600%s}`, len(s.asked), next)
}

// sent are the refresh tokens that came, in order.
func (s *issuer) sent() string {
	var all []string
	for _, f := range s.asked {
		all = append(all, f.Get("refresh_token"))
	}
	return strings.Join(all, " ")
}

// client is a source of that server, as after a start of the program; first is read at every try.
func (s *issuer) client(keep string, first *string) *refresher.OAuth2 {
	return &refresher.OAuth2{
		TokenURL: s.URL, ClientID: "me", First: func() (string, error) {
			if *first == "" {
				return "", errors.New("refresh_token_file: gone for a moment")
			}
			return *first, nil
		},
		InBody: true, Bring: "put a new one into FILE", Keep: keep, HTTP: s.Client(), Secrets: &secrets.Set{},
	}
}

func works(t *testing.T, o *refresher.OAuth2) {
	t.Helper()
	if token, _, err := o.Token(t.Context()); err != nil || !strings.HasPrefix(token, "access-") {
		t.Fatalf("%q, %v", token, err)
	}
}

// spent wants an error that says what to do and nothing that was sent, and which asking again does not repeat.
func spent(t *testing.T, s *issuer, o *refresher.OAuth2) {
	t.Helper()
	_, _, err := o.Token(t.Context())
	if !errors.Is(err, refresher.ErrSpent) || !strings.Contains(err.Error(), "its refresh token is spent: put a new one into FILE") || strings.Contains(err.Error(), "R0") {
		t.Fatalf("it says %v", err)
	}
	before := len(s.asked)
	if _, _, err := o.Token(t.Context()); !errors.Is(err, refresher.ErrSpent) || len(s.asked) != before || o.Brought() {
		t.Fatalf("a spent refresh token was sent again: %v", err)
	}
}

// TestRotation: the newest refresh token is used, also after a start, and kept in a file that nobody else can read.
func TestRotation(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "oauth2", "default")
	for range 2 {
		o := s.client(keep, &first)
		works(t, o)
		works(t, o)
		first = cmp.Or(first, "R0-first")
	}
	first = "" // whoever mounts it is at it
	works(t, s.client(keep, &first))
	if got := s.sent(); got != "R0-first R1-rotated R2-rotated R3-rotated R4-rotated" {
		t.Errorf("sent %s", got)
	}
	info, err := os.Stat(keep)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the kept token: %v, %v", info.Mode(), err)
	}
	if raw, _ := os.ReadFile(keep); strings.Contains(string(raw), "R0-first") {
		t.Errorf("the kept file shows what a person brought: %s", raw)
	}
}

// TestNewTokenWins: a refresh token that a person brings wins over a kept one, at once and after a start; the same
// one, read again, does not.
func TestNewTokenWins(t *testing.T) {
	for _, restart := range []bool{false, true} {
		s, first := newIssuer(t), "R0-first"
		keep := filepath.Join(t.TempDir(), "default")
		o := s.client(keep, &first)
		works(t, o)
		s.good = "N0-fresh" // R1 is revoked
		spent(t, s, o)
		if restart {
			o = s.client(keep, &first)
			spent(t, s, o)
		}
		first = "N0-fresh"
		if !o.Brought() {
			t.Error("the new token is not seen")
		}
		works(t, o)
		works(t, s.client(keep, &first))
		if got := s.sent(); !strings.HasPrefix(got, "R0-first R1-rotated ") || strings.Count(got, "R0-first") != 1 || strings.Count(got, "N0-fresh") != 1 {
			t.Errorf("sent %s", got)
		}
	}
}

// TestNewTokenWinsWithoutNeed: it wins although the kept one still works, and a server that does not rotate leaves
// nothing behind of the one before.
func TestNewTokenWinsWithoutNeed(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "default")
	works(t, s.client(keep, &first))
	s.good, s.steady, first = "N0-fresh", true, "N0-fresh"
	o := s.client(keep, &first)
	works(t, o)
	works(t, o)
	if got := s.sent(); got != "R0-first N0-fresh N0-fresh" {
		t.Errorf("sent %s", got)
	}
	if _, err := os.Stat(keep); !os.IsNotExist(err) {
		t.Errorf("a token of another person's is still kept: %v", err)
	}
}

// TestForget: a logout leaves nothing of what the server handed out, not even to a request that was under way.
func TestForget(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "default")
	o := s.client(keep, &first)
	works(t, o)
	s.answer = func(http.ResponseWriter, string) bool {
		if err := o.Forget(); err != nil {
			t.Error(err)
		}
		return false
	}
	works(t, o)
	if _, err := os.Stat(keep); !os.IsNotExist(err) {
		t.Errorf("it is kept: %v", err)
	}
	s.answer, s.good = nil, "R0-first"
	works(t, o)
	if got := s.sent(); got != "R0-first R1-rotated R0-first" {
		t.Errorf("sent %s", got)
	}
}

// TestWrittenByAnother: a newer refresh token that was put into the file meanwhile is used.
func TestWrittenByAnother(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "default")
	o := s.client(keep, &first)
	works(t, o)
	works(t, s.client(keep, &first))
	works(t, o)
	if got := s.sent(); got != "R0-first R1-rotated R2-rotated" {
		t.Errorf("sent %s", got)
	}
}

// TestUnkept: a rotated token that cannot be written is used all the same, the trouble is told, and it is written as
// soon as it can be.
func TestUnkept(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	dir := filepath.Join(t.TempDir(), "oauth2")
	keep := filepath.Join(dir, "default")
	o := s.client(keep, &first)
	s.answer = func(http.ResponseWriter, string) bool {
		_ = os.WriteFile(dir, nil, 0o600) // where the folder is to be
		return false
	}
	works(t, o)
	works(t, o)
	if err := o.Settle(); err == nil || !strings.Contains(err.Error(), "could not be kept") || !strings.Contains(err.Error(), "put a new one into FILE") {
		t.Errorf("it says %v", err)
	}
	s.answer = nil
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := o.Settle(); err != nil {
		t.Fatal(err)
	}
	works(t, s.client(keep, &first))
	if got := s.sent(); got != "R0-first R1-rotated R2-rotated" {
		t.Errorf("sent %s", got)
	}
}

// TestOlderKeptFile: what a build before this one has kept, the bare token, is used; if it is spent, the person's.
func TestOlderKeptFile(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "default")
	for _, c := range []struct{ good, want string }{{"K-kept", "K-kept"}, {"R0-first", "K-kept R0-first"}} {
		if err := os.WriteFile(keep, []byte("K-kept\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.good, s.asked = c.good, nil
		o := s.client(keep, &first)
		if _, _, err := o.Token(t.Context()); err != nil {
			works(t, o)
		}
		if got := s.sent(); got != c.want {
			t.Errorf("sent %s, want %s", got, c.want)
		}
		works(t, s.client(keep, &first))
	}
}

// TestOlderKeptFileSpent: two spent tokens are not sent in turn for ever.
func TestOlderKeptFileSpent(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	s.good = "none of them"
	keep := filepath.Join(t.TempDir(), "default")
	if err := os.WriteFile(keep, []byte("K-kept\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := s.client(keep, &first)
	for range 5 {
		if _, _, err := o.Token(t.Context()); !errors.Is(err, refresher.ErrSpent) {
			t.Fatal(err)
		}
	}
	if got := s.sent(); got != "K-kept R0-first" {
		t.Errorf("sent %s", got)
	}
}

// TestSentOnce: whatever a server answers, one try is one request; the client stands in one place, and the scopes are
// asked for.
func TestSentOnce(t *testing.T) {
	secret := func() (string, error) { return "client-secret", nil }
	answers := map[string]struct {
		status   int
		kind     string
		body     string
		says     string // empty: it is a token
		lives    time.Duration
		location string
	}{
		"500":                {status: 500, says: "500 Internal Server Error"},
		"429":                {status: 429, body: `{"error":"slow_down"}`, says: "429 Too Many Requests (slow_down)"},
		"401 at the client":  {status: 401, body: `{"error":"invalid_client"}`, says: "invalid_client"},
		"a page":             {status: 200, kind: "text/html", body: "<html>client-secret</html>", says: "neither JSON nor a form"},
		"a page in a 502":    {status: 502, kind: "text/html", body: "<html>", says: "502 Bad Gateway"},
		"a redirect":         {status: 307, location: "/elsewhere", says: "307 Temporary Redirect"},
		"nothing":            {status: 200, body: "{}", says: "no access_token"},
		"no token":           {status: 200, body: `{"access_token":"null"}`, says: "the word null"},
		"an error in a 200":  {status: 200, body: `{"error":"bad_refresh_token"}`, says: "spent"},
		"an error in a list": {status: 400, body: `[{"error":"invalid_grant"}]`, says: "400 Bad Request (invalid_grant): its refresh token is spent"},
		"a code alone":       {status: 401, body: `{"code":"invalid_grant"}`, says: "spent"},
		"a status beside it": {status: 200, body: `{"access_token":"a-token","status":"approved"}`},
		"a byte order mark":  {status: 200, body: "\uFEFF" + `{"access_token":"a-token"}`},
		"a number beside it": {status: 200, body: `{"access_token":"a-token","refresh_token":71}`},
		"a list beside it":   {status: 200, body: `{"access_token":"a-token","refresh_token":[],"expires_in":null}`},
		"an error in itself": {status: 400, body: `{"error":{"code":"invalid_grant"}}`, says: "spent"},
		"a fraction":         {status: 200, body: `{"access_token":"a-token","expires_in":3600.5}`, lives: 3600 * time.Second},
		"a text":             {status: 200, body: `{"access_token":"a-token","expires_in":"3600"}`, lives: 3600 * time.Second},
		"no life":            {status: 200, body: `{"access_token":"a-token","expires_in":"soon"}`},
		"a form":             {status: 200, kind: "application/x-www-form-urlencoded", body: "access_token=a-token&expires_in=3600", lives: time.Hour},
		"JSON as text":       {status: 200, kind: "text/plain", body: `{"access_token":"a-token"}`},
	}
	for name, c := range answers {
		for _, client := range []struct {
			secret func() (string, error)
			inBody bool
			want   string
		}{
			{nil, true, "client_id=me&grant_type=refresh_token&refresh_token=R0-first&scope=one+two"},
			{nil, false, "grant_type=refresh_token&password=&refresh_token=R0-first&scope=one+two&user=me"},
			{secret, true, "client_id=me&client_secret=client-secret&grant_type=refresh_token&refresh_token=R0-first&scope=one+two"},
			{secret, false, "grant_type=refresh_token&password=client-secret&refresh_token=R0-first&scope=one+two&user=me"},
		} {
			s, first := newIssuer(t), "R0-first"
			s.answer = func(w http.ResponseWriter, _ string) bool {
				w.Header().Set("Content-Type", cmp.Or(c.kind, "application/json"))
				if c.location != "" {
					w.Header().Set("Location", c.location)
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
				return true
			}
			o := s.client(filepath.Join(t.TempDir(), "default"), &first)
			o.Secret, o.InBody, o.Scopes = client.secret, client.inBody, []string{"one", "two"}
			token, expires, err := o.Token(t.Context())
			if len(s.asked) != 1 || s.asked[0].Encode() != client.want {
				t.Errorf("%s: sent %v, want once %s", name, s.asked, client.want)
			}
			switch {
			case c.says != "":
				if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "client-secret") || strings.Contains(err.Error(), "R0-first") {
					t.Errorf("%s says %v, want %s", name, err, c.says)
				}
			case err != nil || token != "a-token":
				t.Errorf("%s: %q, %v", name, token, err)
			case expires.IsZero() != (c.lives == 0), c.lives != 0 && time.Until(expires) < c.lives-time.Minute:
				t.Errorf("%s: it lives until %s", name, expires)
			}
		}
	}
}

// TestKeptFileIsDamaged: what cannot be read is not shown, and nothing is sent in its place.
func TestKeptFileIsDamaged(t *testing.T) {
	s, first := newIssuer(t), "R0-first"
	keep := filepath.Join(t.TempDir(), "default")
	raw, _ := json.Marshal(map[string]any{"version": 7, "refresh_token": "K-kept"})
	if err := os.WriteFile(keep, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.client(keep, &first).Token(t.Context()); err == nil || !strings.Contains(err.Error(), "move it away") || strings.Contains(err.Error(), "K-kept") || len(s.asked) != 0 {
		t.Errorf("it says %v after %s", err, s.sent())
	}
}
