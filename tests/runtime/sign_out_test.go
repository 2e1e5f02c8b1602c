package runtime

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// A crash comes after a sign-out was recorded, and before the refresh token was forgotten that the session's server has
// handed out. What the journal says counts: the next start forgets it. What a person has brought stays.
func TestSignOutIsFinishedAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		brought, kept := filepath.Join(s.Data, "brought"), filepath.Join(s.Data, "oauth2", messages.DefaultSession)
		for _, file := range []string{brought, kept} {
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("refresh-sesame"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		file := `
sessions:
  default:
    backend: https://api.example.com/v1
    refresh: {oauth2: {token_url: "http://127.0.0.1:1/token", client_id: curfew, refresh_token_file: ` + brought + `}}
jobs:
  - {name: brief, actor: agent, schedule: "0 1 * * *", with: {}}
`
		s.Start(file)
		s.SignIn(true)
		if _, err := os.Stat(kept); err != nil {
			t.Fatalf("it is gone before: %v", err)
		}
		out := messages.SessionExpired{Session: messages.DefaultSession, Source: "somebody", Reason: messages.ReasonSignedOut}
		if _, err := s.Runtime.Log().Commit(t.Context(), bus.Draft{ID: "sign-out", Fact: out}); err != nil {
			t.Fatal(err)
		}
		s.Crash()
		s.Start(file)
		if _, err := os.Stat(kept); !os.IsNotExist(err) {
			t.Errorf("the refresh token is kept: %v", err)
		}
		if _, err := os.Stat(brought); err != nil {
			t.Errorf("what a person has brought: %v", err)
		}
		s.Stop()
	})
}
