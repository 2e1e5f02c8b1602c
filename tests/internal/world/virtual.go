package world

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
)

// Virtual is a runtime on a data folder with the real journal, in virtual time: it lives in a synctest bubble. Its
// actors do what Act says. It can crash and be started again.
type Virtual struct {
	T       *testing.T
	Data    string          // the data folder
	Runtime *engine.Runtime // the one that was started last
	Disk    *MortalDisk     // of that runtime
	Act     func(context.Context, actors.Attempt) error
	Wrap    func(bus.Journal) bus.Journal // makes another journal of the one of the next start; may be nil

	mu     sync.Mutex
	file   string // the job file
	isGood bool   // whether the backend accepts the session's token
	tokens int
}

// VirtualStart is the instant at which a [Virtual] begins, unless a test says otherwise.
var VirtualStart = time.Date(2027, time.January, 15, 0, 30, 0, 0, time.UTC)

// NewVirtual returns a runtime that has not been started, in a data folder of its own.
func NewVirtual(t *testing.T) *Virtual { return NewVirtualAt(t, t.TempDir(), VirtualStart) }

// NewVirtualAt is [NewVirtual] in a given folder, at another instant.
func NewVirtualAt(t *testing.T, data string, start time.Time) *Virtual {
	time.Sleep(time.Until(start))
	return &Virtual{T: t, Data: data}
}

// Open opens the journal in the data folder.
func (s *Virtual) Open() *sqlite.Journal {
	s.T.Helper()
	j, err := sqlite.Open(filepath.Join(s.Data, "curfew.db"))
	if err != nil {
		s.T.Fatal(err)
	}
	return j
}

// Parsed returns a job file as the runtime takes it.
func (s *Virtual) Parsed(file string) config.Config {
	s.T.Helper()
	s.Write(file)
	conf, err := s.load()
	if err != nil {
		s.T.Fatal(err)
	}
	return conf
}

// Write replaces the job file. The runtime reads it when it is told to.
func (s *Virtual) Write(file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file = file
}

func (s *Virtual) load() (config.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conf, err := config.Parse("jobs.yaml", []byte(s.file), "/srv/jobs", s.Kinds())
	for i := range conf.Jobs {
		conf.Jobs[i].Timezone = "UTC" // instead of the machine's: a journal must be the same everywhere
	}
	return conf, err
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
		Kinds: kinds, Config: conf, Journal: journal, History: &history.Store{}, Tokens: filepath.Join(s.Data, "tokens.json"),
		Load: s.load,
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

// Stop stops the runtime.
func (s *Virtual) Stop() {
	s.T.Helper()
	if err := s.Runtime.Stop(context.Background()); err != nil {
		s.T.Errorf("stop: %v", err)
	}
	s.Settle()
}

// Crash stops the runtime as a SIGKILL would, as far as the journal shows: nothing is written any more.
func (s *Virtual) Crash() {
	s.T.Helper()
	s.Disk.Dead.Store(true)
	_ = s.Runtime.Stop(context.Background()) // it complains that it cannot write
	s.Settle()
}

// Settle waits until what protoactor leaves behind has ended.
func (s *Virtual) Settle() {
	const leftovers = time.Minute
	time.Sleep(leftovers)
	synctest.Wait()
}

// Until lets time pass until an instant in RFC 3339.
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
	token := contract.Secret(fmt.Sprintf("planted-token-%d", s.tokens))
	if _, err := backend.New(s.Runtime).Login(s.T.Context(), messages.DefaultSession, contract.Login{Token: token}); err != nil {
		s.T.Fatal(err)
	}
	synctest.Wait()
}

// SetGood sets whether the backend accepts the session's token.
func (s *Virtual) SetGood(good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isGood = good
}

// Good reports whether the backend accepts the session's token.
func (s *Virtual) Good() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isGood
}
