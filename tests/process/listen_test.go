package process

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/tests/internal/world"
)

const listenFile = `
jobs:
  - {name: one, actor: shell, schedule: "@yearly", with: {command: "true"}}
`

// TestPortTaken: a daemon whose address was named does not start when another program has it. With the default address
// it goes on without TCP, and says so.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	d := world.NewDaemon(t)
	d.Listen = held.Addr().String()
	d.Launch(listenFile)
	if err := d.Wait(); err == nil {
		t.Error("a daemon started although its address was taken")
	}
	if want := "--listen " + d.Listen + ": another program listens there; choose another port, or --listen off"; !strings.Contains(d.Log.String(), want) {
		t.Errorf("the log does not say %q:\n%s", want, d.Log.String())
	}
	if usual, err := net.Listen("tcp", api.DefaultListen); err == nil { // otherwise somebody else has it, which is as good
		defer usual.Close()
	}
	d.Listen = world.Unsaid
	d.Start(listenFile)
	raw, err := os.ReadFile(filepath.Join(d.Data, "daemon.json"))
	var at api.Daemon
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	if err != nil || at.TCP != nil || !strings.Contains(d.Log.String(), "the API is only on the socket") {
		t.Errorf("daemon.json is %s, %v; the log:\n%s", raw, err, d.Log.String())
	}
}

// TestBeyondThisMachine: without TLS nobody else is let near the token.
func TestBeyondThisMachine(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	d.Listen = ":0"
	d.Launch(listenFile)
	if err := d.Wait(); err == nil || !strings.Contains(d.Log.String(), "is reachable from other machines") {
		t.Errorf("%v:\n%s", err, d.Log.String())
	}
}
