package live

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"curfew/actors/agent/stricttest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// The planted secrets. JSON and URLs escape the characters between their heads and tails, which look the same
// everywhere. The variable plantedEnv holds the second.
const (
	odd          = `/+"=`
	tokenHead    = "hK3vT9wQ2xZ7"
	tokenTail    = "mB4nR5P8sD6f"
	plantedToken = tokenHead + odd + tokenTail
	keyHead      = "yU7bN2mK9pX4"
	keyTail      = "qW8eA1t5rY3i"
	plantedKey   = keyHead + odd + keyTail
	plantedEnv   = "TEST_PLANTED_KEY"
)

// echoes are the ways in which a server sends a secret back, by prompt.
var echoes = []struct {
	prompt string
	do     func(w http.ResponseWriter, secret string)
}{
	{"answer", func(w http.ResponseWriter, s string) { fmt.Fprint(w, world.Completion("your key is "+s)) }},
	{"long answer", func(w http.ResponseWriter, s string) {
		// The cut of the output goes through the secret.
		fmt.Fprint(w, world.Completion(s+strings.Repeat("x", messages.MaxOutput-len(s)/2)))
	}},
	{"garbage", func(w http.ResponseWriter, s string) { fmt.Fprint(w, s) }},
	{"error", func(w http.ResponseWriter, s string) { refuse(w, http.StatusInternalServerError, s) }},
	{"long error", func(w http.ResponseWriter, s string) {
		refuse(w, http.StatusInternalServerError, strings.Repeat("x", messages.MaxError-len(s)/2)+s)
	}},
	{"error in JSON", func(w http.ResponseWriter, s string) {
		quoted, _ := json.Marshal(map[string]string{"error": "no such key: " + s}) // a string can always be written
		refuse(w, http.StatusTooManyRequests, string(quoted))
	}},
	{"permanent", func(w http.ResponseWriter, s string) { refuse(w, http.StatusBadRequest, url.QueryEscape(s)) }},
	{"redirect", func(w http.ResponseWriter, s string) {
		w.Header().Set("Location", "http://localhost:1/?key="+url.QueryEscape(s))
		w.WriteHeader(http.StatusTemporaryRedirect)
	}},
	{"refusal", func(w http.ResponseWriter, s string) { refuse(w, http.StatusUnauthorized, s) }}, // the last: it closes the gate
}

// inBase64 is the head of a secret as a Basic header of "user:" and the secret shows it.
func inBase64(head string) string {
	return base64.RawStdEncoding.EncodeToString([]byte("user:" + head))[8:]
}

func refuse(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// newEchoServer starts a server that sends secrets back, and returns its URL.
func newEchoServer(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		for _, e := range echoes {
			if strings.Contains(string(body), `"`+e.prompt+`"`) {
				e.do(w, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1"
}

// secretJobs has two jobs for every echo, one with the token of the session and one with a key of its own, and some
// that print a file with the secrets of the daemon, as scripts do.
func secretJobs(backend, found string) (file string, jobs []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "sessions: {default: {backend: %q}}\njobs:\n", backend)
	job := func(name, rest string) {
		jobs = append(jobs, name)
		fmt.Fprintf(&b, "  - {name: %s, schedule: \"0 0 1 1 *\", retry: {attempts: 1}, %s}\n", name, rest)
	}
	job("environment", fmt.Sprintf(`actor: shell, env: [%s], with: {command: env}`, plantedEnv))
	job("prints", fmt.Sprintf(`actor: shell, with: {command: "cat %s"}`, found))
	job("prints-much", fmt.Sprintf(`actor: shell, with: {command: "cat %s; head -c %d /dev/zero | tr '\\0' x"}`, found, messages.MaxOutput-len(plantedToken)))
	job("complains", fmt.Sprintf(`actor: shell, with: {command: "cat %s >&2; exit 7"}`, found))
	job("cli", fmt.Sprintf(`actor: cli-agent, session: none, with: {command: "cat %s; exit 1"}`, found))
	for i, e := range echoes {
		job(fmt.Sprintf("key-%d", i), fmt.Sprintf(
			`actor: agent, session: none, with: {prompt: %q, provider: {kind: openai, base_url: %q, api_key_env: %s}}`, e.prompt, backend, plantedEnv))
		job(fmt.Sprintf("token-%d", i), fmt.Sprintf(`actor: agent, with: {prompt: %q}`, e.prompt))
	}
	return b.String(), jobs
}

// TestSecretsStayHidden lets servers send the secrets back in every place. The journal, the log, the API, errors and
// files show no part of them.
func TestSecretsStayHidden(t *testing.T) {
	t.Setenv(plantedEnv, plantedKey)
	var log bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(&log)), zap.DebugLevel)
	file, jobs := secretJobs(newEchoServer(t), foundSecrets(t))
	s := newSite(t, zap.New(core), file, plantedToken)
	redacted := 0
	for _, job := range jobs {
		started, err := s.api.RunNow(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		world.Eventually(t, job+" to end", func() bool {
			run := s.run(started.Run)
			return run.Status == messages.StatusHeld || !run.FinishedAt.IsZero()
		})
		body := asJSON(t, s.run(started.Run))
		hidden(t, "the run of "+job, body)
		if bytes.Contains(body, []byte("[redacted]")) {
			redacted++
		}
	}
	// Some answers end in places where nothing of them is kept; most do not, or nothing was tested.
	if least := len(echoes); redacted < least {
		t.Errorf("%d runs quote a server that quotes a secret; want at least %d", redacted, least)
	}
	if state := s.session().State; state != "closed" {
		t.Errorf("the session is %s; want the echoed 401 to have closed it", state)
	}
	hidden(t, "the jobs", asJSON(t, s.jobs()))
	hidden(t, "the session", asJSON(t, s.session()))
	_, err := s.api.Login(t.Context(), messages.DefaultSession, contract.Login{Token: plantedToken})
	if err == nil {
		t.Error("the token that was refused is accepted again")
	}
	hidden(t, "the error of a sign-in", fmt.Appendf(nil, "%v %+v %#v", err, err, err))
	hideFiles(t, "the running runtime", s.data)
	hidden(t, "the journal", s.stop())
	hidden(t, "the log", log.Bytes())
	hideFiles(t, "the stopped runtime", s.data)
}

// foundSecrets are both secrets, on lines of their own, in the forms in which programs print them.
func foundSecrets(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, s := range []string{plantedToken, plantedKey} {
		basic := base64.StdEncoding.EncodeToString([]byte("user:" + s))
		fmt.Fprintf(&b, "+ curl -H 'Authorization: Bearer %s'\n> Authorization: Basic %s\n<td>%s</td>\n", s, basic, html.EscapeString(s))
	}
	path := filepath.Join(t.TempDir(), "found")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// hideFiles checks every file of a data folder. Only the file of the tokens must have the secret, or the check finds
// nothing.
func hideFiles(t *testing.T, what, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name() != "tokens.json" {
			hidden(t, f.Name()+" of "+what, raw)
			continue
		}
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("tokens.json has mode %s, %v; want 0600", info.Mode(), err)
		}
		if len(leaks(raw)) == 0 {
			t.Error("tokens.json does not keep the token")
		}
	}
}

// hidden checks that a text has no part of a secret, and does not print it.
func hidden(t *testing.T, what string, raw []byte) {
	t.Helper()
	for _, at := range leaks(raw) {
		t.Errorf("%s shows a part of a secret, at byte %d of %d", what, at, len(raw))
	}
}

// leaks returns the places of the heads and tails of secrets.
func leaks(raw []byte) (at []int) {
	for _, part := range []string{tokenHead, tokenTail, keyHead, keyTail, inBase64(tokenHead), inBase64(keyHead)} {
		if i := bytes.Index(raw, []byte(part)); i >= 0 {
			at = append(at, i)
		}
	}
	return at
}
