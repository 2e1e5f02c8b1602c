package gate

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/env/secrets"
	"curfew/actors/env/tokens"
	"curfew/bus/bustest"
	"curfew/messages"
)

func TestLoginInstallsTheTokenOfItsGeneration(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.enter(0, "")
		s.login("first", false, nil)
		s.enter(1, "first")
		s.login("second", false, nil) // while probing
		s.enter(1, "")
		s.enter(2, "second")
		s.restart()
		s.enter(2, "second")
		if info, err := os.Stat(s.path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file of the tokens: %v, %v", info.Mode(), err)
		}
	})
}

func TestRefusedTokens(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		past, future := jwt(time.Now().Add(-time.Second)), jwt(time.Now().Add(time.Hour))
		s.login("", false, tokens.ErrMalformed)
		s.login("a\nb", false, tokens.ErrMalformed)
		s.login(past, false, ErrLapsed)
		if s.store.Has("default") {
			t.Error("a refused token was kept")
		}
		s.login(past, true, nil)
		s.login(past, false, ErrLapsed) // while probing it has not expired: what is wrong with it is its own account
		s.login(future, false, nil)
		s.gate.confirmed("default", 2, "r")
		synctest.Wait()
		s.login(future, false, nil) // open: the token in use is accepted again
		s.expire(3)
		s.login(future, false, ErrSameToken)
		s.login(future, true, nil)
		var forecasts []messages.Instant
		for _, f := range bustest.Of[messages.SessionRestored](s.log) {
			forecasts = append(forecasts, f.ExpiresAt)
		}
		exp := messages.At(time.Now().Add(time.Hour).Truncate(time.Second))
		if want := []messages.Instant{0, exp, exp, 0}; fmt.Sprint(forecasts) != fmt.Sprint(want) {
			t.Errorf("forecasts %v, want %v", forecasts, want)
		}
		if _, err := s.gate.Login(t.Context(), "nobody", SignIn{Token: "x", By: "somebody"}); !errors.Is(err, ErrUnknownSession) {
			t.Errorf("login to an unknown session: %v", err)
		}
	})
}

// jwt is an unsigned token that lapses then.
func jwt(exp time.Time) string {
	payload := fmt.Sprintf(`{"sub":"me","exp":%d}`, exp.Unix())
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".sig"
}

// TestCrashWhilePending: the token is on the disk; the message is not, or is, in the log.
func TestCrashWhilePending(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		for _, logged := range []bool{false, true} {
			s.stop()
			token := fmt.Sprint("new-", logged)
			if err := s.store.add("message-"+fmt.Sprint(logged), pending{session: "default", token: NewToken(token), origin: origin(backend), by: "me", after: s.log.Last()}); err != nil {
				t.Fatal(err)
			}
			if logged {
				s.log.Publish("message-true", messages.SessionRestored{Session: "default", By: "me"})
			}
			s.start()
			s.enter(s.state["default"].Generation, token)
			if _, waiting := s.store.all(); len(waiting) != 0 {
				t.Errorf("logged %v: %d tokens are still pending", logged, len(waiting))
			}
		}
		if n := s.state["default"].Generation; n != 3 {
			t.Errorf("generation %d, want 3: one for each sign-in", n)
		}
	})
}

func TestRefusedOnEntry(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.log.Refuse = func(messages.Fact) error { return errors.New("no") }
		if _, err := s.gate.Login(t.Context(), "default", SignIn{Token: "first", By: "me"}); err == nil || s.store.Has("default") {
			t.Errorf("a sign-in that the log refuses: %v, token kept: %v", err, s.store.Has("default"))
		}
	})
}

// TestStoreWithoutItsJournal: the file of the tokens was kept, and the journal was not.
func TestStoreWithoutItsJournal(t *testing.T) {
	for name, blank := range map[string]bool{"the runtime knows its sessions": false, "the runtime begins anew": true} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s *stage) {
				s.login("first", false, nil)
				s.stop()
				s.log, s.blank = &bustest.Log{Step: s.step}, blank
				s.state["default"].Generation, s.state["default"].State = 0, messages.StateClosed
				if blank {
					s.log.Append(
						messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default", Backend: backend}, {Name: "plain"}}},
						messages.GateClosed{Session: "default", Reason: messages.ReasonSignedOut, Source: messages.SourceConfig},
						messages.GateOpened{Session: "plain", Generation: 1})
				}
				s.start()
				if got := bustest.Of[messages.SessionRestored](s.log); len(got) != 1 || got[0].By != ByStoredToken {
					t.Errorf("restored: %+v", got)
				}
				s.enter(1, "first")
			})
		})
	}
}

// TestAnotherBackend: a token is not shown to a backend that it was not given for.
func TestAnotherBackend(t *testing.T) {
	for _, c := range []struct {
		name, backend, let string
	}{
		{"another path", "https://api.example.com/v2", "first"},
		{"another host", "https://api.example.net/v1", ""},
		{"another port", "https://api.example.com:8443/v1", ""},
		{"another scheme", "http://api.example.com/v1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, func(t *testing.T, s *stage) {
				s.login("first", false, nil)
				s.log.Append(messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default", Backend: c.backend}}})
				synctest.Wait()
				s.enter(1, c.let)
				s.state["default"].Backend = c.backend
				s.restart()
				s.enter(1, c.let)
			})
		})
	}
}

// TestRestoredByAnotherProgram: the token that is there becomes the new generation's.
func TestRestoredByAnotherProgram(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		s.expire(1)
		s.log.Publish("theirs", messages.SessionRestored{Session: "default", By: "them"})
		synctest.Wait()
		s.enter(2, "first")
		s.stop() // and once more while the gate is not there
		s.log.Publish("theirs again", messages.SessionRestored{Session: "default", By: "them"})
		s.start()
		s.enter(3, "first")
		s.login("first", false, nil) // on trial, and not expired: the token in use is accepted again
	})
}

func TestDoor(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		s.gate.Door().Close("default", 1) // earlier than the log
		s.enter(1, "")
		s.gate.confirmed("default", 1, "r") // what the log says late about that generation opens nothing
		synctest.Wait()
		s.enter(1, "")
		began := time.Now()
		s.enter(2, "") // decided, as it seems, but the log never says so
		if waited := time.Since(began); waited != DoorWait {
			t.Errorf("waited %s at the door, want %s", waited, DoorWait)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.gate.Door().Enter(ctx, "default", 2, "r"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an attempt that ended at the door: %v", err)
		}
		go func() {
			time.Sleep(time.Second)
			s.log.Publish("late", messages.SessionRestored{Session: "default"})
		}()
		s.enter(2, "first") // comes while it waits
		if _, err := s.gate.Door().Enter(t.Context(), "nobody", 1, "r"); !errors.Is(err, ErrClosed) {
			t.Errorf("an unknown session: %v", err)
		}
	})
}

func TestQuotaLetsTheSameGenerationInAgain(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		s.log.Append(messages.GateClosed{Session: "default", Generation: 1, Reason: messages.ReasonQuota, Until: 1})
		synctest.Wait()
		go func() {
			time.Sleep(time.Second)
			s.log.Append(messages.GateProbing{Session: "default", Generation: 1})
		}()
		s.enter(1, "first")
	})
}

// A restart while the gate is closed for a quota: the log may have an attempt begin before the gate has read that
// the same generation probes.
func TestQuotaAcrossARestart(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		s.stop()
		s.state["default"].State, s.state["default"].Until = messages.StateClosed, 1
		s.start()
		go func() {
			time.Sleep(time.Second)
			s.log.Append(messages.GateProbing{Session: "default", Generation: 1})
		}()
		s.enter(1, "first")
	})
}

func TestLogout(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		if r, err := s.gate.Logout(t.Context(), "default", "me"); err != nil || !r.Applied {
			t.Errorf("logout: %+v, %v", r, err)
		}
		synctest.Wait()
		s.enter(1, "")
		if s.store.Has("default") {
			t.Error("the token is kept until the next start")
		}
		s.restart()
		if s.store.Has("default") || s.state["default"].Generation != 1 {
			t.Error("the token was not forgotten")
		}
		if got := bustest.Of[messages.SessionExpired](s.log); len(got) != 1 || got[0].Reason != messages.ReasonSignedOut || got[0].Generation != 0 {
			t.Errorf("expired: %+v", got)
		}
		s.login("first", false, nil) // signing out is not an expiry
	})
}

func TestSessionWithoutBackend(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		in, err := s.gate.Door().Enter(t.Context(), "plain", 1, "r")
		if err != nil || in.Backend() != "" || in.Name() != "plain" {
			t.Fatalf("let in: %v, %v", in, err)
		}
		if _, err := in.Client().Get("https://example.com"); !errors.Is(err, errNoBackend) {
			t.Errorf("a request: %v", err)
		}
		if r, err := s.gate.Login(t.Context(), "plain", SignIn{By: "me"}); err != nil || !r.Applied || s.store.Has("plain") {
			t.Errorf("login: %+v, %v", r, err)
		}
		synctest.Wait()
		if _, err := s.gate.Door().Enter(t.Context(), "plain", 2, "r"); err != nil {
			t.Error(err)
		}
	})
}

// TestEnterBare pins that an attempt with a key of its own is let in by the state of the gate alone, without the token,
// and that whatever it does confirms nothing.
func TestEnterBare(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		door := s.gate.Door()
		s.login("first", false, nil)
		in, err := door.EnterBare(t.Context(), "default", 1)
		if err != nil || in.Name() != "default" || in.Backend() == "" {
			t.Fatalf("let in: %v, %v", in, err)
		}
		if _, err := in.Client().Get(in.Backend()); !errors.Is(err, errOwnKey) {
			t.Errorf("a request: %v", err)
		}
		if n := len(s.calls); n != 0 {
			t.Errorf("%d clients with the token were made", n)
		}
		door.change("default", func(p *place) { p.credential = credential{} }) // the token is lost
		if _, err := door.Enter(t.Context(), "default", 1, "r"); !errors.Is(err, ErrClosed) {
			t.Errorf("without a token: %v", err)
		}
		if _, err := door.EnterBare(t.Context(), "default", 1); err != nil {
			t.Errorf("bare, without a token: %v", err)
		}
		door.Close("default", 1)
		if _, err := door.EnterBare(t.Context(), "default", 1); !errors.Is(err, ErrClosed) {
			t.Errorf("bare, at a closed door: %v", err)
		}
	})
}

func TestConfirmedByTheFirstTwoRuns(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		for _, run := range []messages.RunID{"a", "a", "b", "c"} {
			if _, err := s.gate.Door().Enter(t.Context(), "default", 1, run); err != nil {
				t.Fatal(err)
			}
			s.calls[len(s.calls)-1]()
		}
		got := bustest.Of[messages.SessionConfirmed](s.log)
		want := []messages.SessionConfirmed{{Session: "default", Generation: 1, Run: "a"}, {Session: "default", Generation: 1, Run: "b"}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("confirmed %v, want %v", got, want)
		}
	})
}

func TestPendingIsBounded(t *testing.T) {
	known := &secrets.Set{}
	s, err := OpenStore(t.TempDir()+"/tokens.json", known)
	if err != nil {
		t.Fatal(err)
	}
	for i := range MaxPending + 1 {
		err = s.add(fmt.Sprint(i), pending{session: "default", token: NewToken(fmt.Sprint("token-", i))})
	}
	if got := known.Redact("token-3 token-15"); got != "[redacted] [redacted]" {
		t.Errorf("tokens that wait are no known secrets: %s", got)
	}
	if !errors.Is(err, ErrTooMany) || len(s.waiting("default")) != MaxPending {
		t.Errorf("%d pending, %v", len(s.waiting("default")), err)
	}
}

func TestTokensDoNotShow(t *testing.T) {
	const secret = "s3cr3t"
	token := NewToken(secret)
	in := place{credential: credential{token: token}}
	raw, err := json.Marshal(map[string]any{"token": token})
	if err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zap.DebugLevel)
	zap.New(core).Info("x", zap.Any("place", in), zap.Any("token", token), zap.Stringer("also", token))
	shown := string(raw) + fmt.Sprint(token, in, &in, logs.All()) + fmt.Sprintf("%v %+v %#v %s %q %x %d", token, in, in, token, token, token, token)
	for _, e := range logs.All() {
		shown += fmt.Sprint(e.ContextMap())
	}
	if strings.Contains(shown, secret) || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
		t.Errorf("the token shows: %s", shown)
	}
}

func TestStoreThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"no JSON", `{"sessions": {"default": {"token": "s3cr3t"`},
		{"of a later version", `{"version": 2, "sessions": {"default": {"token": "s3cr3t"}}}`},
		{"of another form", `{"version": 1, "sessions": "s3cr3t"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := t.TempDir() + "/tokens.json"
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenStore(path, nil); err == nil || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

// TestSignedOutBeforeACrash: a token that somebody signed out of is not there after a restart, either.
func TestSignedOutBeforeACrash(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("first", false, nil)
		s.stop() // the sign-out is in the log, the store has not heard of it
		s.state["default"].State, s.state["default"].Reason = messages.StateClosed, messages.ReasonSignedOut
		s.start()
		if s.store.Has("default") {
			t.Error("the token of a session that was signed out is still there")
		}
	})
}
