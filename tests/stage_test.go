package tests

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

// stage is a runtime on a data folder with the real journal, in a synctest bubble. Its actors do what act
// says. It can crash and be started again.
type stage struct {
	t    *testing.T
	data string
	rt   *engine.Runtime
	disk *mortal
	act  func(context.Context, actors.Attempt) error
	wrap func(bus.Journal) bus.Journal // may be nil: it makes the journal another

	mu     sync.Mutex
	isGood bool // the session's token
	tokens int
}

// stageStart is when every stage begins.
var stageStart = time.Date(2027, time.January, 15, 0, 30, 0, 0, time.UTC)

func newStage(t *testing.T) *stage {
	time.Sleep(time.Until(stageStart))
	return &stage{t: t, data: t.TempDir()}
}

func (s *stage) open() *sqlite.Journal {
	s.t.Helper()
	j, err := sqlite.Open(filepath.Join(s.data, "curfew.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

// kinds are the actor types of the stage.
func (s *stage) kinds() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[stagedAgent] { return agentOn{s: s} })
	actors.Register(kinds, func(actors.Env) actors.Actor[stagedShell] { return shellOn{s: s} })
	return kinds
}

// parsed is a job file as the runtime takes it.
func (s *stage) parsed(file string) config.Config {
	s.t.Helper()
	conf, err := config.Parse("jobs.yaml", []byte(file), "/srv/jobs", s.kinds())
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range conf.Jobs {
		conf.Jobs[i].Timezone = "UTC" // the default is the machine's, and a journal must be the same everywhere
	}
	return conf
}

// start starts the runtime with a job file.
func (s *stage) start(file string) {
	s.t.Helper()
	conf, kinds := s.parsed(file), s.kinds()
	s.disk = &mortal{Journal: s.open()}
	var journal bus.Journal = s.disk
	if s.wrap != nil {
		journal = s.wrap(journal)
	}
	var err error
	s.rt, err = engine.Start(s.t.Context(), engine.Options{
		Kinds: kinds, Config: conf, Journal: journal, Tokens: filepath.Join(s.data, "tokens.json"),
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// stop ends the runtime.
func (s *stage) stop() {
	s.t.Helper()
	if err := s.rt.Stop(context.Background()); err != nil {
		s.t.Errorf("stop: %v", err)
	}
	s.settle()
}

// crash ends the runtime as a SIGKILL would, as far as the journal can tell: nothing is written any more.
func (s *stage) crash() {
	s.t.Helper()
	s.disk.dead.Store(true)
	_ = s.rt.Stop(context.Background()) // it complains that it cannot write
	s.settle()
}

// settle waits for what protoactor leaves behind.
func (s *stage) settle() {
	const leftovers = time.Minute
	time.Sleep(leftovers)
	synctest.Wait()
}

// until lets time pass.
func (s *stage) until(at string) {
	s.t.Helper()
	to, err := time.Parse(time.RFC3339, at)
	if err != nil || time.Until(to) < 0 {
		s.t.Fatalf("until %s: %v, it is %s", at, err, time.Now().UTC())
	}
	time.Sleep(time.Until(to))
	synctest.Wait()
}

// signIn gives the session a token of its own, which the backend accepts or not.
func (s *stage) signIn(good bool) {
	s.t.Helper()
	s.setGood(good)
	s.tokens++
	token := api.Secret(fmt.Sprintf("planted-token-%d", s.tokens))
	if _, err := backend.New(s.rt).Login(s.t.Context(), messages.DefaultSession, api.Login{Token: token}); err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
}

func (s *stage) setGood(good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isGood = good
}

func (s *stage) good() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isGood
}

func (s *stage) run(ctx context.Context, a actors.Attempt) (actors.Output, error) {
	err := s.act(ctx, a)
	return actors.Output{Text: "output of " + a.Job}, err
}

// work takes that long, or until it is told to stop.
func work(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mortal is a disk that can die: from then on nothing is written.
type mortal struct {
	*sqlite.Journal
	dead atomic.Bool
}

var _ bus.Journal = (*mortal)(nil)

func (m *mortal) Append(rs []messages.Record) error {
	if m.dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.Append(rs)
}

func (m *mortal) SaveCursor(c bus.Cursor) error {
	if m.dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.SaveCursor(c)
}

// The actor types of the stage: their names are those of the real ones.
type (
	stagedAgent struct{ standIn }
	stagedShell struct {
		standIn
		Dir string `json:"dir"` // every shell job is given one
	}
	agentOn struct {
		actors.Gated[stagedAgent]
		s *stage
	}
	shellOn struct {
		actors.Defaults[stagedShell]
		s *stage
	}
)

func (stagedAgent) Kind() string { return "agent" }
func (stagedShell) Kind() string { return "shell" }

func (a agentOn) Run(ctx context.Context, run actors.Run[stagedAgent]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}

func (a shellOn) Run(ctx context.Context, run actors.Run[stagedShell]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}
