package live

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/gate"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

// notices counts the notifications so far.
func notices(t *testing.T, journal []byte) map[messages.Notice]int {
	t.Helper()
	n := map[messages.Notice]int{}
	for _, r := range world.CheckJournal(t, journal) {
		if b, ok := r.Body.(messages.NotificationRequested); ok {
			n[b.Notice]++
		}
	}
	return n
}

// put replaces a file as a whole, as a mounted secret is replaced.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// TestRefreshCommand: a command that mints a token signs a session in and renews it while its jobs run, without a
// notification. When it fails there is one notification, and a person opens the gate.
func TestRefreshCommand(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	backend.Accept("token-1")
	mint := filepath.Join(t.TempDir(), "mint")
	put(t, mint, "token-1")
	s := newSiteAsIs(t, fmt.Sprintf(`
sessions: {default: {backend: %q, refresh: {command: "echo minting >&2; cat %s"}}}
jobs:
  - {name: brief, actor: agent, schedule: "every 1s", with: {prompt: brief}}
`, backend.URL, mint))
	s.beats("brief", 1)
	put(t, mint, "token-2")
	backend.Accept("token-2")
	world.Eventually(t, "the second generation", func() bool { v := s.session(); return v.State == "open" && v.Generation == 2 })
	s.beats("brief", 1)

	if err := os.Remove(mint); err != nil {
		t.Fatal(err)
	}
	backend.Accept("token-3")
	s.told(messages.NoticeRefreshFailed, 1)
	s.signIn("token-3")
	s.beats("brief", 1)
	s.rest("brief")
	journal := s.stop()
	told := notices(t, journal)
	if told[messages.NoticeRefreshFailed] != 1 || told[messages.NoticeSessionSummary] > 1 ||
		told[messages.NoticeSessionClosed] != 0 {
		t.Errorf("the notifications were %v; want one failed refresh, and its summary", told)
	}
	if refused := backend.Count(world.Refused); refused > 2 {
		t.Errorf("%d calls were refused; want one each time a token expires", refused)
	}
	for _, token := range []string{"token-1", "token-2", "token-3"} {
		if strings.Contains(string(journal), token) {
			t.Errorf("%s is in the journal", token)
		}
	}
}

// TestTokenFile: the token in a file of another program is used at the start and whenever it changes.
func TestTokenFile(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	backend.Accept("token-1")
	file := filepath.Join(t.TempDir(), "token")
	put(t, file, "token-1\n")
	s := newSiteAsIs(t, fmt.Sprintf(`
sessions: {default: {backend: %q, token_file: %q}}
jobs:
  - {name: brief, actor: agent, schedule: "every 1s", with: {prompt: brief}}
`, backend.URL, file))
	s.beats("brief", 1)
	backend.Accept("token-2")
	world.Eventually(t, "the gate to close", func() bool { return s.session().State == "closed" })
	put(t, file, "token-2\n")
	s.beats("brief", 1)
	s.rest("brief")
	s.stop()
	if refused := backend.Count(world.Refused); refused != 1 {
		t.Errorf("%d calls were refused; want one", refused)
	}
}

// TestCheckedSignIn: a session with a probe refuses a token that the backend refuses, and nothing changes.
func TestCheckedSignIn(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	backend.Accept("token-2")
	s := newSite(t, nil, fmt.Sprintf(`
sessions:
  default: {backend: %q, probe: /models}
  bare: {backend: %q}
  keyless: {}
jobs:
  - {name: brief, actor: agent, schedule: "0 0 1 1 *", with: {prompt: brief}}
`, backend.URL, backend.URL), "token-1")
	was := s.session().Generation
	for _, c := range []struct {
		session, token, want string
		check                bool
		kind                 contract.Kind
	}{
		{"default", "token-bad", "refuses this token", true, contract.KindRefused},
		{"bare", "token-2", "no probe", true, contract.KindMalformed},
		{"bare", "", "token is missing or empty", false, contract.KindMalformed},
		{"keyless", "token-2", "session keyless has no backend and keeps no token", false, contract.KindRefused},
		{"none", "token-2", `there is no session "none"`, false, contract.KindNotFound},
	} {
		_, err := s.api.Login(t.Context(), c.session, contract.Login{Token: contract.Secret(c.token), Check: c.check})
		var p *contract.Error
		if !errors.As(err, &p) || p.Kind != c.kind || !strings.Contains(p.Text, c.want) ||
			c.token != "" && strings.Contains(p.Text, c.token) {
			t.Errorf("%s: %v; want a refusal of kind %d that says %q", c.session, err, c.kind, c.want)
		}
	}
	if now := s.session().Generation; now != was {
		t.Errorf("generation %d after a refused token, %d before", now, was)
	}
	if _, err := s.api.Login(t.Context(), "default", contract.Login{Token: "token-2", Check: true}); err != nil {
		t.Errorf("a good token: %v", err)
	}
	s.stop()
}

// TestExpiryForeseen: a token with an expiry closes the gate right before it expires, without a refused call. A machine
// that is too slow for a short life of the token gets a longer one.
func TestExpiryForeseen(t *testing.T) {
	t.Parallel()
	for life := 6 * time.Second; !foreseen(t, life); life *= 2 {
		if life > patience.Limit {
			t.Fatalf("no run succeeds in the %s before the token expires", life)
		}
		t.Logf("no run succeeded in the %s before the token expired", life)
	}
}

// foreseen lets a token expire after that time. It reports whether a run succeeded before.
func foreseen(t *testing.T, life time.Duration) bool {
	t.Helper()
	backend := world.NewBackend(t)
	dying := world.JWT("ada", time.Now().Add(life))
	backend.Accept(dying)
	s := newSiteAsIs(t, fmt.Sprintf(`
sessions: {default: {backend: %q}}
jobs:
  - {name: brief, actor: agent, schedule: "every 1s", with: {prompt: brief}}
`, backend.URL))
	defer s.stop()
	if _, err := s.api.Login(t.Context(), messages.DefaultSession, contract.Login{Token: contract.Secret(dying)}); err != nil {
		if !strings.Contains(err.Error(), strings.TrimPrefix(gate.ErrLapsed.Error(), "gate: ")) {
			t.Fatal(err)
		}
		return false
	}
	world.Eventually(t, "a run, or the gate to close", func() bool {
		return s.runs("brief", messages.StatusSucceeded) > 0 || s.session().State == "closed"
	})
	if s.runs("brief", messages.StatusSucceeded) == 0 {
		return false
	}
	world.Eventually(t, "the gate to close", func() bool { return s.session().State == "closed" })
	world.Eventually(t, "the last call to come back", func() bool { return s.runs("brief", messages.StatusRunning) == 0 })
	backend.Accept("token-2")
	if v := s.session(); v.Source == nil || *v.Source != "forecast" {
		t.Errorf("the gate was closed by %v; want the forecast", v.Source)
	}
	s.signIn("token-2")
	s.beats("brief", 1)
	s.rest("brief")
	if refused := backend.Count(world.Refused); refused != 0 {
		t.Errorf("%d calls were wasted", refused)
	}
	return true
}

// TestQuotaAndCircuit: a backend whose quota is exhausted is called again at the time that it names, and not every job
// calls a backend that does not answer.
func TestQuotaAndCircuit(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	backend.Accept("token-1")
	file := `
sessions: {default: {backend: %q}, dead: {backend: "http://127.0.0.1:1/v1"}}
jobs:
  - {name: brief, actor: agent, schedule: "0 0 1 1 *", with: {prompt: brief}}
`
	var jobs strings.Builder
	for i := range 8 {
		fmt.Fprintf(&jobs, "  - {name: dead-%d, actor: agent, session: dead, schedule: \"0 0 1 1 *\", with: {prompt: x}, retry: {attempts: 2, initial: 100ms, jitter: 0}}\n", i)
	}
	s := newSite(t, nil, fmt.Sprintf(file, backend.URL)+jobs.String(), "token-1")
	backend.Exhaust(http.StatusPaymentRequired)
	id := s.runNow("brief")
	world.Eventually(t, "the gate to close", func() bool { return s.session().State == "closed" })
	if v := s.session(); v.Reason == nil || *v.Reason != messages.ReasonQuota || v.Until.IsZero() {
		t.Errorf("the session is %+v; want a quota and until when", v)
	}
	if r := s.run(id); r.Status != messages.StatusHeld {
		t.Errorf("the run is %s; want held", r.Status)
	}

	if _, err := s.api.Login(t.Context(), "dead", contract.Login{Token: "token-1"}); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		s.runNow(fmt.Sprintf("dead-%d", i))
	}
	world.Eventually(t, "the circuit to open", func() bool {
		v, err := s.api.Session(t.Context(), "dead")
		return err == nil && v.Circuit == "open" && v.State == "open"
	})
	held := 0
	for i := range 8 {
		if s.jobs()[fmt.Sprintf("dead-%d", i)].State == contract.JobHeld {
			held++
		}
	}
	if held == 0 {
		t.Error("no job was spared")
	}
	s.stop()
}
