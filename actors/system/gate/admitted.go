package gate

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages"
)

// pass is the session of an attempt that was let in: its settings as they were then, and a client that sends the token.
type pass struct {
	config messages.SessionConfig
	rules  httpx.Rules
	client *http.Client
}

var _ actors.Session = (*pass)(nil)

// Name is the session's name in the job file.
func (s *pass) Name() string { return s.config.Name }

// Backend is the base URL that the credential belongs to; empty if the session has none.
func (s *pass) Backend() string { return s.config.Backend }

// Client sends the credential to the backend; without a backend it refuses every request.
func (s *pass) Client() *http.Client { return s.client }

// Outcome classifies the backend's refusal by the session's rules.
func (s *pass) Outcome(refused *actors.StatusError) error { return s.rules.Outcome(refused) }

// errNoBackend is the answer to a request through a session without a backend.
var errNoBackend = errors.New("gate: the session has no backend; name one in the job file, or use a provider of your own")

// errOwnKey is the answer to a request through the session of a job that uses a key of its own.
var errOwnKey = errors.New("gate: the job uses a key of its own; the session's credential is not for it")

type refuse struct{ why error }

// RoundTrip refuses the request.
func (r refuse) RoundTrip(*http.Request) (*http.Response, error) { return nil, r.why }

// session makes the session of an attempt that is let in at the place.
func (g *Gate) session(p place, run messages.RunID) (actors.Session, error) {
	s := &pass{config: p.SessionConfig, rules: p.rules}
	if p.Backend == "" {
		s.client = &http.Client{Transport: refuse{errNoBackend}}
		return s, nil
	}
	client, err := httpx.Authenticated(p.Backend, p.credential.token.reveal(),
		func() { g.confirmed(p.Name, p.generation, run) })
	if err != nil {
		return nil, actors.Permanent(fmt.Errorf("gate: session %s: %w", p.Name, err))
	}
	s.client = client
	return s, nil
}

// maxConfirmers is how many runs of a generation are reported when the backend has accepted them. The first opens the
// gate. The second shows that the session is good for other jobs than that one.
const maxConfirmers = 2

// confirmers are the runs that have confirmed the newest generation of each session.
type confirmers struct {
	mu       sync.Mutex
	sessions map[string]confirmation
}

type confirmation struct {
	generation uint64
	runs       [maxConfirmers]messages.RunID
	n          int
}

// first reports whether the run is one of the first [maxConfirmers] of that generation, once for each run.
func (c *confirmers) first(session string, generation uint64, run messages.RunID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.sessions[session]
	if generation < at.generation {
		return false
	}
	if generation > at.generation {
		at = confirmation{generation: generation}
	}
	for _, r := range at.runs[:at.n] {
		if r == run {
			return false
		}
	}
	if at.n == maxConfirmers {
		return false
	}
	at.runs[at.n] = run
	at.n++
	c.sessions[session] = at
	return true
}

// confirmed reports that the backend has accepted a call of the run.
func (g *Gate) confirmed(name string, generation uint64, run messages.RunID) {
	if !g.confirmers.first(name, generation, run) {
		return
	}
	f := messages.SessionConfirmed{Session: name, Generation: generation, Run: run}
	g.cfg.Publish(messages.FactID(f.Name(), name, strconv.FormatUint(generation, 10), string(run)), f)
}
