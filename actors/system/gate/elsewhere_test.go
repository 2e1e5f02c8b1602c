package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/messages"
)

// others are the tokens that other nodes have, by generation.
type others struct {
	mu     sync.Mutex
	tokens map[uint64]string
	asked  int
}

func (o *others) ask(_ context.Context, session string, generation uint64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	token, ok := o.tokens[generation]
	if !ok {
		return nil, errors.New("nobody has it")
	}
	return json.Marshal(given{session, generation, token, origin(backend), 0})
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
