package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// TestRemote: commands ask a daemon over TCP, with the token of a file.
func TestRemote(t *testing.T) {
	data := t.TempDir()
	tcp, err := api.ListenTCP(data, api.TCPOptions{Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := api.Listen(data, tcp)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- api.Serve(ctx, api.Options{Socket: l, TCP: tcp, Backend: f, Log: zap.NewNop()}) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	url, owner, reader := "http://"+tcp.Address(), filepath.Join(data, "api.token"), filepath.Join(data, "api.read.token")
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte("not-the-right-token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args   string
		code   int
		stdout string // a part of it
		stderr string
	}{
		{"--url URL --token-file OWNER job show brief -o json", 0, `{"name":"brief"`, ""},
		{"--url URL --token-file READER job show brief -o json", 0, `{"name":"brief"`, ""},
		{"--url URL --token-file OWNER job pause brief -o json", 0, `{"name":"brief"`, ""},
		{"--url URL --token-file READER job pause brief", 1, "", "this token may only read"},
		{"--url URL --token-file WRONG job show brief", 1, "", "this token is not valid"},
		{"--url URL --token-file OWNER job show nobody", 1, "", `there is no job "nobody"`},
		{"--url URL job show brief", 2, "", "--url needs --token-file FILE or CURFEW_TOKEN_FILE"},
		{"--url URL --token-file OWNERx job show brief", 2, "", "no such file"},
		{"--url URL --data DATA --token-file OWNER job show brief", 2, "", "--data and --url both name a daemon"},
		{"--url URL --token-file OWNER journal export", 2, "", "the command works on a data folder and its files, not over --url"},
		{"--url URL/v1 --token-file OWNER job show brief", 2, "", "only its scheme, host and port"},
		{"--url http://192.0.2.1:7717 --token-file OWNER job show brief", 2, "", "would send the token to another machine without TLS"},
		{"--url ftp://localhost --token-file OWNER job show brief", 2, "", "is not a valid URL of a daemon"},
		{"--url http://127.0.0.1:1 --token-file OWNER job show brief", 1, "", "the daemon at http://127.0.0.1:1 cannot be asked: dial tcp"},
	} {
		args := strings.NewReplacer("URL", url, "OWNER", owner, "READER", reader, "WRONG", wrong, "DATA", data).Replace(tt.args)
		code, stdout, stderr := call("", strings.Fields(args)...)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
			t.Errorf("%s: %d %q %q; want %d %q %q", tt.args, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
		}
	}
	t.Setenv("HOME", filepath.Join(data, "nobody's")) // whose data folder nobody has made
	if code, stdout, stderr := call("", "--url", url, "--token-file", reader, "doctor"); code != 1 || !strings.Contains(stdout, "daemon: curfew v0.1.0") ||
		!strings.Contains(stdout, "failure  session default") || strings.Count(stdout, "failure ") != 1 {
		t.Errorf("doctor: %d %q %q", code, stdout, stderr)
	}
	t.Setenv("CURFEW_URL", url)
	t.Setenv("CURFEW_TOKEN_FILE", owner)
	if code, stdout, stderr := call("a-token", "session", "login", "default", "-o", "json"); code != 0 || f.token != "a-token" {
		t.Errorf("by the environment: %d %q %q, the session has %q", code, stdout, stderr, f.token)
	}
	if code, stdout, stderr := call("", "doctor"); code != 1 || strings.Count(stdout, "failure ") != 1 {
		t.Errorf("doctor by the environment: %d %q %q", code, stdout, stderr)
	}
	if code, _, stderr := call("", "--data", filepath.Join(data, "other"), "job", "show", "brief"); code != 1 || !strings.Contains(stderr, "no daemon has ever run") {
		t.Errorf("--data beside the environment: %d %q", code, stderr)
	}
}
