package process

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// desk is a server of OAuth 2 that hands out a new refresh token with each token, and takes none twice.
type desk struct {
	backend *world.Backend

	mu      sync.Mutex
	granted int // tokens
	refused int
}

func (d *desk) serve(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.PostFormValue("refresh_token") != fmt.Sprintf("refresh-sesame-%d", d.granted) {
		d.refused++
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	d.granted++
	token := fmt.Sprintf("access-sesame-%d", d.granted)
	d.backend.Accept(token)
	fmt.Fprintf(w, `{"access_token":%q,"refresh_token":"refresh-sesame-%d","token_type":"bearer"}`, token, d.granted)
}

// TestFleetRenews: a session renews itself at whichever node decides. A refresh token that the server has handed out to
// one node is there when another one decides, is sent once, and is never on the servers in the clear.
func TestFleetRenews(t *testing.T) {
	t.Parallel()
	d := &desk{backend: world.NewBackend(t)}
	server := httptest.NewServer(http.HandlerFunc(d.serve))
	t.Cleanup(server.Close)
	first := filepath.Join(t.TempDir(), "refresh")
	if err := os.WriteFile(first, []byte("refresh-sesame-0"), 0o600); err != nil {
		t.Fatal(err)
	}
	url := natstest.Server(t)
	nc := natstest.Connect(t, url)
	e := listen(t, nc)
	f := newFleet(t, url, 1, 6, time.Second, fmt.Sprintf(`
sessions: {default: {backend: %q, refresh: {oauth2: {token_url: %q, client_id: curfew, refresh_token_file: %q}}}}
jobs:
  - {name: brief, actor: agent, schedule: every 1s, with: {prompt: brief}}
`, d.backend.URL, server.URL, first), "a", "b")
	open := func(generation uint64) {
		t.Helper()
		for _, name := range []string{"a", "b"} {
			f.until(fmt.Sprintf("generation %d at %s, with its refresh token", generation, name), func() bool {
				if f.nodes[name].Client == nil {
					return false
				}
				s, err := f.nodes[name].Client.Session(t.Context(), messages.DefaultSession)
				kept, _ := os.ReadFile(filepath.Join(f.nodes[name].Data, "oauth2", messages.DefaultSession))
				return err == nil && s.Body.State == messages.StateOpen && s.Body.Generation == generation &&
					strings.Contains(string(kept), fmt.Sprintf("refresh-sesame-%d", generation))
			})
		}
	}
	open(1)
	for generation := uint64(2); generation <= 3; generation++ {
		decides := f.decides("a")
		other := map[string]string{"a": "b", "b": "a"}[decides]
		f.end(decides, syscall.SIGKILL)
		f.decides(other, decides)
		if _, err := f.nodes[other].Client.Expire(t.Context(), messages.DefaultSession, contract.Expire{Source: "test", Reason: "401"}); err != nil {
			t.Fatal(err)
		}
		f.back(decides)
		open(generation)
	}
	for _, name := range []string{"a", "b"} {
		f.tend()
		f.end(name, syscall.SIGTERM)
	}
	f.check()
	var secrets []string
	for i := range d.granted + 1 {
		secrets = append(secrets, fmt.Sprintf("refresh-sesame-%d", i), fmt.Sprintf("access-sesame-%d", i))
	}
	t.Logf("%d tokens, %d refused; messages on the servers without one: %d", d.granted, d.refused, e.secret(t, nc, secrets...))
	if d.granted != 3 || d.refused != 0 {
		t.Errorf("%d tokens were granted, and %d requests refused; want 3, none", d.granted, d.refused)
	}
}
