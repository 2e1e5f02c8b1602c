package live

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const httpJobs = `
jobs:
  - name: health
    actor: http
    schedule: every 1s
    retry: {attempts: 2, initial: 10ms, jitter: 0}
    with: {url: "%s/health?probe=1", expect_body: "^all is well", header_env: {Authorization: Bearer TEST_HTTP_KEY}}
  - name: spy
    actor: shell
    schedule: every 1s
    env: [TEST_HTTP_KEY]
    with: {command: 'echo "<$TEST_HTTP_KEY>"'}
`

// TestHTTPJob lets a server refuse a job: the job tries again and fails, and no session closes. The key that the server
// echoes is not in the journal, and another job does not see it.
func TestHTTPJob(t *testing.T) {
	const key = "hTTp-k3y-wX9"
	t.Setenv("TEST_HTTP_KEY", key)
	var refuses atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuses.Load() {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, "all is well with "+r.Header.Get("Authorization"))
	}))
	defer server.Close()
	s := newTypesSite(t, t.TempDir(), fmt.Sprintf(httpJobs, server.URL))
	s.beats("health", 1)
	s.beats("spy", 1)
	refuses.Store(true)
	world.Eventually(t, "the job to fail", func() bool { return s.runs("health", messages.StatusFailed) > 0 })

	if got, want := *s.newest("health", messages.StatusSucceeded).Output, "200 OK\n\nall is well with Bearer [redacted]"; got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	if got := *s.newest("spy", messages.StatusSucceeded).Output; got != "<>\n" {
		t.Errorf("the other job saw %q", got)
	}
	want := "http: GET " + server.URL + "/health: 401 Unauthorized, not 200: all is well with Bearer [redacted]"
	if a := s.newest("health", messages.StatusFailed).Attempts; len(a) != 2 ||
		*a[1].Class != messages.ClassTransient || *a[1].Error != want {
		t.Errorf("the failed run had the attempts %+v", a)
	}
	if v := s.session(); v.State != "open" || v.Generation != 1 || v.Jobs != 0 {
		t.Errorf("the session is %s at generation %d, of %d jobs", v.State, v.Generation, v.Jobs)
	}
	journal := s.stop()
	if strings.Contains(string(journal), key) {
		t.Error("the journal holds the key")
	}
	world.CheckJournal(t, journal)
}

// newest returns the newest run of a job with a status.
func (s *site) newest(job string, status messages.Status) contract.Run {
	s.t.Helper()
	list, err := s.api.Runs(s.t.Context(), contract.RunQuery{Job: job, Status: status, Page: contract.Page{Limit: 1}})
	if err != nil || len(list.Items) != 1 {
		s.t.Fatalf("%d runs of %s, %v", len(list.Items), job, err)
	}
	return s.run(list.Items[0].ID)
}
