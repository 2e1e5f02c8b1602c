package live

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/cliagent"
	"curfew/actors/httpreq"
	"curfew/actors/shell"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// newTypesSite starts a runtime in a folder, with actor types that need no token.
func newTypesSite(t *testing.T, dir, file string) *site {
	t.Helper()
	kinds := &actors.Registry{}
	registerTypes(kinds)
	conf, err := config.Parse("jobs.yaml", []byte(file), dir, kinds)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, data: dir}
	s.start(kinds, conf, nil)
	return s
}

func registerTypes(kinds *actors.Registry) {
	actors.Register(kinds, shell.New)
	actors.Register(kinds, cliagent.New)
	actors.Register(kinds, httpreq.New)
}

// fakeAgent is an agent CLI. It records every call, and succeeds as long as the file signed-in is there. It prints the
// same when it succeeds and when it fails.
const fakeAgent = `#!/bin/sh
echo "$CURFEW_JOB $2" >>calls
echo 'Failed to authenticate. API Error: 401 {"error":{"type":"authentication_error"}} · Please run /login'
echo 'SESSION_EXPIRED: sign in'
test -e signed-in
`

const cliJobs = `
jobs:
  - {name: heartbeat, actor: shell, schedule: every 1s, with: {command: "echo alive"}}
  - {name: inbox, actor: cli-agent, schedule: every 1s, with: {argv: [./agent, -p, "{prompt}"], prompt: "read it", expired_when: {pattern: ["Please run /login"]}}}
  - {name: briefing, actor: cli-agent, schedule: every 1s, with: {argv: [./agent, -p, "{prompt}"], prompt: "read it", expired_when: {exit_code: [1]}}}
  - {name: report, actor: cli-agent, schedule: every 1s, with: {command: './agent -p "read it"'}}
  - {name: checked, actor: cli-agent, session: checked, schedule: every 1s, with: {command: './agent -p checked', preflight: {command: test -e checked-in}}}
sessions: {checked: {}}
`

var cliAgents = []string{"inbox", "briefing", "report"}

// TestCLIAgent lets the sign-in of an agent CLI expire. A success that prints every pattern closes nothing, and a
// failure closes the gate for all jobs. A false sign-in costs one call; a good one lets all jobs go on.
func TestCLIAgent(t *testing.T) {
	t.Parallel()
	c := &cliSite{t: t, dir: t.TempDir()}
	world.WriteProgram(t, filepath.Join(c.dir, "agent"), fakeAgent)
	c.touch("signed-in", "checked-in")
	s := newTypesSite(t, c.dir, cliJobs)
	for _, job := range cliAgents {
		s.beats(job, 2)
	}
	if v := s.session(); v.State != "open" || v.Generation != 1 {
		t.Fatalf("the session is %s at generation %d after successes; want open at 1", v.State, v.Generation)
	}

	before := c.calls()
	c.remove("signed-in")
	c.outage(s)
	// Its job has no rule of its own, and its preflight sees nothing: it was the text that every type knows.
	world.Eventually(t, "the other session to close", func() bool { return s.sessionOf("checked").State == "closed" })
	closed := c.calls()
	s.beats("heartbeat", 2)
	if n := c.calls(); n != closed {
		t.Errorf("%d calls came while the gate was closed; want none", n-closed)
	}
	t.Logf("calls after the sign-in expired: at most %d, of %d jobs", closed-before, len(cliAgents))

	c.signIn(s) // which is not true
	world.Eventually(t, "the canary to close the gate again", func() bool { return s.session().State == "closed" })
	c.outage(s)
	if n := c.calls(); n != closed+1 {
		t.Errorf("a false sign-in cost %d calls; want 1", n-closed)
	}

	c.touch("signed-in")
	held := s.heldRuns(cliAgents)
	c.signIn(s)
	s.once(held)
	s.told(messages.NoticeSessionSummary, 1)
	if v := s.session(); v.State != "open" || v.Generation != 3 {
		t.Errorf("the session is %s at generation %d; want open at 3", v.State, v.Generation)
	}
	c.reconcile(world.CheckJournal(t, s.stop()))
}

// TestCLIAgentPreflight: a preflight closes the gate without a call of the CLI.
func TestCLIAgentPreflight(t *testing.T) {
	t.Parallel()
	c := &cliSite{t: t, dir: t.TempDir()}
	world.WriteProgram(t, filepath.Join(c.dir, "agent"), fakeAgent)
	s := newTypesSite(t, c.dir, strings.Replace(cliJobs, "sessions:", "lanes: {cli-agent: 1}\nsessions:", 1))
	checked := func() contract.Session { return s.sessionOf("checked") }
	s.rest(cliAgents...)
	world.Eventually(t, "the preflight to close the gate", func() bool { return checked().State == "closed" })
	if v := checked(); *v.Reason != "cli-agent: preflight: exit status 1" {
		t.Errorf("the reason is %q", *v.Reason)
	}
	s.beats("heartbeat", 2)
	if n := c.callsOf("checked"); n != 0 {
		t.Errorf("the CLI was called %d times; want never", n)
	}
	c.touch("signed-in", "checked-in")
	if _, err := s.api.Login(t.Context(), "checked", contract.Login{}); err != nil {
		t.Fatal(err)
	}
	s.beats("checked", 1)
	if c.callsOf("checked") == 0 || checked().State != "open" {
		t.Errorf("%d calls after the sign-in, the session is %s", c.callsOf("checked"), checked().State)
	}
	world.CheckJournal(t, s.stop())
}

func (s *site) sessionOf(name string) contract.Session {
	s.t.Helper()
	v, err := s.api.Session(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// cliSite is the folder of a fake CLI.
type cliSite struct {
	t   *testing.T
	dir string
}

func (c *cliSite) touch(names ...string) {
	c.t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(c.dir, name), nil, 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cliSite) remove(name string) {
	c.t.Helper()
	if err := os.Remove(filepath.Join(c.dir, name)); err != nil {
		c.t.Fatal(err)
	}
}

// calls counts the calls of the session's jobs that the CLI recorded.
func (c *cliSite) calls() (n int) {
	for _, job := range cliAgents {
		n += c.callsOf(job)
	}
	return n
}

func (c *cliSite) callsOf(job string) (n int) {
	c.t.Helper()
	raw, err := os.ReadFile(filepath.Join(c.dir, "calls"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, job+" ") {
			n++
		}
	}
	return n
}

// outage waits until the gate is closed and every agent has a held run.
func (c *cliSite) outage(s *site) {
	c.t.Helper()
	world.Eventually(c.t, "the gate to close, with a held run of every agent", func() bool {
		jobs := s.jobs()
		for _, job := range cliAgents {
			if jobs[job].State != contract.JobHeld {
				return false
			}
		}
		return s.session().State == "closed"
	})
}

// signIn reports that somebody has signed in to the CLI. There is no token.
func (c *cliSite) signIn(s *site) {
	c.t.Helper()
	if _, err := s.api.Login(c.t.Context(), messages.DefaultSession, contract.Login{}); err != nil {
		c.t.Fatal(err)
	}
}

// reconcile compares the CLI's own count with the journal's, and counts the notifications. An attempt that the closing
// gate interrupted may have been stopped before the CLI could count it.
func (c *cliSite) reconcile(recs []messages.Record) {
	c.t.Helper()
	called, interrupted, reports := 0, 0, 0
	notices := map[messages.Notice]int{}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.AttemptSucceeded:
			called += c.mine(b.Job)
		case messages.AttemptInterrupted:
			interrupted += c.mine(b.Job)
		case messages.AttemptFailed:
			if b.Called {
				called += c.mine(b.Job)
			}
		case messages.NotificationRequested:
			if b.Session == messages.DefaultSession {
				notices[b.Notice]++
			}
		case messages.ErrorReported:
			reports++
		}
	}
	if n := c.calls(); n < called || n > called+interrupted {
		c.t.Errorf("the CLI counted %d calls, the journal %d and %d interrupted ones", n, called, interrupted)
	}
	want := map[messages.Notice]int{messages.NoticeSessionClosed: 1, messages.NoticeSignInRefused: 1, messages.NoticeSessionSummary: 1}
	if !maps.Equal(notices, want) || reports != 0 {
		c.t.Errorf("the notifications were %v, with %d error reports; want %v and none", notices, reports, want)
	}
}

// mine is 1 for a job of the session.
func (*cliSite) mine(job string) int {
	if slices.Contains(cliAgents, job) {
		return 1
	}
	return 0
}
