package refresher_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/actors/env/procs"
	"curfew/actors/system/refresher"
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
		{"JSON of its own", `echo '{"token":"secret"}'`, "", "it is JSON"},
		{"a page", "echo '<html>secret</html>'", "", "it is HTML"},
		{"quotes", `echo '"secret"'`, "", "jq needs -r"},
		{"nothing, in a word", "echo null", "", "the word null"},
		{"a variable", "echo '${secret}'", "", "not filled in"},
		{"a header", "echo Bearer secret", "", "begins with Bearer"},
		{"another line", "echo secret; echo update available", "", "second line"},
		{"JSON of the flow", `echo '{"access_token":"fresh","expires_in":"60.5"}'`, "fresh", ""},
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
	for _, k := range []refresher.Kept{file(filepath.Join(dir, "api")), refresher.Env("HAS_TOKEN"), refresher.Systemd("api")} {
		if got, err := k.Read(); got != "sesame" || err != nil {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
	for _, k := range []refresher.Kept{file(filepath.Join(dir, "none")), refresher.Env("HAS_NO_TOKEN"), refresher.Systemd("none")} {
		if got, err := k.Read(); got != "" || err == nil || !strings.Contains(err.Error(), k.String()) {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
}

func file(path string) refresher.Kept { return refresher.File{Path: path, Key: "token_file"} }
