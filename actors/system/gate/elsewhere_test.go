package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus/bustest"
	"curfew/messages"
)

// others are the tokens that other nodes have, by generation.
type others struct {
	mu     sync.Mutex
	tokens map[uint64]string
	asked  int

	renewed uint64 // the generation that their source brought last
	kept    string // what this node keeps to renew the session
}

func (o *others) Get(string) []byte { return []byte(o.kept) }

func (o *others) Set(_ string, kept []byte) error {
	o.kept = string(kept)
	return nil
}

func (o *others) Forget(string) error {
	o.kept = ""
	return nil
}

func (o *others) ask(_ context.Context, session string, generation uint64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	token, ok := o.tokens[generation]
	if !ok {
		return nil, errors.New("nobody has it")
	}
	out := given{Session: session, Generation: generation, Token: token, Origin: origin(backend), Renewed: o.renewed}
	if o.renewed > 0 {
		out.Renewal = []byte(fmt.Sprint("refresh-", o.renewed))
	}
	return json.Marshal(out)
}

func (o *others) have(generation uint64, token string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tokens[generation] = token
}

// signInElsewhere is what another node's sign-in leaves in the log.
func (s *stage) signInElsewhere() {
	s.log.Publish(newID(), messages.SessionRestored{Session: "default", By: "somebody"})
	synctest.Wait()
}

// A token that was given at another node is asked for there, and never mixed up with one that was given here.
func TestElsewhere(t *testing.T) {
	o := &others{tokens: map[uint64]string{1: "first"}}
	play(t, func(t *testing.T, s *stage) {
		s.other = o.ask
		s.restart()
		s.signInElsewhere()
		s.enter(1, "first")
		s.login("second", false, nil) // here
		s.enter(2, "second")
		s.signInElsewhere()
		_, err := s.gate.Door().Enter(t.Context(), "default", 3, "r")
		if !actors.Judged(err) || errors.Is(err, ErrClosed) {
			t.Errorf("without a token an attempt is told %v, which is no expiry", err)
		}
		time.Sleep(askedInVain)
		if s.gate.Lacking("default") == "" {
			t.Error("nobody is told that the token is asked for in vain")
		}
		o.have(3, "third")
		s.enter(3, "third")
		synctest.Wait()
		if said := s.gate.Lacking("default"); said != "" {
			t.Errorf("it lacks nothing, and says %s", said)
		}
		o.have(4, "fourth")
		s.stop()
		s.signInElsewhere() // while this node is away
		s.start()
		s.enter(4, "fourth")
		asked := o.asked
		s.restart()
		s.enter(4, "fourth")
		if o.asked != asked {
			t.Errorf("a token that is kept was asked for again, %d times", o.asked-asked)
		}
		s.log.Publish(newID(), messages.SessionExpired{Session: "default", Reason: messages.ReasonSignedOut})
		synctest.Wait()
		if raw, err := os.ReadFile(s.path); err != nil || bytes.Contains(raw, []byte("fourth")) || s.store.Has("default") {
			t.Errorf("after a sign-out at another node the token is still here: %v", err)
		}
	})
}

// A sign-out at another node removes a token that was set aside, too, although none is in use.
func TestSignOutElsewhereForgetsWhatIsAside(t *testing.T) {
	o := &others{}
	play(t, func(t *testing.T, s *stage) {
		s.login("foreign", false, nil)
		if aside, err := s.store.SetAside(map[string]uint64{"default": 1}, func(Restoration) (is, known bool, err error) { return false, true, nil }); err != nil ||
			len(aside) != 1 {
			t.Fatalf("%v was set aside: %v", aside, err)
		}
		s.other = o.ask
		s.restart()
		if raw, err := os.ReadFile(s.path); err != nil || !bytes.Contains(raw, []byte("foreign")) {
			t.Errorf("a start removes what was set aside: %v", err)
		}
		s.log.Publish(newID(), messages.SessionExpired{Session: "default", Reason: messages.ReasonSignedOut})
		synctest.Wait()
		if raw, err := os.ReadFile(s.path); err != nil || bytes.Contains(raw, []byte("foreign")) {
			t.Errorf("after a sign-out at another node what was set aside is still here: %v", err)
		}
	})
}

// A token from before the fleet is taken as a new sign-in, also if the fleet learns of the session later. What was renewed
// before it is older than what the fleet renews.
func TestStoredBeforeTheFleet(t *testing.T) {
	for _, configured := range []bool{true, false} {
		play(t, func(t *testing.T, s *stage) {
			s.login("old", false, nil)
			in := SignIn{Token: "ours", By: messages.ByRefresh} // its generation is none of the fleet's
			if _, err := s.gate.Login(t.Context(), "default", in); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			s.stop()
			o := &others{tokens: map[uint64]string{2: "theirs"}, renewed: 2, kept: "ours"}
			s.other, s.renewals, s.blank, s.log = o.ask, o, !configured, &bustest.Log{Step: s.step}
			s.state["default"].State, s.state["default"].Generation = messages.StateClosed, 0
			s.start()
			if !configured {
				s.log.Append(messages.RuntimeConfigured{Sessions: []messages.SessionConfig{s.state["default"].SessionConfig}})
				s.log.Append(messages.GateClosed{Session: "default", Source: messages.SourceConfig, Reason: messages.ReasonSignedOut})
				synctest.Wait()
			}
			s.enter(1, "ours")
			seal := func(text []byte) []byte { return text }
			if got := s.gate.Give("default", 1, seal); !bytes.Contains(got, []byte(`"renewed":1,`)) {
				t.Error("what renews the session is not given as of generation 1")
			}
			s.signInElsewhere()
			s.enter(2, "theirs")
			if o.kept != "refresh-2" {
				t.Errorf("it keeps %q, which is older than what the fleet has renewed", o.kept)
			}
		})
	}
}

// A token that follows a journal which is not as far takes nothing along that is newer than the journal.
func TestLower(t *testing.T) {
	for now, want := range map[uint64]credential{0: {renewed: 57}, 2: {generation: 2, renewed: 2}, 57: {generation: 57, renewed: 57}} {
		s, err := OpenStore(t.TempDir()+"/tokens.json", nil)
		if err == nil {
			err = s.take("default", credential{generation: 57, renewed: 57})
		}
		if err == nil {
			err = s.Lower(map[string]uint64{"default": now})
		}
		if got, _ := s.get("default"); err != nil || got != want {
			t.Errorf("at generation %d it is %d, renewed %d: %v", now, got.generation, got.renewed, err)
		}
	}
}

// What renews a session goes with its token, unless there is something newer here; a sign-out drops it.
func TestRenewals(t *testing.T) {
	o := &others{tokens: map[uint64]string{1: "first", 2: "second", 4: "fourth"}, renewed: 1}
	play(t, func(t *testing.T, s *stage) {
		s.other, s.renewals = o.ask, o
		s.restart()
		keeps := func(want string) {
			t.Helper()
			if synctest.Wait(); o.kept != want {
				t.Errorf("it keeps %q, want %q", o.kept, want)
			}
		}
		s.signInElsewhere()
		s.enter(1, "first")
		keeps("refresh-1")
		o.kept = "ours"
		s.signInElsewhere() // by a person: theirs is no newer
		s.enter(2, "second")
		keeps("ours")
		if _, err := s.gate.Login(t.Context(), "default", SignIn{Token: "third", By: messages.ByRefresh}); err != nil {
			t.Fatal(err)
		}
		keeps("ours")
		if got := s.gate.Give("default", 3, func(text []byte) []byte { return text }); !bytes.Contains(got, []byte(`"renewed":3`)) {
			t.Error("what renews the session is not given with the token that it brought")
		}
		s.restart()
		o.renewed = 2
		s.signInElsewhere()
		s.enter(4, "fourth")
		keeps("ours") // of generation 3, which is newer
		signOut := func() {
			s.log.Publish(newID(), messages.SessionExpired{Session: "default", Reason: messages.ReasonSignedOut})
		}
		signOut()
		keeps("")
		s.login("fifth", false, nil)
		o.kept = "ours"
		s.stop()
		signOut() // while this node is away
		s.start()
		keeps("")
		o.kept = "ours"
		s.restart() // the token was forgotten, and then came a crash
		keeps("")
	})
}

// What is given is the token of that generation, and of no other.
func TestGive(t *testing.T) {
	play(t, func(t *testing.T, s *stage) {
		s.login("token", false, nil)
		seal := func(text []byte) []byte { return text }
		if got := s.gate.Give("default", 1, seal); !bytes.Contains(got, []byte("token")) {
			t.Error("the token is not given")
		}
		for _, other := range []struct {
			session    string
			generation uint64
		}{{"default", 0}, {"default", 2}, {"plain", 1}, {"none", 1}} {
			if got := s.gate.Give(other.session, other.generation, seal); got != nil {
				t.Errorf("for %+v something is given", other)
			}
		}
		for _, text := range []string{"", "{}", `{"session":"default","generation":1,"token":"null"}`, `{"session":"plain","generation":1,"token":"t"}`} {
			if err := s.gate.take("default", 1, []byte(text)); !errors.Is(err, errNotGiven) {
				t.Errorf("%s is taken: %v", text, err)
			}
		}
	})
}
