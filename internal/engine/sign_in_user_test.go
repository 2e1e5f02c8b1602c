package engine

import (
	"encoding/json"
	"testing"

	"curfew/actors/env/users"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestSignInNamesTheUser: who is to sign in with a tool is told as which user, that of the job or else the daemon's own.
func TestSignInNamesTheUser(t *testing.T) {
	for with, want := range map[string]string{
		`{"sign_in":"sign in as the user that Curfew runs as"}`:                `sign in as user ` + users.Own(),
		`{"sign_in":"sign in as the user that Curfew runs as","user":"other"}`: `sign in as user other`,
	} {
		s := SessionSeen{
			SessionView: policy.SessionView{SessionConfig: messages.SessionConfig{Name: "work"}},
			jobs:        []*messages.Kept{messages.Keep(messages.Definition{Job: "brief", With: json.RawMessage(with)})},
		}
		if got := s.hint(); got != want {
			t.Errorf("%s: %q, want %q", with, got, want)
		}
	}
}
