package live

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/cliagent"
	"curfew/actors/shell"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus/jsonl"
	"curfew/bus/sqlite"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// site is a runtime on the real clock, with the real actor types and the real journal.
type site struct {
	t    *testing.T
	data string
	rt   *engine.Runtime
	api  contract.Backend
}

// parsed returns a site that has not started, with its actor types and its parsed job file.
func parsed(t *testing.T, file string) (*site, *actors.Registry, config.Config) {
	t.Helper()
	s := &site{t: t, data: t.TempDir()}
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	actors.Register(kinds, agent.New)
	actors.Register(kinds, cliagent.New)
	conf, err := config.Parse("jobs.yaml", []byte(file), s.data, kinds)
	if err != nil {
		t.Fatal(err)
	}
	return s, kinds, conf
}

// newSiteAsIs starts a runtime without a sign-in.
func newSiteAsIs(t *testing.T, file string) *site {
	t.Helper()
	s, kinds, conf := parsed(t, file)
	s.start(kinds, conf, nil)
	return s
}

// newSite starts a runtime that is signed in before its first slot falls due.
func newSite(t *testing.T, log *zap.Logger, file, token string) *site {
	t.Helper()
	s, kinds, conf := parsed(t, file)
	idle := conf
	idle.Jobs = nil
	s.start(kinds, idle, log)
	s.signIn(token)
	s.stop()
	s.start(kinds, conf, log)
	return s
}

func (s *site) start(kinds *actors.Registry, conf config.Config, log *zap.Logger) {
	s.t.Helper()
	journal, err := sqlite.Open(filepath.Join(s.data, "curfew.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.rt, err = engine.Start(s.t.Context(), engine.Options{
		Kinds: kinds, Config: conf, Journal: journal, History: &history.Store{},
		Tokens: filepath.Join(s.data, "tokens.json"), Logger: log,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.api = backend.New(s.rt)
}

// stop stops the runtime and returns its exported journal.
func (s *site) stop() []byte {
	s.t.Helper()
	if err := s.rt.Stop(context.Background()); err != nil {
		s.t.Fatalf("stop: %v", err)
	}
	j, err := sqlite.OpenReadOnly(filepath.Join(s.data, "curfew.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer j.Close()
	var b bytes.Buffer
	if _, err := jsonl.Export(&b, j); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}

func (s *site) signIn(token string) {
	s.t.Helper()
	if _, err := s.api.Login(s.t.Context(), messages.DefaultSession, contract.Login{Token: contract.Secret(token)}); err != nil {
		s.t.Fatal(err)
	}
}

// rest pauses jobs and waits until they have no running run.
func (s *site) rest(jobs ...string) {
	s.t.Helper()
	for _, job := range jobs {
		if _, err := s.api.Pause(s.t.Context(), job); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, job := range jobs {
		world.Eventually(s.t, job+" to rest", func() bool { return s.runs(job, messages.StatusRunning) == 0 })
	}
}

// jobs returns the jobs by name.
func (s *site) jobs() map[string]contract.Job {
	s.t.Helper()
	list, err := s.api.Jobs(s.t.Context(), contract.JobQuery{Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]contract.Job{}
	for _, j := range list.Items {
		out[j.Name] = j
	}
	return out
}

func (s *site) session() contract.Session {
	s.t.Helper()
	v, err := s.api.Session(s.t.Context(), messages.DefaultSession)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// runs counts the runs of a job with a status.
func (s *site) runs(job string, status messages.Status) int {
	s.t.Helper()
	list, err := s.api.Runs(s.t.Context(), contract.RunQuery{Job: job, Status: status, Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(list.Items)
}

// runNow asks for a run and returns its id.
func (s *site) runNow(job string) messages.RunID {
	s.t.Helper()
	got, err := s.api.RunNow(s.t.Context(), job)
	if err != nil {
		s.t.Fatal(err)
	}
	return got.Run
}

// beats waits until a job has succeeded n more times.
func (s *site) beats(job string, n int) {
	s.t.Helper()
	until := s.runs(job, messages.StatusSucceeded) + n
	world.Eventually(s.t, fmt.Sprintf("%d more runs of %s", n, job), func() bool {
		return s.runs(job, messages.StatusSucceeded) >= until
	})
}
