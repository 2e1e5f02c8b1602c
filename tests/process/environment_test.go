package process

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"curfew/tests/internal/world"
)

const environmentFile = `
sessions: {cli: {signed_in_when: {file: ~/no-such-sign-in}}}
jobs:
  - name: who
    actor: shell
    schedule: "@yearly"
    env: [PASSED, NEVER_SET, {GIVEN: "a b", LANG: C.UTF-8}]
    with: {command: "cd && [ \"$PWD\" = \"$HOME\" ] && echo \"$USER $LOGNAME $PASSED $GIVEN $LANG $CURFEW_JOB\" && [ -n \"$SHELL$PATH\" ]"}
  - {name: other, actor: shell, schedule: "@yearly", env: [NEVER_SET], with: {command: "exit 24", success_exit_codes: [0, 24]}}
`

// TestEnvironmentOfJobs starts the daemon with an empty environment, as a service manager does. Jobs get the variables
// that name them and those of their env; the start reports variables that it does not have. A sign-in is looked for in the
// home that jobs have.
func TestEnvironmentOfJobs(t *testing.T) {
	t.Parallel()
	me, err := exec.Command("id", "-un").Output()
	if err != nil {
		t.Fatal(err)
	}
	user := strings.TrimSpace(string(me))
	d := world.NewDaemon(t)
	d.Wrap = []string{"env", "-i", "PASSED=yes", "LANG=C"}
	d.Start(environmentFile)
	out := string(d.Run(nil, "job", "run", "who", "--wait"))
	if want := user + " " + user + " yes a b C.UTF-8 who\n"; !strings.Contains(out, want) {
		t.Errorf("got %s, want %s", out, want)
	}
	d.Run(nil, "job", "run", "other", "--wait") // fails unless it succeeded
	if log := d.Log.String(); strings.Count(log, `{"variable": "NEVER_SET", "jobs": ["who", "other"], "of": 2}`) != 1 || strings.Contains(log, `"variable": "PASSED"`) {
		t.Errorf("the log:\n%s", log)
	}
	if log := d.Log.String(); strings.Contains(log, "a sign-in may go unnoticed") {
		t.Errorf("the log:\n%s", log)
	}
}

// TestNothingRawReachesATerminal lets a job print, fail with and deliver control sequences. Neither the log nor a
// command shows them, and no text of a job looks like a line of the log.
func TestNothingRawReachesATerminal(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	d.Start(`
jobs:
  - name: rude
    actor: shell
    schedule: "@yearly"
    retry: {attempts: 1}
    deliver: {to: [log]}
    with: {command: 'printf "\033[2Jout\033]0;X\007\302\233m\177 \342\200\256 end\r10%%\r20%%"; printf "\033[2Jboom\033]0;X\007\302\2331m\177 \342\200\256 end\n" >&2; exit 7'}
  - name: kind
    actor: shell
    schedule: "@yearly"
    deliver: {to: [log]}
    with: {command: 'printf "\033[2Jout\033]0;X\007\302\233m\177\n2026-01-01T00:00:00Z\tINFO\tforged\n"'}
`)
	var shown []string
	for _, job := range []string{"rude", "kind"} {
		c := exec.Command(d.Bin, "job", "run", job, "--wait", "--data", d.Data)
		text, err := c.CombinedOutput()
		if c.ProcessState == nil {
			t.Fatal(err)
		}
		id := string(d.Job(job).LastRun.ID)
		shown = append(shown, string(text))
		for _, args := range [][]string{{"run", "show", id}, {"run", "logs", id}, {"job", "history", job}, {"explain", job}, {"job", "show", job}, {"job", "list"}} {
			shown = append(shown, string(d.Run(nil, args...)))
		}
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	log := d.Log.String()
	if !strings.Contains(log, "boom") || !strings.Contains(log, "out") || strings.Contains(log, "\n2026-01-01") {
		t.Errorf("the log:\n%s", log)
	}
	for _, text := range append(shown, log) {
		for _, r := range text {
			if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q is left in %q", r, text)
				break
			}
		}
	}
}
