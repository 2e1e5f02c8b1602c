package stories

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus/jsonl"
	"curfew/tests/internal/world"
)

var record = flag.Bool("record", false, "record testdata/journals anew with this build's runtime")

// maxJournal bounds a journal in the repository, in bytes.
const maxJournal = 200 << 10

// TestRecordJournals has the runtime live through what the journals of testdata tell. With -record it
// writes them, too:
//
//	go test ./tests/stories -run TestRecordJournals -record
//
// A journal is to be recorded anew only when the policy has a new version; otherwise a difference is a bug.
func TestRecordJournals(t *testing.T) {
	for name, live := range map[string]func(*world.Virtual){
		"outage": recordOutage, "retries": recordRetries, "restart": recordRestart, "beside": recordBeside,
	} {
		t.Run(name, func(t *testing.T) {
			var journal []byte
			synctest.Test(t, func(t *testing.T) {
				s := world.NewVirtual(t)
				live(s)
				s.Stop()
				journal = exportOf(s)
			})
			world.CheckJournal(t, journal)
			if len(journal) > maxJournal {
				t.Errorf("the journal has %d bytes; at most %d", len(journal), maxJournal)
			}
			if *record {
				if err := os.WriteFile(filepath.Join(journals, name+".jsonl"), journal, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// outageFile has more agents than one ration starts at once, and one of every policy on_hold.
const outageFile = `
sessions:
  default: {backend: "https://api.example.com/v1", sign_in: "https://app.example.com/login"}
jobs:
  - {name: briefing, actor: agent, schedule: "0 7 * * *", stale_after: 30h}
  - {name: inbox, actor: agent, schedule: every 30m}
  - {name: digest, actor: agent, schedule: every 1h}
  - {name: review, actor: agent, schedule: every 1h, on_hold: ask}
  - {name: pulse, actor: agent, schedule: every 30m, on_hold: skip}
  - {name: ledger, actor: agent, schedule: every 3h, on_hold: run_all}
  - {name: forecast, actor: agent, schedule: every 6h, stale_after: 1h}
  - {name: backup, actor: shell, schedule: every 3h}
lanes: {agent: 3}
release: {canary_wait: 30s, rate: 2/s}
`

// recordOutage is a night and a morning. The token dies at two, and a person signs in at nine with a token that the
// backend refuses, and again at ten past.
func recordOutage(s *world.Virtual) {
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		if err := world.Work(ctx, 2*time.Second); err != nil {
			return err
		}
		if a.Session != "" && !s.Good() {
			return actors.SessionExpired(errors.New("POST https://api.example.com/v1/chat/completions: 401 Unauthorized"))
		}
		return nil
	}
	s.Start(outageFile)
	s.SignIn(true)
	s.Until("2027-01-15T01:59:00Z")
	s.SetGood(false)
	s.Until("2027-01-15T09:00:10Z")
	s.SignIn(false)
	s.Until("2027-01-15T09:10:00Z")
	s.SignIn(true)
	s.Until("2027-01-15T09:45:00Z")
}

const retriesFile = `
sessions:
  default: {backend: "https://api.example.com/v1"}
jobs:
  - {name: exhausted, actor: agent, schedule: every 1h, retry: {attempts: 4, initial: 2s}}
  - {name: permanent, actor: agent, schedule: every 1h}
  - {name: limited, actor: agent, schedule: every 1h}
  - {name: panics, actor: shell, schedule: every 1h, retry: {attempts: 2}}
  - {name: slow, actor: shell, schedule: every 1h, timeout: 20s, retry: {attempts: 2}}
  - {name: recovers, actor: shell, schedule: every 1h, retry: {attempts: 5}}
  - {name: fine, actor: shell, schedule: every 1h}
`

// recordRetries is two hours of every case of the retry policy.
func recordRetries(s *world.Virtual) {
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		switch {
		case a.Job == "permanent":
			return actors.Permanent(errors.New("the model does not exist"))
		case a.Job == "limited" && a.Number == 1:
			return actors.RetryAfter(errors.New("too many requests"), 45*time.Second)
		case a.Job == "panics":
			panic("index out of range")
		case a.Job == "slow":
			return world.Work(ctx, time.Hour)
		case a.Job == "exhausted", a.Job == "recovers" && a.Number < 3:
			return errors.New("the backend is overloaded")
		}
		return nil
	}
	s.Start(retriesFile)
	s.SignIn(true)
	s.Until("2027-01-15T01:59:00Z")
}

const restartFile = `
sessions:
  default: {backend: "https://api.example.com/v1", sign_in: "https://app.example.com/login"}
jobs:
  - {name: briefing, actor: agent, schedule: every 2h}
  - {name: inbox, actor: agent, schedule: every 30m}
  - {name: flaky, actor: shell, schedule: every 1h, retry: {initial: 10m, max: 10m, jitter: 0}}
  - {name: backup, actor: shell, schedule: every 1h, timeout: 1h}
`

// recordRestart kills a runtime while its gate is closed, a run backs off and a shell job runs, and starts it again
// three hours later.
func recordRestart(s *world.Virtual) {
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		switch {
		case a.Session != "" && !s.Good():
			return actors.SessionExpired(errors.New("POST https://api.example.com/v1/chat/completions: 401 Unauthorized"))
		case a.Job == "flaky" && a.Number == 1:
			return errors.New("exit status 1")
		case a.Job == "backup":
			return world.Work(ctx, 40*time.Minute)
		}
		return nil
	}
	s.Start(restartFile)
	s.SignIn(true)
	s.Until("2027-01-15T02:01:00Z")
	s.SetGood(false)
	s.Until("2027-01-15T03:05:00Z")
	s.Crash()
	s.Until("2027-01-15T06:12:00Z")
	s.Start(restartFile)
	s.Until("2027-01-15T06:40:00Z")
	s.SignIn(true)
	s.Until("2027-01-15T07:50:00Z")
}

const besideFile = `
sessions:
  default: {backend: "https://api.example.com/v1", sign_in: "https://app.example.com/login"}
jobs:
  - {name: mirror, actor: shell, schedule: every 15m, overlap: allow, max_parallel: 3, timeout: 2h}
  - {name: digest, actor: agent, schedule: every 15m, overlap: allow, timeout: 2h}
  - {name: flaky, actor: shell, schedule: every 15m, overlap: allow, max_parallel: 2, timeout: 2h, retry: {attempts: 3, initial: 20m, max: 40m, within: 4h}}
lanes: {agent: 3, shell: 5}
`

// recordBeside is jobs whose runs take longer than their pace. The runtime is killed with several of each in flight, and
// later the token dies under three runs of one job.
func recordBeside(s *world.Virtual) {
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		switch {
		case a.Job == "flaky" && a.Number < 3:
			return errors.New("exit status 1")
		case a.Job == "digest":
			if err := world.Work(ctx, 40*time.Minute); err != nil || s.Good() {
				return err
			}
			return actors.SessionExpired(errors.New("POST https://api.example.com/v1/chat/completions: 401 Unauthorized"))
		}
		return world.Work(ctx, 70*time.Minute)
	}
	s.Start(besideFile)
	s.SignIn(true)
	s.Until("2027-01-15T02:10:00Z")
	s.Crash()
	s.Until("2027-01-15T02:20:00Z")
	s.Start(besideFile)
	s.Until("2027-01-15T04:00:00Z")
	s.SetGood(false)
	s.Until("2027-01-15T05:05:00Z")
	s.SignIn(true)
	s.Until("2027-01-15T07:00:00Z")
}

// exportOf returns the exported journal of a runtime.
func exportOf(s *world.Virtual) []byte {
	s.T.Helper()
	j := s.Open()
	defer j.Close()
	var b bytes.Buffer
	if _, err := jsonl.Export(&b, j); err != nil {
		s.T.Fatal(err)
	}
	return b.Bytes()
}
