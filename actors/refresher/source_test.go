package refresher_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/actors/procs"
	"curfew/actors/refresher"
)

// TestCommand: the token is what the program prints on standard output; a failure says why, and never what
// was printed there.
func TestCommand(t *testing.T) {
	for _, c := range []struct{ name, script, token, fails string }{
		{"a token", "echo noise >&2; echo ' fresh '", "fresh", ""},
		{"an exit status", "echo secret; echo first >&2; echo no such account >&2; exit 3", "", "exit status 3: no such account"},
		{"an exit status alone", "echo secret; exit 3", "", "exit status 3"},
		{"a signal", "echo secret; kill -9 $$", "", "killed by SIGKILL"},
		{"nothing", "echo hello >&2", "", "printed no token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := refresher.Command{Exec: procs.New(procs.Options{}), Args: []string{"sh", "-c", c.script}}.Token(t.Context())
			if got != c.token || (err == nil) != (c.fails == "") {
				t.Fatalf("%q, %v", got, err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("says %q; want %q", err, c.fails)
			}
		})
	}
}

// TestOAuth2: the first refresh token is used once; the newer ones that the server hands out are kept, in a
// file that nobody else can read, and an error says nothing that was sent.
func TestOAuth2(t *testing.T) {
	used := []string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		token := r.Form.Get("refresh_token")
		used = append(used, token)
		w.Header().Set("Content-Type", "application/json")
		if token == "dead" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"the token %s is void"}`, token)
			return
		}
		fmt.Fprintf(w, `{"access_token":"access-%d","token_type":"bearer","expires_in":3600,"refresh_token":"refresh-%d"}`, len(used), len(used))
	}))
	defer server.Close()
	keep := filepath.Join(t.TempDir(), "oauth2", "default")
	first := "refresh-0"
	o := &refresher.OAuth2{
		TokenURL: server.URL, ClientID: "me", First: func() (string, error) { return first, nil },
		Secret: func() (string, error) { return "client-secret", nil }, Keep: keep, HTTP: server.Client(),
	}
	for i := 1; i <= 3; i++ {
		token, expires, err := o.Token(t.Context())
		if err != nil || token != fmt.Sprintf("access-%d", i) || time.Until(expires) < 50*time.Minute {
			t.Fatalf("%q until %s, %v", token, expires, err)
		}
	}
	if got := strings.Join(used[:3], " "); !strings.HasPrefix(got, "refresh-0") || !strings.HasSuffix(got, "refresh-2") {
		t.Errorf("used %s", got)
	}
	if info, err := os.Stat(keep); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the kept token: %v, %v", info.Mode(), err)
	}
	if err := os.Remove(keep); err != nil {
		t.Fatal(err)
	}
	first = "dead"
	_, _, err := o.Token(t.Context())
	if err == nil || !strings.Contains(err.Error(), "400 Bad Request (invalid_grant)") || strings.Contains(err.Error(), "dead") || strings.Contains(err.Error(), "client-secret") {
		t.Errorf("a refusal says %v", err)
	}
}

// TestPlaces: where another program may keep a token, and what is said when it is not there.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "api"), []byte("sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HAS_TOKEN", " sesame ")
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	if _, err := refresher.Systemd("api").Read(); err == nil || !strings.Contains(err.Error(), "LoadCredential=api:PATH") {
		t.Errorf("without a directory: %v", err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	for _, k := range []refresher.Kept{refresher.File(filepath.Join(dir, "api")), refresher.Env("HAS_TOKEN"), refresher.Systemd("api")} {
		if got, err := k.Read(); got != "sesame" || err != nil {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
	for _, k := range []refresher.Kept{refresher.File(filepath.Join(dir, "none")), refresher.Env("HAS_NO_TOKEN"), refresher.Systemd("none")} {
		if got, err := k.Read(); got != "" || err == nil || !strings.Contains(err.Error(), k.String()) {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
}
