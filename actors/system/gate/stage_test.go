package gate

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/follow"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

const backend = "https://api.example.com/v1"

// stage is a gate over a log that numbers generations as the machine does.
type stage struct {
	t     *testing.T
	path  string
	log   *bustest.Log
	state map[string]*policy.SessionView // as of the log
	blank bool                           // whether the runtime has recovered nothing
	other Elsewhere                      // nil: there are no other nodes

	renewals Renewals
	gate     *Gate
	store    *Store

	mu     sync.Mutex
	tokens []string // of the places through which attempts were let in
	calls  []func() // what happens when the backend accepts one
}

// play runs f with the sessions default, which has a backend, and plain, which has none.
func play(t *testing.T, f func(t *testing.T, s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, path: filepath.Join(t.TempDir(), "tokens.json"), log: &bustest.Log{}, state: map[string]*policy.SessionView{
			"default": {SessionConfig: messages.SessionConfig{Name: "default", Backend: backend}, State: messages.StateClosed},
			"plain":   {SessionConfig: messages.SessionConfig{Name: "plain"}, State: messages.StateOpen, Generation: 1},
		}}
		s.log.Step = s.step
		s.start()
		f(t, s)
		s.stop()
		time.Sleep(2 * time.Second) // the actor system counts dead letters a second long
	})
}

// step is the machine's part in this, in a few lines.
func (s *stage) step(_ uint64, f messages.Fact) []messages.Body {
	switch m := f.(type) {
	case messages.SessionRestored:
		k := s.state[m.Session]
		k.Generation++
		if k.State == messages.StateOpen {
			return []messages.Body{messages.GateOpened{Session: m.Session, Generation: k.Generation}}
		}
		k.State = messages.StateProbing
		return []messages.Body{messages.GateProbing{Session: m.Session, Generation: k.Generation}}
	case messages.SessionExpired:
		k := s.state[m.Session]
		if k.State == messages.StateClosed || m.Generation != 0 && m.Generation != k.Generation {
			return nil
		}
		k.State, k.Reason = messages.StateClosed, m.Reason
		return []messages.Body{messages.GateClosed{Session: m.Session, Generation: k.Generation, Reason: m.Reason}}
	case messages.SessionConfirmed:
		k := s.state[m.Session]
		if k.State != messages.StateProbing {
			return nil
		}
		k.State = messages.StateOpen
		return []messages.Body{messages.GateOpened{Session: m.Session, Generation: k.Generation}}
	}
	return nil
}

// start opens the store and starts the gate, as the runtime does.
func (s *stage) start() {
	var err error
	if s.store, err = OpenStore(s.path, nil); err != nil {
		s.t.Fatal(err)
	}
	var known []policy.SessionView
	var after uint64
	if !s.blank {
		after, known = s.log.Last(), []policy.SessionView{*s.state["default"], *s.state["plain"]}
	}
	s.gate, err = Start(Config{
		System: supervisor.NewSystem(zap.NewNop()), Store: s.store,
		Sessions: known, After: after,
		Reader: func(after uint64) follow.Open {
			return func(wake func()) follow.Reader { return s.log.Reader(after, wake, Topics...) }
		},
		Last: s.log.Last, Publish: s.log.Publish, Commit: s.log.Commit,
		Fatal: func(err error) { s.t.Error(err) }, Elsewhere: s.other, Renewals: s.renewals,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	let := s.gate.door.let
	s.gate.door.let = func(p place, run messages.RunID) (actors.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.tokens = append(s.tokens, p.credential.token.reveal())
		s.calls = append(s.calls, func() { s.gate.confirmed(p.Name, p.generation, run) })
		return let(p, run)
	}
	synctest.Wait()
}

func (s *stage) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.gate.Stop(ctx); err != nil {
		s.t.Error(err)
	}
}

// restart is a crash and a start: nothing survives but the log and the file.
func (s *stage) restart() {
	s.stop()
	s.start()
}

// login signs in to the default session and waits until all is quiet.
func (s *stage) login(token string, force bool, want error) {
	s.t.Helper()
	_, err := s.gate.Login(context.Background(), "default", SignIn{Token: token, By: "somebody", Force: force})
	if !errors.Is(err, want) || (err != nil && want == nil) {
		s.t.Errorf("login: %v, want %v", err, want)
	}
	synctest.Wait()
}

// enter asks the door, and checks with which token it lets in; an empty one: not at all.
func (s *stage) enter(generation uint64, want string) {
	s.t.Helper()
	s.mu.Lock()
	before := len(s.tokens)
	s.mu.Unlock()
	_, err := s.gate.Door().Enter(context.Background(), "default", generation, "r")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch let := len(s.tokens) > before; {
	case want == "" && !errors.Is(err, ErrClosed):
		s.t.Errorf("generation %d was let in: %v", generation, err)
	case want != "" && (!let || err != nil):
		s.t.Errorf("generation %d was not let in: %v", generation, err)
	case want != "" && s.tokens[before] != want:
		s.t.Errorf("generation %d was let in with another token", generation)
	}
}

func (s *stage) expire(generation uint64) {
	s.log.Publish(newID(), messages.SessionExpired{Session: "default", Generation: generation, Reason: "401"})
	synctest.Wait()
}
