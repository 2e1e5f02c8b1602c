package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/agent/stricttest"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus/sqlite"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const threadJobs = `
sessions: {default: {backend: %q}}
jobs:
  - {name: main, actor: agent, schedule: "0 0 1 1 *", session_target: main, retry: {attempts: 1}, with: {system: "You count.", prompt: "Go on."}}
  - {name: isolated, actor: agent, schedule: "0 0 1 1 *", session_target: isolated, with: {prompt: "Go on."}}
`

// newCountingServer starts a server that answers with the number of messages in a request. It refuses the third
// request.
func newCountingServer(t *testing.T) string {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stricttest.Request(r); err != nil {
			t.Errorf("a strict endpoint refuses: %v", err)
		}
		var in struct{ Messages []any }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		if asked++; asked == 3 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, world.Completion(fmt.Sprintf("%d messages", len(in.Messages))))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestThread: a job with session_target: main knows the messages of its earlier runs that succeeded, also after a
// restart. Other jobs know none.
func TestThread(t *testing.T) {
	s := &site{t: t, data: t.TempDir()}
	kinds := &actors.Registry{}
	actors.Register(kinds, agent.New)
	conf, err := config.Parse("jobs.yaml", fmt.Appendf(nil, threadJobs, newCountingServer(t)), s.data, kinds)
	if err != nil {
		t.Fatal(err)
	}
	start := func() {
		journal, err := sqlite.Open(filepath.Join(s.data, "curfew.db"))
		if err != nil {
			t.Fatal(err)
		}
		s.rt, err = engine.Start(t.Context(), engine.Options{
			Kinds: kinds, Config: conf, Journal: journal, History: &history.Store{},
			Tokens: filepath.Join(s.data, "tokens.json"), Threads: filepath.Join(s.data, "threads"),
		})
		if err != nil {
			t.Fatal(err)
		}
		s.api = backend.New(s.rt)
	}
	run := func(job string, status messages.Status, want string) {
		t.Helper()
		id := s.runNow(job)
		world.Eventually(t, job+" to end", func() bool { return !s.run(id).FinishedAt.IsZero() })
		got := s.run(id)
		if got.Status != status || want != "" && (got.Output == nil || *got.Output != want) {
			t.Errorf("the run of %s is %s: %v; want %s: %s", job, got.Status, got.Output, status, want)
		}
	}
	start()
	s.signIn("a-token")
	run("main", messages.StatusSucceeded, "2 messages") // system, user
	run("main", messages.StatusSucceeded, "4 messages")
	run("main", messages.StatusFailed, "") // which leaves nothing
	run("isolated", messages.StatusSucceeded, "1 messages")
	s.stop()
	start()
	run("main", messages.StatusSucceeded, "6 messages")
	run("isolated", messages.StatusSucceeded, "1 messages")
	world.CheckJournal(t, s.stop())
}
