package live

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"curfew/actors/agent/stricttest"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// counter is the server of the sessions of a job file: a backend under /v1, an authorization server at /token. It
// counts calls.
type counter struct {
	*httptest.Server
	status int    // that every call to the backend is answered with; 0: 200
	body   string // beside it

	mu    sync.Mutex
	calls []string      // method, path and credential, as they came
	forms []url.Values  // that came to the authorization server
	hold  chan struct{} // if set, calls to the backend wait until it is closed
}

func newCounter(t *testing.T, status int, body string) *counter {
	d := &counter{status: status, body: body}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		d.serve(w, r)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *counter) serve(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	user, password, basic := r.BasicAuth()
	d.mu.Lock()
	d.calls = append(d.calls, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	if r.URL.Path == "/token" {
		if basic {
			r.PostForm.Set("user", user)
			r.PostForm.Set("password", password)
		}
		d.forms = append(d.forms, r.PostForm)
	}
	hold := d.hold
	d.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/token":
		fmt.Fprint(w, `{"access_token":"from-oauth2","token_type":"bearer","expires_in":3600}`)
	case d.status != 0:
		w.WriteHeader(d.status)
		fmt.Fprint(w, d.body)
	default:
		if hold != nil {
			<-hold
		}
		fmt.Fprint(w, world.Completion("done"))
	}
}

// saw reports whether there was a call with that prefix.
func (d *counter) saw(begin string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.calls, func(c string) bool { return strings.HasPrefix(c, begin) })
}

// form waits for a call to the authorization server.
func (d *counter) form(t *testing.T) (f url.Values) {
	t.Helper()
	world.Eventually(t, "a call to the authorization server", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.forms) > 0 {
			f = d.forms[0]
		}
		return f != nil
	})
	return f
}

// with starts a runtime whose session has the backend and these settings, and a job "a" that is run by hand.
func (d *counter) with(t *testing.T, settings string) *site {
	t.Helper()
	s := newSiteAsIs(t, fmt.Sprintf(`
sessions: {default: {backend: %q, %s}}
jobs:
  - {name: a, actor: agent, schedule: "0 0 1 1 *", with: {prompt: a}, retry: {attempts: 1}}
  - {name: b, actor: agent, schedule: "0 0 1 1 *", with: {prompt: b}, retry: {attempts: 1}}
`, d.URL+"/v1", settings))
	t.Cleanup(func() {
		if s.rt != nil {
			s.stop()
		}
	})
	return s
}

// closed waits until the gate is closed for that reason; empty: for any.
func closed(t *testing.T, s *site, reason string) {
	t.Helper()
	world.Eventually(t, "the gate to close: "+reason, func() bool {
		v := s.session()
		return v.State == "closed" && v.Generation > 0 && (reason == "" || v.Reason != nil && *v.Reason == reason)
	})
}

// refusal lets the backend refuse a job and checks the reason of the gate. A sign-in with a probe must see the same
// reason.
func refusal(settings string, status int, body, reason string) func(*testing.T) {
	return func(t *testing.T) {
		d := newCounter(t, status, body)
		s := d.with(t, "probe: /models, "+settings)
		s.signIn("a-token")
		s.runNow("a")
		closed(t, s, reason)
		_, err := s.api.Login(t.Context(), messages.DefaultSession, contract.Login{Token: "another-token", Check: true})
		var p *contract.Error
		refused := errors.As(err, &p) && p.Kind == contract.KindRefused
		if expiry := reason == ""; refused != expiry {
			t.Errorf("a sign-in that asks first: %v; refused %t, want %t", err, refused, expiry)
		}
	}
}

// TestRefusalBehindSuccess: a refusal behind a 200 is one for the job, and for a sign-in that asks first.
func TestRefusalBehindSuccess(t *testing.T) {
	t.Parallel()
	for body, reason := range map[string]string{
		`{"error":{"code":"token_expired"}}`: "",
		`{"error":{"code":401}}`:             "",
		`[{"success":false,"code":"over"}]`:  messages.ReasonQuota,
	} {
		t.Run(body, refusal("expired_when: [{status: 401}, {code: token_expired}], quota_when: [{code: over}]", http.StatusOK, body, reason))
	}
}

// brings checks that the session gets its token without a person.
func brings(settings, token string) func(*testing.T) {
	return func(t *testing.T) {
		d := newCounter(t, 0, "")
		s := d.with(t, strings.ReplaceAll(settings, "DIR", secretDir(t)))
		s.runNow("a")
		world.Eventually(t, "a call with the token", func() bool { return d.saw("POST /v1/chat/completions Bearer " + token) })
	}
}

// asks checks the call to the authorization server. DESK in the settings is its address.
func asks(settings, name, want string) func(*testing.T) {
	return func(t *testing.T) {
		d := newCounter(t, 0, "")
		settings := strings.NewReplacer("DESK", d.URL, "DIR", secretDir(t)).Replace(settings)
		s := d.with(t, "refresh: {oauth2: {"+settings+"}}")
		if got := d.form(t).Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		s.runNow("a")
		world.Eventually(t, "a call with the token", func() bool { return d.saw("POST /v1/chat/completions Bearer from-oauth2") })
	}
}

// secretDir returns a folder with a file that holds a secret.
func secretDir(t *testing.T) string {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "secret"), "from-a-file\n")
	return dir
}

const (
	oauth2Public = `token_url: DESK/token, client_id: curfew, refresh_token_env: CURFEW_TEST_SECRET`
	oauth2Secret = oauth2Public + `, client_secret_env: CURFEW_TEST_CLIENT`
)

// sessionKeys checks the effect of each key of a session, from the job file to a call or an answer.
var sessionKeys = map[string]func(*testing.T){
	"backend": func(t *testing.T) {
		d := newCounter(t, 0, "")
		s := d.with(t, "")
		s.signIn("a-token")
		s.runNow("a")
		world.Eventually(t, "a call", func() bool { return d.saw("POST /v1/chat/completions Bearer a-token") })
	},
	"sign_in": func(t *testing.T) {
		s := newCounter(t, http.StatusUnauthorized, "").with(t, `sign_in: "https://app.example.com/in"`)
		s.signIn("a-token")
		s.runNow("a")
		closed(t, s, "")
		told := ""
		journal := s.stop()
		s.rt = nil
		for _, r := range world.CheckJournal(t, journal) {
			if n, ok := r.Body.(messages.NotificationRequested); ok {
				told = cmp.Or(told, n.SignIn)
			}
		}
		if told != "https://app.example.com/in" {
			t.Errorf("the notification names the sign-in page %q", told)
		}
	},
	"lane": func(t *testing.T) {
		d := newCounter(t, 0, "")
		d.hold = make(chan struct{})
		s := d.with(t, "lane: 1")
		s.signIn("a-token")
		s.runNow("a")
		world.Eventually(t, "the first call", func() bool { return d.saw("POST") })
		world.Eventually(t, "the gate to open", func() bool { return s.session().State != "closed" })
		second := s.runNow("b")
		if got := s.run(second).Status; got == messages.StatusRunning {
			t.Error("two attempts of the session are in flight")
		}
		close(d.hold)
		world.Eventually(t, "the second run", func() bool { return s.run(second).Status == messages.StatusSucceeded })
	},
	"probe": func(t *testing.T) {
		d := newCounter(t, 0, "")
		s := d.with(t, "probe: /who/am/i")
		if _, err := s.api.Login(t.Context(), messages.DefaultSession, contract.Login{Token: "a-token", Check: true}); err != nil {
			t.Error(err)
		}
		if !d.saw("GET /v1/who/am/i Bearer a-token") {
			t.Errorf("the backend was asked %q", d.calls)
		}
	},

	"expired_when.status": refusal("expired_when: [{status: 403}]", http.StatusForbidden, "", ""),
	"expired_when.code":   refusal("expired_when: [{code: token_expired}]", http.StatusForbidden, `{"error":{"code":"token_expired"}}`, ""),
	"expired_when.body":   refusal(`expired_when: [{body: "(?i)signed out"}]`, http.StatusForbidden, "you are Signed Out", ""),
	"quota_when.status":   refusal("quota_when: [{status: 509}]", 509, "", messages.ReasonQuota),
	"quota_when.code":     refusal("quota_when: [{code: insufficient_quota}]", http.StatusTooManyRequests, `{"error":{"code":"insufficient_quota"}}`, messages.ReasonQuota),
	"quota_when.body":     refusal(`quota_when: [{body: "no credits"}]`, http.StatusTooManyRequests, "there are no credits", messages.ReasonQuota),

	"signed_in_when.file":    noticesSignIn("signed_in_when: {file: auth.json, every: 1s}", messages.ByFile),
	"signed_in_when.command": noticesSignIn(`signed_in_when: {command: [grep, -q, good, auth.json], every: 1s}`, messages.ByCommand),
	"signed_in_when.env":     noticesSignIn(`signed_in_when: {command: 'grep -q "$WHAT" auth.json', env: {WHAT: good}, every: 1s}`, messages.ByCommand),
	"signed_in_when.every":   noticesSignIn("signed_in_when: {file: [other.json, auth.json], every: 2s}", messages.ByFile),

	"refresh.command":  brings(`refresh: {command: "echo from-a-command"}`, "from-a-command"),
	"refresh.env":      brings(`refresh: {command: "echo $WHICH", env: {WHICH: from-a-variable}}`, "from-a-variable"),
	"token_file":       brings(`token_file: DIR/secret`, "from-a-file"),
	"token_env":        brings(`token_env: CURFEW_TEST_SECRET`, "from-the-environment"),
	"token_credential": brings(`token_credential: curfew-test`, "from-systemd"),

	"refresh.oauth2.token_url":          asks(oauth2Public, "grant_type", "refresh_token"),
	"refresh.oauth2.client_id":          asks(oauth2Secret, "user", "curfew"),
	"refresh.oauth2.client_secret_env":  asks(oauth2Secret, "password", "from-the-client"),
	"refresh.oauth2.refresh_token_env":  asks(oauth2Public, "refresh_token", "from-the-environment"),
	"refresh.oauth2.refresh_token_file": asks(`token_url: DESK/token, client_id: curfew, refresh_token_file: DIR/secret`, "refresh_token", "from-a-file"),
	"refresh.oauth2.auth":               asks(oauth2Secret+`, auth: body`, "client_secret", "from-the-client"),
	"refresh.oauth2.scopes":             asks(oauth2Public+`, scopes: [one, two]`, "scope", "one two"),
}

// TestSessionKeys checks the effect of every key of a session. A new key must be added here, and must have an effect.
func TestSessionKeys(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "curfew-test"), []byte("from-systemd"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"CREDENTIALS_DIRECTORY": dir, "CURFEW_TEST_SECRET": "from-the-environment", "CURFEW_TEST_CLIENT": "from-the-client",
	} {
		t.Setenv(name, value)
	}
	keys := config.SessionKeys()
	for _, key := range keys {
		effect := sessionKeys[key]
		if effect == nil {
			t.Errorf("no test shows the effect of the key %s of a session", key)
			continue
		}
		t.Run(key, effect)
	}
	for key := range sessionKeys {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is not a key of a session", key)
		}
	}
}
