//go:build unix

package live

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/tests/internal/world"
	"curfew/tests/loopback"
)

// unreachableRegistry is the exit code of tests/live/aimock/install.sh if it cannot reach the registry, which says
// nothing about this project.
const unreachableRegistry = 75

// aimock is the server of model APIs of npm's aimockPackage, which is not part of this project. It accepts one key from
// its start to its end; a key expires by a restart with another one.
type aimock struct {
	t       *testing.T
	program string
	host    string
	port    int
	cmd     *exec.Cmd
}

var withAimock = flag.Bool("aimock", false, "install "+aimockPackage+" by npm into .cache, once, and run the tests against it")

const aimockPackage = "@copilotkit/aimock"

// newAimock installs the server, once per checkout. The test is skipped without -aimock, or where it cannot be
// installed.
func newAimock(t *testing.T) *aimock {
	t.Helper()
	if !*withAimock {
		t.Skipf("NOT RUN: it installs %s by npm, once: go test ./tests/live -run AgainstAimock -aimock", aimockPackage)
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("NOT RUN: the test against a server that is not part of this project needs Node.js and npm; there is no %s",
				program)
		}
	}
	version, err := exec.Command("node", "--version").Output()
	var major int
	if _, scan := fmt.Sscanf(string(version), "v%d.", &major); err != nil || scan != nil || major < 20 {
		t.Skipf("NOT RUN: the test against a server that is not part of this project needs Node.js 20; this is %s",
			version)
	}
	into, err := filepath.Abs("../../.cache/aimock-1.43.0")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "aimock/install.sh", into).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == unreachableRegistry {
		t.Skipf("NOT RUN: the test against a server that is not part of this project: npm cannot reach its registry:\n%s",
			out)
	}
	if err != nil {
		t.Fatalf("install aimock: %v\n%s", err, out)
	}
	host := loopback.Own(t)
	m := &aimock{t: t, program: filepath.Join(into, "node_modules/.bin/llmock"), host: host, port: loopback.Ports(t, host, 1)[0]}
	t.Cleanup(m.stop)
	return m
}

func (m *aimock) url() string { return fmt.Sprintf("http://%s:%d", m.host, m.port) }

// accept restarts the server with that key.
func (m *aimock) accept(key string) {
	m.t.Helper()
	m.stop()
	m.cmd = exec.Command(m.program, "--host", m.host, "--port", fmt.Sprint(m.port),
		"--fixtures", "aimock/fixtures.json", "--strict", "--log-level", "warn")
	m.cmd.Env = append(os.Environ(), "AIMOCK_API_KEYS="+key)
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	world.Eventually(m.t, "aimock to listen", func() bool {
		resp, err := http.Get(m.url() + "/v1/models")
		if err == nil {
			_ = resp.Body.Close()
		}
		return err == nil
	})
}

func (m *aimock) stop() {
	if m.cmd == nil {
		return
	}
	_ = syscall.Kill(-m.cmd.Process.Pid, syscall.SIGKILL)
	_ = m.cmd.Wait() // it was killed
	m.cmd = nil
}

const aimockJobs = `
sessions: {default: {backend: "%s/v1"}}
jobs:
  - {name: first, actor: agent, schedule: "0 0 1 1 *", with: {definition: briefing, prompt: "Prepare my day."}}
  - {name: second, actor: agent, schedule: "0 0 1 1 *", with: {definition: briefing, prompt: "Prepare my day."}}
  - {name: third, actor: agent, schedule: "0 0 1 1 *", with: {definition: briefing, prompt: "Prepare my day."}}
`

const aimockDefinition = `---
model: gpt-4o
mcp:
  calendar: {command: [%[1]s, calendar]}
  mail: {command: [%[1]s, mail]}
tools: [calendar.today, mail.send]
---
You prepare a person's day.
`

const aimockAnswer = "Your day: 09:00 dentist. I have written to you."

// buildTools builds the MCP server of the tools into a folder.
func buildTools(t *testing.T, into string) string {
	t.Helper()
	tool := filepath.Join(into, "toolserver")
	if err := world.Build(tool, "./toolserver"); err != nil {
		t.Fatal(err)
	}
	return tool
}

// newAimockSite starts a runtime whose agents call aimock and have two MCP servers with a tool each.
func newAimockSite(t *testing.T, m *aimock) *site {
	t.Helper()
	s := &site{t: t, data: t.TempDir()}
	tool := buildTools(t, s.data)
	if err := os.Mkdir(filepath.Join(s.data, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	definition := fmt.Sprintf(aimockDefinition, tool)
	if err := os.WriteFile(filepath.Join(s.data, "agents", "briefing.md"), []byte(definition), 0o600); err != nil {
		t.Fatal(err)
	}
	kinds := &actors.Registry{}
	actors.Register(kinds, agent.New)
	conf, err := config.Parse("jobs.yaml", fmt.Appendf(nil, aimockJobs, m.url()), s.data, kinds)
	if err != nil {
		t.Fatal(err)
	}
	s.start(kinds, conf, nil)
	return s
}

// TestAgainstAimock runs an agent with two tools against a server that is not part of this project: it gives the right
// answer. When the key of the server changes the gate closes and no agent calls; after a sign-in all give the right
// answer.
func TestAgainstAimock(t *testing.T) {
	m := newAimock(t)
	m.accept("key-one")
	s := newAimockSite(t, m)
	s.signIn("key-one")
	answered := func(id messages.RunID) func() bool {
		return func() bool { return s.run(id).Status == messages.StatusSucceeded }
	}
	before := s.runNow("first")
	world.Eventually(t, "the first answer", answered(before))
	if out := s.run(before).Output; out == nil || *out != aimockAnswer {
		t.Fatalf("the answer is %v, want %q", out, aimockAnswer)
	}

	if a := s.run(before).Attempts; len(a) != 1 || a[0].Usage == nil || len(a[0].Trace) != 9 {
		t.Errorf("its attempts are shown as %+v; want one with its usage and nine steps", a)
	}

	m.accept("key-two")
	held := []messages.RunID{s.runNow("first"), s.runNow("second"), s.runNow("third")}
	world.Eventually(t, "the gate to close", func() bool { return s.session().State == "closed" })
	for _, id := range held {
		world.Eventually(t, "a run to be held", func() bool { return s.run(id).Status == messages.StatusHeld })
	}

	s.signIn("key-two")
	for _, id := range held {
		world.Eventually(t, "the answer of a held run", answered(id))
		if out := s.run(id).Output; out == nil || *out != aimockAnswer {
			t.Errorf("the answer is %v, want %q", out, aimockAnswer)
		}
	}
	world.Eventually(t, "the gate to open", func() bool { return s.session().State == "open" })
	checkAimock(t, world.CheckJournal(t, s.stop()))
}

// checkAimock checks the journal for what the agents did.
func checkAimock(t *testing.T, recs []messages.Record) {
	t.Helper()
	want := "message message message tool_call calendar.today tool_result calendar.today message tool_call mail.send tool_result mail.send message"
	succeeded, wrote, refused := 0, 0, 0
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.AttemptSucceeded:
			succeeded++
			var steps []string
			for _, step := range b.Trace {
				steps = append(steps, strings.TrimSpace(string(step.Kind)+" "+step.Tool))
			}
			if got := strings.Join(steps, " "); got != want || b.Usage == nil || b.Usage.Calls != 3 {
				t.Errorf("the trace of %s is %s, its usage %+v", b.Run, got, b.Usage)
			}
		case messages.SideEffectBegan:
			wrote++
			if b.Tool != "mail.send" {
				t.Errorf("a side effect of %s began", b.Tool)
			}
		case messages.AttemptFailed:
			refused++
			if b.Class != messages.ClassSessionExpired {
				t.Errorf("an attempt of %s failed as %s: %s", b.Job, b.Class, b.Error)
			}
		case messages.ErrorReported:
			t.Errorf("an error was reported: %+v", b)
		}
	}
	if succeeded != 4 || wrote != 4 || refused < 1 {
		t.Errorf("%d attempts succeeded, %d wrote, %d were refused; want 4, 4 and at least 1",
			succeeded, wrote, refused)
	}
	t.Logf("4 runs of 3 calls and 2 tools each; the lapse has cost %d calls", refused)
}
