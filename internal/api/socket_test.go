package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/api"
	"curfew/internal/contract"
)

// serve runs a daemon's interface on a data folder until the returned stop is called.
func serve(t *testing.T, data string, b contract.Backend) (stop func()) {
	t.Helper()
	l, _, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- api.Serve(ctx, api.Options{Socket: l, Backend: b, Log: zap.NewNop()}) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
}

func TestSocket(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	stop := serve(t, data, &fake{})
	for name, mode := range map[string]os.FileMode{"curfew.sock": os.ModeSocket | 0o600, "daemon.json": 0o600, ".": os.ModeDir | 0o700} {
		if info, err := os.Lstat(filepath.Join(data, name)); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v %v, want %v", name, info, err, mode)
		}
	}
	raw, err := os.ReadFile(filepath.Join(data, "daemon.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	if tcp, there := d["tcp"]; len(d) != 3 || int(d["pid"].(float64)) != os.Getpid() || d["socket"] != filepath.Join(data, "curfew.sock") || tcp != nil || !there {
		t.Errorf("daemon.json is %s", raw)
	}
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	stop()
	for _, name := range []string{"curfew.sock", "daemon.json"} {
		if _, err := os.Lstat(filepath.Join(data, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	var none *api.NoDaemon
	if err := c.Healthy(t.Context()); !errors.As(err, &none) {
		t.Errorf("a stopped daemon gives %v", err)
	}
	if _, err := api.Dial(data); !errors.As(err, &none) {
		t.Errorf("a stopped daemon gives %v", err)
	}
}

// The data folder of a node of a fleet has no journal: it is not taken for one that nobody has used.
func TestStoppedNode(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "realm"), []byte("prod\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := api.Dial(data)
	want := "otherwise start it: `curfew --data " + data + " start --config FILE --fleet SERVERS --realm NAME`"
	if err == nil || !strings.HasPrefix(err.Error(), "the daemon of "+data+" is not running") || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("it is said: %v", err)
	}
}

func TestStaleSocketIsReplacedAndAFileIsNot(t *testing.T) {
	data := t.TempDir()
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(data, "curfew.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	if err := stale.Close(); err != nil {
		t.Fatal(err)
	}
	serve(t, data, &fake{})()
	if err := os.WriteFile(filepath.Join(data, "curfew.sock"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, _, err := api.Listen(data, nil); err == nil {
		t.Error("a file in the way was replaced", l.Close())
	}
}

func TestLongPath(t *testing.T) {
	run := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", run)
	data := filepath.Join(t.TempDir(), strings.Repeat("long", 25))
	stop := serve(t, data, &fake{})
	defer stop()
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	dirs, err := os.ReadDir(run)
	if err != nil || len(dirs) != 1 {
		t.Fatalf("the run-time folder has %v, %v", dirs, err)
	}
	if info, err := dirs[0].Info(); err != nil || info.Mode() != os.ModeDir|0o700 {
		t.Errorf("the socket's folder is %v, %v", info, err)
	}
}

func TestLongPathRefusesSomebodyElsesFolder(t *testing.T) {
	run := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", run)
	data := filepath.Join(t.TempDir(), strings.Repeat("long", 25))
	l, path, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if l, _, err := api.Listen(data, nil); err == nil {
		t.Error("a folder that everybody may enter was used", l.Close())
	}
}

func TestClient(t *testing.T) {
	data := t.TempDir()
	var f fake
	stop := serve(t, data, &f)
	defer stop()
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx := t.Context()
	job, err := c.Job(ctx, "brief")
	if err != nil || job.Body.State != contract.JobPaused || !strings.HasPrefix(string(job.Raw), `{"name":"brief"`) {
		t.Errorf("job: %+v %s %v", job.Body, job.Raw, err)
	}
	if _, err := c.Runs(ctx, contract.RunQuery{Page: contract.Page{Limit: 7, After: "a/b"}, Job: "j&k", Status: "held"}); err != nil || f.asked != `runs 7 "a/b" "j&k" "held"` {
		t.Errorf("runs: %v, asked %s", err, f.asked)
	}
	change, err := c.Login(ctx, "default", contract.Login{Token: "t-1"})
	if err != nil || !change.Body.Applied || f.asked != "login default t-1 false" {
		t.Errorf("login: %+v %v, asked %s", change.Body, err, f.asked)
	}
	var p *api.Problem
	if _, err := c.Job(ctx, "../sessions"); !errors.As(err, &p) || p.Status != 404 || f.asked != "job ../sessions" {
		t.Errorf("a name with a slash: %v, asked %s", err, f.asked)
	}
	if _, err := c.Login(ctx, "default", contract.Login{Token: "old"}); !errors.As(err, &p) || p.Status != 409 || strings.Contains(err.Error(), "old") {
		t.Errorf("a refused login: %v", err)
	}
}
