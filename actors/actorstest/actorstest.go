// Package actorstest runs one attempt of an actor type in a test, as the runtime does. There are no retries, gates or
// journals in it.
package actorstest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/actors/env/procs"
	"curfew/messages"
)

// grace is how long a process in a test may take to end after TERM.
const grace = 2 * time.Second

// setup is what an attempt is given.
type setup struct {
	ctx     context.Context
	env     actors.Env
	attempt actors.Attempt
}

// An Option changes what an attempt is given.
type Option func(*setup)

// WithContext lets the attempt run under that context instead of the test's.
func WithContext(ctx context.Context) Option { return func(s *setup) { s.ctx = ctx } }

// WithSession gives the attempt a session.
func WithSession(session actors.Session) Option {
	return func(s *setup) { s.env.Session, s.attempt.Session = session, session.Name() }
}

// WithEnv changes the [actors.Env] of the attempt.
func WithEnv(change func(*actors.Env)) Option { return func(s *setup) { change(&s.env) } }

// WithAttempt changes the identity of the attempt. By default it is the first attempt of a run by hand of the job
// "test".
func WithAttempt(change func(*actors.Attempt)) Option { return func(s *setup) { change(&s.attempt) } }

// Run makes an actor and lets it run one attempt. The spec goes through JSON, as one from a job file does. The test
// fails at once if the spec is not valid.
func Run[S actors.Spec](t testing.TB, newActor func(actors.Env) actors.Actor[S], spec S, opts ...Option) (actors.Output, error) {
	t.Helper()
	var kinds actors.Registry
	actors.Register(&kinds, newActor)
	kind, err := kinds.Get(spec.Kind())
	if err != nil {
		t.Fatal(err)
	}
	with, err := json.Marshal(spec)
	if err != nil {
		t.Fatalf("actorstest: the spec cannot be written as JSON: %v", err)
	}
	if err := kind.Check(with); err != nil {
		t.Fatalf("actorstest: the spec is not valid: %v", err)
	}
	given := setup{
		ctx:     t.Context(),
		env:     actors.Env{HTTP: httpx.Plain(), Output: io.Discard, Redact: func(text string) string { return text }, Log: zaptest.NewLogger(t)},
		attempt: actors.Attempt{Run: messages.RequestedRun("test", t.Name()), Job: "test", Number: 1},
	}
	given.env.Exec = processes{&given.attempt}
	for _, o := range opts {
		o(&given)
	}
	return kind.Run(given.ctx, given.env, given.attempt, with)
}

// processes runs processes for the attempt, as it is after all options.
type processes struct{ of *actors.Attempt }

// Run runs a process.
func (p processes) Run(ctx context.Context, c actors.Command) (actors.Result, error) {
	return procs.New(procs.Options{Grace: grace, Attempt: *p.of}).Run(ctx, c)
}

// Session is a session with that backend and token. Its client is the real one, which sends the token only to the
// backend's origin. Confirmed, which may be nil, is called after every 2xx.
func Session(t testing.TB, backend, token string, confirmed func()) actors.Session {
	t.Helper()
	client, err := httpx.Authenticated(backend, token, confirmed)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := httpx.NewRules(messages.SessionConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return session{backend: backend, client: client, rules: rules}
}

type session struct {
	backend string
	client  *http.Client
	rules   httpx.Rules
}

var _ actors.Session = session{}

func (session) Name() string           { return messages.DefaultSession }
func (s session) Backend() string      { return s.backend }
func (s session) Client() *http.Client { return s.client }

func (s session) Outcome(refused *actors.StatusError) error { return s.rules.Outcome(refused) }
