package mission_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus/memory"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
)

// jobFile has agents that fail at every attempt until heal is called, and shell jobs whose first attempt always fails.
const jobFile = `
sessions:
  default: {backend: "https://api.example.com/v1", sign_in: "https://app.example.com/login"}
jobs:
  - {name: briefing, actor: agent, schedule: "0 * * * *", retry: &often {attempts: 100, initial: 10s, max: 20s, within: 24h}}
  - {name: inbox, actor: agent, schedule: "0 * * * *", retry: *often}
  - {name: digest, actor: agent, schedule: "0 * * * *", retry: *often}
  - {name: backup, actor: shell, schedule: "*/10 * * * *"}
  - {name: heartbeat, actor: shell, schedule: "*/10 * * * *"}
`

// world is the whole runtime in a synctest bubble. Only the actors are stand-ins.
type world struct {
	t  *testing.T
	rt *engine.Runtime

	mu     sync.Mutex
	counts map[string]count
	read   map[string]int // who and what, how often
	healed bool
}

// count counts what a job did.
type count struct{ runs, attempts, retries, restarts int }

func (c count) minus(o count) count {
	return count{c.runs - o.runs, c.attempts - o.attempts, c.retries - o.retries, c.restarts - o.restarts}
}

// start starts the runtime half a minute before an hour, signed in.
func start(t *testing.T) *world {
	const startAt = "2027-01-15T06:59:30Z"
	at, err := time.Parse(time.RFC3339, startAt)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(at))
	w := &world{t: t, counts: map[string]count{}, read: map[string]int{}}
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[agentSpec] { return agent{w: w} })
	actors.Register(kinds, func(actors.Env) actors.Actor[shellSpec] { return shell{w: w} })
	conf, err := config.Parse("jobs.yaml", []byte(jobFile), t.TempDir(), kinds)
	if err != nil {
		t.Fatal(err)
	}
	w.rt, err = engine.Start(t.Context(), engine.Options{
		Kinds: kinds, Config: conf, Journal: memory.New(), History: &history.Store{}, Tokens: filepath.Join(t.TempDir(), "tokens.json"),
		OnRestart: func(job string) { w.note(job, func(c *count) { c.restarts++ }) },
		OnMessage: func(who string, m messages.Body) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.read[who+" "+m.Name()]++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backend.New(w.rt).Login(t.Context(), "default", contract.Login{Token: "a-token"}); err != nil {
		t.Fatal(err)
	}
	// The sign-in of the beginning is not the story's.
	w.pass(time.Second)
	w.mu.Lock()
	clear(w.read)
	w.mu.Unlock()
	return w
}

func (w *world) stop() {
	if err := w.rt.Stop(context.Background()); err != nil {
		w.t.Errorf("stop: %v", err)
	}
	const leftovers = time.Minute // of protoactor's timers
	time.Sleep(leftovers)
}

// pass lets time pass, and waits for everything that follows.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// heal lets agents succeed from now on.
func (w *world) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.healed = true
}

func (w *world) note(job string, f func(*count)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counts[job]
	f(&c)
	w.counts[job] = c
}

// counted returns what every job has done so far. The runtime's own count of restarts must be the same.
func (w *world) counted() map[string]count {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]count{}
	for job, c := range w.counts {
		out[job] = c
		if got := w.rt.Restarts(job); got != c.restarts {
			w.t.Errorf("the runtime counts %d restarts of %s, protoactor made %d", got, job, c.restarts)
		}
	}
	return out
}

// runs returns the newest runs of a job from the API.
func (w *world) runs(job string) []contract.Run {
	w.t.Helper()
	list, err := backend.New(w.rt).Runs(w.t.Context(), contract.RunQuery{Job: job, Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

func (w *world) attempt(a actors.Attempt) (first bool) {
	w.note(a.Job, func(c *count) {
		c.attempts++
		if a.Number > 1 {
			c.retries++
		} else {
			c.runs++
		}
	})
	return a.Number == 1
}

var errBackend = errors.New("the backend is overloaded")

type agentSpec struct{}

func (agentSpec) Kind() string    { return "agent" }
func (agentSpec) Validate() error { return nil }

// agent depends on a session and fails until heal is called.
type agent struct {
	actors.Gated[agentSpec]
	w *world
}

func (s agent) Run(_ context.Context, run actors.Run[agentSpec]) (actors.Output, error) {
	s.w.attempt(run.Attempt)
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.w.healed {
		return actors.Output{Text: "done"}, nil
	}
	return actors.Output{}, errBackend
}

type shellSpec struct{}

func (shellSpec) Kind() string    { return "shell" }
func (shellSpec) Validate() error { return nil }

// shell depends on nothing, and fails at the first attempt of every run.
type shell struct {
	actors.Defaults[shellSpec]
	w *world
}

func (s shell) Run(_ context.Context, run actors.Run[shellSpec]) (actors.Output, error) {
	if s.w.attempt(run.Attempt) {
		return actors.Output{}, errBackend
	}
	return actors.Output{Text: "done"}, nil
}
