package live

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// keptAgent is an agent CLI that keeps its sign-in in a file, and writes that by itself when it is refused.
const keptAgent = `#!/bin/sh
echo "$CURFEW_JOB called" >>calls
grep -qs good auth.json && exit
echo "emptied by $$" >auth.json
echo 'Not logged in' >&2
exit 1
`

// keptSite is a runtime with two jobs of such a CLI and one that shows that time passes.
func keptSite(t *testing.T, settings string) (*cliSite, func() *site) {
	t.Helper()
	c := &cliSite{t: t, dir: t.TempDir()}
	world.WriteProgram(t, filepath.Join(c.dir, "agent"), keptAgent)
	c.keep("stale")
	kinds := &actors.Registry{}
	registerTypes(kinds)
	conf, err := config.Parse("jobs.yaml", fmt.Appendf(nil, `
sessions: {tool: {%s}}
jobs:
  - {name: heartbeat, actor: shell, schedule: every 1s, with: {command: "true"}}
  - {name: inbox, actor: cli-agent, session: tool, schedule: "0 0 1 1 *", with: {argv: [./agent], expired_when: {pattern: ["Not logged in"]}}}
  - {name: report, actor: cli-agent, session: tool, schedule: "0 0 1 1 *", with: {argv: [./agent], expired_when: {pattern: ["Not logged in"]}}}
`, settings), c.dir, kinds)
	if err != nil {
		t.Fatal(err)
	}
	return c, func() *site {
		s := &site{t: t, data: c.dir}
		s.start(kinds, conf, nil)
		return s
	}
}

// keep is what signing in with the CLI does.
func (c *cliSite) keep(text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, "auth.json"), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// lapse runs the first job into its refusal, and the second into the closed gate.
func (c *cliSite) lapse(s *site) {
	c.t.Helper()
	s.runNow("inbox")
	world.Eventually(c.t, "the gate to close", func() bool { return s.sessionOf("tool").State == messages.StateClosed })
	world.Eventually(c.t, "the close to be looked at", func() bool { // a sign-in comes later than that
		seen, err := os.ReadFile(filepath.Join(c.dir, "signins.json"))
		return err == nil && strings.Contains(string(seen), `"tool":{"generation":1,`)
	})
	s.runNow("report")
	world.Eventually(c.t, "both runs to be held", func() bool { return s.runs("inbox", messages.StatusHeld)+s.runs("report", messages.StatusHeld) == 2 })
}

// goesOn waits until both jobs have succeeded, and looks at what was said of it.
func (c *cliSite) goesOn(s *site, by string) {
	c.t.Helper()
	world.Eventually(c.t, "both jobs to go on", func() bool {
		return s.runs("inbox", messages.StatusSucceeded) == 1 && s.runs("report", messages.StatusSucceeded) == 1
	})
	if v := s.sessionOf("tool"); v.State != messages.StateOpen || v.Generation != 2 || v.RestoredBy == nil || *v.RestoredBy != by {
		c.t.Errorf("the session is %s at generation %d by %v; want open at 2 by %s", v.State, v.Generation, v.RestoredBy, by)
	}
	s.told(messages.NoticeSessionSummary, 1)
	if n := c.callsOf("inbox") + c.callsOf("report"); n != 3 {
		c.t.Errorf("the CLI was called %d times; want 3: the refused one, the canary, and the one that was held", n)
	}
	recs := world.CheckJournal(c.t, s.stop())
	if n := len(slices.DeleteFunc(recs, func(r messages.Record) bool { return r.Body.Name() != messages.SessionRestored{}.Name() })); n != 1 {
		c.t.Errorf("%d sign-ins in the journal, want 1", n)
	}
}

// noticesSignIn lets a sign-in lapse, and signs in with the CLI alone.
func noticesSignIn(settings, by string) func(*testing.T) {
	return func(t *testing.T) {
		c, start := keptSite(t, settings)
		s := start()
		c.lapse(s)
		c.keep("good")
		c.goesOn(s, by)
	}
}

// TestOwnWriteOpensNothing: the CLI has rewritten its file while its attempt failed; nothing follows from that, until
// somebody has signed in while no daemon ran.
func TestOwnWriteOpensNothing(t *testing.T) {
	t.Parallel()
	c, start := keptSite(t, "signed_in_when: {file: auth.json, every: 1s}")
	s := start()
	c.lapse(s)
	s.beats("heartbeat", 5)
	if n := c.callsOf("inbox") + c.callsOf("report"); n != 1 || s.sessionOf("tool").Generation != 1 {
		t.Errorf("%d calls, generation %d; want one call and generation 1", n, s.sessionOf("tool").Generation)
	}
	if v := s.sessionOf("tool"); !slices.Equal(v.Watched, []string{filepath.Join(c.dir, "auth.json")}) || v.WatchError != nil {
		t.Errorf("watched are %v, in the way is %v", v.Watched, v.WatchError)
	}
	s.stop()
	c.keep("good")
	c.goesOn(start(), messages.ByFile)
}

// TestFalseSignIn: a sign-in that was noticed and is no good costs one call, is said to people, and is not used again.
func TestFalseSignIn(t *testing.T) {
	t.Parallel()
	c, start := keptSite(t, "signed_in_when: {file: auth.json, every: 1s}")
	s := start()
	c.lapse(s)
	c.keep("bad")
	world.Eventually(t, "the canary to close the gate again", func() bool {
		v := s.sessionOf("tool")
		return v.State == messages.StateClosed && v.Generation == 2
	})
	s.told(messages.NoticeSignInRefused, 1)
	s.beats("heartbeat", 5)
	v := s.sessionOf("tool")
	if n := c.callsOf("inbox") + c.callsOf("report"); n != 2 || v.Generation != 2 || v.RestoredBy == nil || *v.RestoredBy != messages.ByFile {
		t.Errorf("%d calls, generation %d by %v; want 2 calls, and generation 2 by the file", n, v.Generation, v.RestoredBy)
	}
	world.CheckJournal(t, s.stop())
}
