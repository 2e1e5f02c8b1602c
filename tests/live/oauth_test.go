package live

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestOAuthRefresh takes a session through the life of its refresh tokens. The first is spent, and a notification says
// what to do; a new one in the file opens the session without a restart; a rotated one is kept, and removed by a
// logout.
func TestOAuthRefresh(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	backend.Accept("access-token")
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if r.FormValue("refresh_token") != "refresh-new" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
			return
		}
		fmt.Fprint(w, `{"access_token":"access-token","expires_in":3600.5,"refresh_token":"refresh-rotated"}`)
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "refresh")
	put(t, file, "refresh-old")
	s := newSiteAsIs(t, fmt.Sprintf(`
sessions: {default: {backend: %q, refresh: {oauth2: {token_url: %q, client_id: curfew, refresh_token_file: %q}}}}
jobs:
  - {name: brief, actor: agent, schedule: "0 0 1 1 *", with: {prompt: brief}}
`, backend.URL, server.URL, file))
	s.told(messages.NoticeRefreshFailed, 1)
	v := s.session()
	if v.RefreshError == nil ||
		!strings.Contains(*v.RefreshError, "its refresh token is spent: put a new one into "+file) {
		t.Errorf("the session says %v", v.RefreshError)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the spent token was sent %d times", n)
	}
	s.runNow("brief")
	put(t, file, "refresh-new")
	world.Eventually(t, "the run", func() bool { return s.runs("brief", messages.StatusSucceeded) == 1 })
	if v := s.session(); v.State != "open" || v.RefreshError != nil {
		t.Errorf("the session is %+v", v)
	}
	kept := filepath.Join(s.data, "oauth2", "default")
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("the rotated token is not kept: %v", err)
	}
	if _, err := s.api.Logout(t.Context(), messages.DefaultSession); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); !os.IsNotExist(err) {
		t.Errorf("the rotated token is still kept: %v", err)
	}
	journal := string(s.stop())
	for _, secret := range []string{"refresh-old", "refresh-new", "refresh-rotated", "access-token"} {
		if strings.Contains(journal, secret) {
			t.Errorf("%s is in the journal", secret)
		}
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("the authorization server was asked %d times", n)
	}
}

// TestKeptRefreshTokenIsHidden: a refresh token that is kept from before the start is redacted, also if it has not been
// used since.
func TestKeptRefreshTokenIsHidden(t *testing.T) {
	t.Parallel()
	s, kinds, conf := parsed(t, `
jobs:
  - {name: prints, actor: shell, schedule: "0 0 1 1 *", with: {command: "echo it is refresh-sesame"}}
`)
	kept := filepath.Join(s.data, "oauth2", "default")
	if err := os.Mkdir(filepath.Dir(kept), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, kept, `{"version":1,"from":"f","refresh_token":"refresh-sesame"}`)
	s.start(kinds, conf, nil)
	s.runNow("prints")
	world.Eventually(t, "the run", func() bool { return s.runs("prints", messages.StatusSucceeded) == 1 })
	if journal := string(s.stop()); !strings.Contains(journal, "it is [redacted]") {
		t.Error("what the job has printed shows the kept refresh token")
	}
}
