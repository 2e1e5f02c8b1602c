package host_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/actors/system/host"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor"
)

const (
	base    = 1000
	timeout = time.Hour
	grace   = 30 * time.Second
)

// work is what an attempt of a test does.
type work func(ctx context.Context, env actors.Env, a actors.Attempt) (string, error)

// stage is supervisors and job actors over a log.
type stage struct {
	t    *testing.T
	log  *bustest.Log
	host *host.Host
	sup  *supervisor.Supervisors
	door *door
	said *observer.ObservedLogs
	mu   sync.Mutex
	does map[string]work // by job
}

type agent struct{}

func (agent) Kind() string    { return "agent" }
func (agent) Validate() error { return nil }

type shell struct{}

func (shell) Kind() string    { return "shell" }
func (shell) Validate() error { return nil }

// plain is a gated type that says by itself when its session has expired.
type plain struct{}

func (plain) Kind() string    { return "plain" }
func (plain) Validate() error { return nil }

type plainActor struct {
	actors.Gated[plain]
	env actors.Env
	s   *stage
}

func (a plainActor) Run(ctx context.Context, r actors.Run[plain]) (actors.Output, error) {
	text, err := a.s.work(r.Job)(ctx, a.env, r.Attempt)
	return actors.Output{Text: text}, err
}

type agentActor struct {
	actors.Gated[agent]
	env actors.Env
	s   *stage
}

func (agentActor) Traits() actors.Traits { return actors.Traits{Gated: true, ExpiryByText: true} }

func (a agentActor) Run(ctx context.Context, r actors.Run[agent]) (actors.Output, error) {
	text, err := a.s.work(r.Job)(ctx, a.env, r.Attempt)
	return actors.Output{Text: text}, err
}

type shellActor struct {
	actors.Defaults[shell]
	env actors.Env
	s   *stage
}

func (a shellActor) Run(ctx context.Context, r actors.Run[shell]) (actors.Output, error) {
	text, err := a.s.work(r.Job)(ctx, a.env, r.Attempt)
	return actors.Output{Text: text}, err
}

func (s *stage) work(job string) work {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.does[job]
}

// door lets attempts of one generation in.
type door struct {
	mu         sync.Mutex
	generation uint64
	closed     []uint64
}

func (d *door) Enter(_ context.Context, name string, generation uint64, _ messages.RunID) (actors.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if generation != d.generation || slices.Contains(d.closed, generation) {
		return nil, actors.SessionExpired(errors.New("the door is closed"))
	}
	return session{name: name}, nil
}

func (d *door) EnterBare(ctx context.Context, name string, generation uint64) (actors.Session, error) {
	return d.Enter(ctx, name, generation, "")
}

func (d *door) Close(_ string, generation uint64) {
	d.mu.Lock()
	d.closed = append(d.closed, generation)
	d.mu.Unlock()
}

type session struct {
	actors.Session
	name string
}

func (s session) Name() string { return s.name }

// play runs f with the jobs; those whose name begins with "shell" are ungated, those with "plain" of that type.
func play(t *testing.T, jobs map[string]work, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, log: &bustest.Log{}, does: jobs, door: &door{generation: 1}}
		var known []*messages.Kept
		for j := range jobs {
			known = append(known, messages.Keep(definition(j)))
		}
		pool := &supervisor.Pool{}
		s.build(known, pool)
		f(s)
		synctest.Wait()
		s.stop()
		time.Sleep(2 * time.Second) // the actor system counts dead letters a second long
	})
}

func definition(job string) messages.Definition {
	d := messages.Definition{Job: job, Actor: "agent", Gated: true, Session: "default", Timeout: messages.Duration(timeout)}
	if strings.HasPrefix(job, "shell") {
		d.Actor, d.Gated, d.Session = "shell", false, ""
	}
	if strings.HasPrefix(job, "plain") {
		d.Actor = "plain"
	}
	return d
}

func (s *stage) build(known []*messages.Kept, pool *supervisor.Pool) {
	var kinds actors.Registry
	actors.Register(&kinds, func(env actors.Env) actors.Actor[agent] { return agentActor{env: env, s: s} })
	actors.Register(&kinds, func(env actors.Env) actors.Actor[shell] { return shellActor{env: env, s: s} })
	actors.Register(&kinds, func(env actors.Env) actors.Actor[plain] { return plainActor{env: env, s: s} })
	hidden := &secrets.Set{}
	hidden.Keep("test", "s3cr3t")
	var err error
	var core zapcore.Core
	core, s.said = observer.New(zap.DebugLevel)
	s.host, err = host.New(host.Config{
		Logger: zap.New(core), Kinds: &kinds, Door: s.door, Publish: s.log.Publish, Secrets: hidden,
		Commit: func(ctx context.Context, id string, f messages.Fact) error {
			_, _, err := s.log.Commit(ctx, id, f)
			return err
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.sup, err = supervisor.Supervise(supervisor.Config{
		System: supervisor.NewSystem(zap.NewNop()), Types: map[string]int{"agent": 4, "plain": 1, "shell": 0}, Base: base, Known: known, Pool: pool,
		Reader:  func(wake func()) supervisor.Reader { return s.log.Reader(0, wake, supervisor.Topics...) },
		Publish: s.log.Publish, Job: func() actor.Actor { return s.host.Actor() },
		Fatal: func(err error) { s.t.Error(err) },
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := errors.Join(s.sup.Stop(ctx), s.host.Drain(ctx)); err != nil {
		s.t.Error(err)
	}
}

// start begins an attempt of the job's only run, which bears its name, and waits until all is quiet.
func (s *stage) start(job string, attempt int) {
	a := messages.AttemptStarted{Job: job, Run: messages.RunID(job), Attempt: attempt}
	if d := definition(job); d.Gated {
		a.Session, a.Generation = d.Session, 1
	}
	s.log.Append(a)
	synctest.Wait()
}

// cancel finishes the job's run, as a person who cancels it does.
func (s *stage) cancel(job string) {
	s.log.Append(messages.RunFinished{Job: job, Run: messages.RunID(job), Status: messages.StatusCancelled})
	synctest.Wait()
}

// facts are the names of what was reported.
func (s *stage) facts() string {
	var names []string
	for _, n := range s.log.Names() {
		if n != (messages.AttemptStarted{}).Name() && n != (messages.RunFinished{}).Name() {
			names = append(names, n)
		}
	}
	return strings.Join(names, " ")
}
