package process

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"curfew/internal/api"
	"curfew/tests/internal/world"
)

// halfClosed is how often each order is given.
const halfClosed = 10

// TestHalfClosed closes the sending side of a connection after each request: the answer still comes.
func TestHalfClosed(t *testing.T) {
	d := world.NewDaemon(t)
	past := time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)
	d.Start(`sessions: {bare: {}}
jobs:
  - {name: a, actor: shell, schedule: "* * * * *", catch_up: {window: 24h}, with: {command: "true"}}
`)
	backfill := fmt.Sprintf(`{"from":%q,"to":%q}`, past, time.Now().UTC().Format(time.RFC3339))
	for _, order := range []struct {
		path, body string
		status     int
	}{
		{"/v1/jobs/a/run", "", 202},
		{"/v1/jobs/a/pause", "", 202},
		{"/v1/jobs/a/resume", "", 202},
		{"/v1/jobs/a/cancel", "", 202},
		{"/v1/jobs/a/backfill", backfill, 202},
		{"/v1/sessions/bare/expire", `{"reason":"tried"}`, 200},
		{"/v1/sessions/bare/login", `{}`, 200},
		{"/v1/sessions/bare/logout", "", 200},
		{"/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"job_run","arguments":{"name":"a"}}}`, 200},
	} {
		for n := range halfClosed {
			status, body := halfClose(d, "POST", order.path, order.body)
			if status != order.status || body == "" {
				t.Fatalf("POST %s, the %d. time: %d %q; want %d and a body", order.path, n+1, status, body, order.status)
			}
		}
	}
	if status, body := halfClose(d, "GET", "/v1/explain/a", ""); status != 200 {
		t.Errorf("GET /v1/explain/a: %d %s", status, body)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// halfClose sends a request over a connection whose sending side it closes at once, and returns the answer.
func halfClose(d *world.Daemon, method, path, body string) (status int, answer string) {
	d.T.Helper()
	raw, err := os.ReadFile(filepath.Join(d.Data, "daemon.json"))
	if err != nil {
		d.T.Fatal(err)
	}
	var at api.Daemon
	if err := json.Unmarshal(raw, &at); err != nil {
		d.T.Fatal(err)
	}
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: at.Socket, Net: "unix"})
	if err != nil {
		d.T.Fatal(err)
	}
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: curfew\r\nContent-Type: application/json\r\n"+
		"Accept: application/json, text/event-stream\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
	if err != nil {
		d.T.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		d.T.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		d.T.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.T.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
