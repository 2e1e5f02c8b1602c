package refresher_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/refresher"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// shelf is a source that has to keep something, and may be spent.
type shelf struct {
	*desk
	full    error // what settling fails with
	brought bool
}

func (s *shelf) Settle() error { s.mu.Lock(); defer s.mu.Unlock(); return s.full }

func (s *shelf) Forget() error { return nil }

func (s *shelf) Brought() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.brought }

// TestUnkeptIsTold: what cannot be kept is told once, at once, although the session has its credential.
func TestUnkeptIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{desk: &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1}, token: "fresh"}, full: errors.New("no space left: put a new one into FILE")}
		s.serve(t, refresher.Session{Source: s})
		s.pass(time.Second)
		if len(s.failed) == 0 || !s.failed[0].Unkept || s.failed[0].Generation != 1 || !strings.Contains(s.failed[0].Error, "put a new one into FILE") {
			t.Fatalf("people were told %+v", s.failed)
		}
		if len(s.logins) != 1 {
			t.Errorf("signed in %q", s.logins)
		}
		s.set(func() { s.state = lapsing(time.Hour) })
		s.pass(10 * time.Minute)
		if len(s.failed) != 1 {
			t.Errorf("people were told %+v", s.failed)
		}
	})
}

// TestSpentWaits: what only a person can mend is told at once, also while the old token works; nothing is asked until
// there is something new, and then at once; for the next generation people are told again.
func TestSpentWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{desk: &desk{state: lapsing(time.Hour), err: fmt.Errorf("oauth2: %w: put a new one into FILE", refresher.ErrSpent)}}
		s.serve(t, refresher.Session{Source: s})
		s.pass(55 * time.Minute)
		if len(s.failed) != 1 || s.failed[0].Unkept || len(s.asked) != 1 {
			t.Fatalf("told %v, asked %v", s.failed, s.asked)
		}
		s.set(func() { s.state = lapsing(time.Hour); s.state.Generation = 2 })
		s.pass(time.Hour)
		if len(s.failed) != 2 || s.failed[1].Generation != 2 || len(s.asked) != 2 {
			t.Errorf("told %v, asked %v", s.failed, s.asked)
		}
		s.set(func() { s.brought, s.err, s.token = true, nil, "fresh" })
		s.pass(6 * time.Second)
		if len(s.logins) != 1 {
			t.Errorf("signed in %q, asked %v", s.logins, s.asked)
		}
	})
}
