package world

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

// Virtual is a runtime on a data folder with the real journal, in a synctest bubble. Its actors do what act
// says. It can crash and be started again.
type Virtual struct {
	T       *testing.T
	Data    string
	Runtime *engine.Runtime
	Disk    *MortalDisk
	Act     func(context.Context, actors.Attempt) error
	Wrap    func(bus.Journal) bus.Journal // may be nil: it makes the journal another

	mu     sync.Mutex
	isGood bool // the session's token
	tokens int
}

// VirtualStart is when every stage begins.
var VirtualStart = time.Date(2027, time.January, 15, 0, 30, 0, 0, time.UTC)

func NewVirtual(t *testing.T) *Virtual {
	time.Sleep(time.Until(VirtualStart))
	return &Virtual{T: t, Data: t.TempDir()}
}

func (s *Virtual) Open() *sqlite.Journal {
	s.T.Helper()
	j, err := sqlite.Open(filepath.Join(s.Data, "curfew.db"))
	if err != nil {
		s.T.Fatal(err)
	}
	return j
}

// Kinds are the actor types of the stage.
func (s *Virtual) Kinds() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[virtualAgent] { return agentIn{s: s} })
	actors.Register(kinds, func(actors.Env) actors.Actor[virtualShell] { return shellIn{s: s} })
	return kinds
}

// Parsed is a job file as the runtime takes it.
func (s *Virtual) Parsed(file string) config.Config {
	s.T.Helper()
	conf, err := config.Parse("jobs.yaml", []byte(file), "/srv/jobs", s.Kinds())
	if err != nil {
		s.T.Fatal(err)
	}
	for i := range conf.Jobs {
		conf.Jobs[i].Timezone = "UTC" // the default is the machine's, and a journal must be the same everywhere
	}
	return conf
}

// Start starts the runtime with a job file.
func (s *Virtual) Start(file string) {
	s.T.Helper()
	conf, kinds := s.Parsed(file), s.Kinds()
	s.Disk = &MortalDisk{Journal: s.Open()}
	var journal bus.Journal = s.Disk
	if s.Wrap != nil {
		journal = s.Wrap(journal)
	}
	var err error
	s.Runtime, err = engine.Start(s.T.Context(), engine.Options{
		Kinds: kinds, Config: conf, Journal: journal, Tokens: filepath.Join(s.Data, "tokens.json"),
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

// Stop ends the runtime.
func (s *Virtual) Stop() {
	s.T.Helper()
	if err := s.Runtime.Stop(context.Background()); err != nil {
		s.T.Errorf("stop: %v", err)
	}
	s.Settle()
}

// Crash ends the runtime as a SIGKILL would, as far as the journal can tell: nothing is written any more.
func (s *Virtual) Crash() {
	s.T.Helper()
	s.Disk.Dead.Store(true)
	_ = s.Runtime.Stop(context.Background()) // it complains that it cannot write
	s.Settle()
}

// Settle waits for what protoactor leaves behind.
func (s *Virtual) Settle() {
	const leftovers = time.Minute
	time.Sleep(leftovers)
	synctest.Wait()
}

// Until lets time pass.
func (s *Virtual) Until(at string) {
	s.T.Helper()
	to, err := time.Parse(time.RFC3339, at)
	if err != nil || time.Until(to) < 0 {
		s.T.Fatalf("until %s: %v, it is %s", at, err, time.Now().UTC())
	}
	time.Sleep(time.Until(to))
	synctest.Wait()
}

// SignIn gives the session a token of its own, which the backend accepts or not.
func (s *Virtual) SignIn(good bool) {
	s.T.Helper()
	s.SetGood(good)
	s.tokens++
	token := api.Secret(fmt.Sprintf("planted-token-%d", s.tokens))
	if _, err := backend.New(s.Runtime).Login(s.T.Context(), messages.DefaultSession, api.Login{Token: token}); err != nil {
		s.T.Fatal(err)
	}
	synctest.Wait()
}

func (s *Virtual) SetGood(good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isGood = good
}

func (s *Virtual) Good() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isGood
}

func (s *Virtual) run(ctx context.Context, a actors.Attempt) (actors.Output, error) {
	err := s.Act(ctx, a)
	return actors.Output{Text: "output of " + a.Job}, err
}

// Work takes that long, or until it is told to stop.
func Work(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// MortalDisk is a disk that can die: from then on nothing is written.
type MortalDisk struct {
	*sqlite.Journal
	Dead atomic.Bool
}

var _ bus.Journal = (*MortalDisk)(nil)

func (m *MortalDisk) Append(rs []messages.Record) error {
	if m.Dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.Append(rs)
}

func (m *MortalDisk) SaveCursor(c bus.Cursor) error {
	if m.Dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.SaveCursor(c)
}

// The actor types of the stage: their names are those of the real ones.
type (
	virtualAgent struct{ standIn }
	virtualShell struct {
		standIn
		Dir string `json:"dir"` // every shell job is given one
	}
	agentIn struct {
		actors.Gated[virtualAgent]
		s *Virtual
	}
	shellIn struct {
		actors.Defaults[virtualShell]
		s *Virtual
	}
)

func (virtualAgent) Kind() string { return "agent" }
func (virtualShell) Kind() string { return "shell" }

func (a agentIn) Run(ctx context.Context, run actors.Run[virtualAgent]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}

func (a shellIn) Run(ctx context.Context, run actors.Run[virtualShell]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}
