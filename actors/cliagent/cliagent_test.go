package cliagent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/cliagent"
	"curfew/messages"
)

const (
	expired   = messages.ClassSessionExpired
	transient = messages.ClassTransient
	permanent = messages.ClassPermanent
)

// noLogin is what an agent CLI says when its sign-in has lapsed.
const noLogin = `Failed to authenticate. API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired."}}`

var when = &cliagent.When{ExitCode: []int{41}, Pattern: []string{`^Failed to authenticate`, `Please run /login`}}

// TestOutcome pins what the end of an agent means. What is left to the host, which looks for the texts that
// notFound is what an error says besides of a shell that does not find a program.
const notFound = " (as of a shell that does not find a program; `curfew doctor` shows the daemon's PATH)"

// every type knows, is transient here.
func TestOutcome(t *testing.T) {
	quoting := "echo '" + noLogin + "'; echo 'Please run /login'; echo 'SESSION_EXPIRED: sign in'"
	tests := []struct {
		name, command string
		when          *cliagent.When
		output, err   string
		class         messages.Class
	}{
		{"fine", "echo done", when, "done\n", "", ""},
		{"fine, while it quotes every pattern", quoting, when, noLogin + "\nPlease run /login\nSESSION_EXPIRED: sign in\n", "", ""},
		{"an exit code", "echo out; exit 41", when, "out\n", "cli-agent: exit status 41: out (expired_when.exit_code 41)", expired},
		{"another exit code", "echo out; exit 1", when, "out\n", "cli-agent: exit status 1: out", transient},
		{"in the output", "echo 'x · Please run /login'; exit 1", when, "x · Please run /login\n", "cli-agent: exit status 1: x · Please run /login (expired_when.pattern \"Please run /login\")", expired},
		{"on the standard error", "(echo why; echo '" + noLogin + "') >&2; exit 1", when, "why\n" + noLogin + "\n", "cli-agent: exit status 1: " + noLogin + " (expired_when.pattern \"^Failed to authenticate\")", expired},
		{"long before the end of the output", quoting + "; seq 100; exit 1", when, noLogin + "\nPlease run /login\nSESSION_EXPIRED: sign in\n" + seq(100), "cli-agent: exit status 1: 100", transient},
		{"long before the end of both", "(" + quoting + "; seq 100) >&2; exit 1", when, noLogin + "\nPlease run /login\nSESSION_EXPIRED: sign in\n" + seq(100), "cli-agent: exit status 1: 100", transient},
		{"no rules", "echo '" + noLogin + "'; exit 41", nil, noLogin + "\n", "cli-agent: exit status 41: " + noLogin, transient},
		{"only patterns", "exit 41", &cliagent.When{Pattern: []string{"login"}}, "", "cli-agent: exit status 41", transient},
		{"only codes", "echo login; exit 1", &cliagent.When{ExitCode: []int{41}}, "login\n", "cli-agent: exit status 1: login", transient},
		{"killed", "kill -9 $$", when, "", "cli-agent: killed by SIGKILL (often because memory ran out)", transient},
		{"there is no such program", "no-such-agent 2>/dev/null", when, "", "cli-agent: exit status 127" + notFound, transient},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := actorstest.Run(t, cliagent.New, cliagent.Spec{Command: tt.command, ExpiredWhen: tt.when})
			if text, class := outcome(err); out.Text != tt.output || text != tt.err || class != tt.class {
				t.Errorf("got %q, %q, %s", out.Text, text, class)
			}
		})
	}
}

// TestStderrBehindOutput pins that much output does not hide what stands on the standard error. (In which
// order the two were written cannot be known.)
func TestStderrBehindOutput(t *testing.T) {
	spec := cliagent.Spec{Command: "echo 'Please run /login' >&2; seq 1000; exit 1", ExpiredWhen: when}
	_, err := actorstest.Run(t, cliagent.New, spec)
	if text, class := outcome(err); class != expired {
		t.Errorf("got %q, %s", text, class)
	}
}

// TestPreflight pins that its refusal costs no call of the agent, and that only an answer is one.
func TestPreflight(t *testing.T) {
	short := actors.Duration(20 * time.Millisecond)
	for _, tt := range []struct {
		name, command string
		timeout       *actors.Duration
		err           string
		class         messages.Class
		called        bool
	}{
		{"signed in", "echo 'Please run /login'", nil, "", "", true},
		{"signed out", "echo 'Not logged in'; exit 1", nil, "cli-agent: preflight: exit status 1: Not logged in", expired, false},
		{"another code", "exit 3", nil, "cli-agent: preflight: exit status 3", expired, false},
		{"not found", "no-such-agent status 2>/dev/null", nil, "cli-agent: the preflight could not be run: exit status 127" + notFound, transient, false},
		{"not to be run", "echo no; exit 126", nil, "cli-agent: the preflight could not be run: exit status 126: no", transient, false},
		{"killed", "kill -9 $$", nil, "cli-agent: the preflight could not be run: killed by SIGKILL (often because memory ran out)", transient, false},
		{"silent", "echo 'Please run /login'; sleep 1000", &short, "cli-agent: the preflight did not answer within 20ms", transient, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			spec := cliagent.Spec{
				Command: "echo called >>calls", Dir: dir, ExpiredWhen: when,
				Preflight: &cliagent.Preflight{Command: tt.command, Timeout: tt.timeout},
			}
			_, err := actorstest.Run(t, cliagent.New, spec)
			_, missing := os.Stat(filepath.Join(dir, "calls"))
			if text, class := outcome(err); text != tt.err || class != tt.class || (missing == nil) != tt.called {
				t.Errorf("got %q, %s, called %v", text, class, missing == nil)
			}
			silent := tt.name == "silent" || tt.name == "killed"
			if detail := actors.DetailOf(err); (detail == messages.DetailUnanswered) != silent {
				t.Errorf("detail %q", detail)
			}
		})
	}
}

// TestPrompt pins the two ways of a prompt, neither of which a shell looks at.
func TestPrompt(t *testing.T) {
	const prompt = "Say \"$HOME\" `date` {prompt}\n* 'x'"
	for _, tt := range []struct {
		name string
		spec cliagent.Spec
		want string
	}{
		{"standard input of a command", cliagent.Spec{Command: "cat", Prompt: prompt}, prompt},
		{"standard input of a program", cliagent.Spec{Argv: []string{"cat", "-"}, Prompt: prompt}, prompt},
		{"an argument", cliagent.Spec{Argv: []string{"printf", "<%s>", "{prompt}", "--p={prompt};"}, Prompt: prompt}, "<" + prompt + "><--p=" + prompt + ";>"},
		{"an argument, and nothing to read", cliagent.Spec{Argv: []string{"sh", "-c", "cat; echo end", "{prompt}"}, Prompt: prompt}, "end\n"},
		{"standard input of its own", cliagent.Spec{Command: "cat", Stdin: prompt}, prompt},
		{"an argument, and standard input of its own", cliagent.Spec{
			Argv: []string{"sh", "-c", "cat; echo \"$0\"", "{prompt}"}, Prompt: "why", Stdin: "page\n",
			Preflight: &cliagent.Preflight{Command: `test -z "$(cat)"`},
		}, "page\nwhy\n"},
		{"none", cliagent.Spec{Command: "cat; echo {prompt}"}, "{prompt}\n"},
		{"who it is", cliagent.Spec{Argv: []string{"sh", "-c", `echo $CURFEW_JOB $CURFEW_ATTEMPT "$PASSED$PLANTED"`}}, "test 1 yes\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PASSED", "yes")
			t.Setenv("PLANTED", "no")
			out, err := actorstest.Run(t, cliagent.New, tt.spec, actorstest.WithAttempt(func(a *actors.Attempt) { a.PassEnv = []string{"PASSED"} }))
			if err != nil || out.Text != tt.want {
				t.Errorf("got %q, %v; want %q", out.Text, err, tt.want)
			}
		})
	}
}

// TestNotStarted pins what somebody has to mend.
func TestNotStarted(t *testing.T) {
	dir := t.TempDir()
	for _, spec := range []cliagent.Spec{
		{Argv: []string{"no-such-agent"}},
		{Argv: []string{dir}},
		{Command: "true", Dir: dir + "/none"},
		{Command: "true", Dir: dir + "/none", Preflight: &cliagent.Preflight{Command: "true"}},
	} {
		if _, err := actorstest.Run(t, cliagent.New, spec); err == nil || !strings.HasPrefix(err.Error(), "cli-agent: ") {
			t.Errorf("%v: %v", spec, err)
		} else if _, class := outcome(err); class != permanent {
			t.Errorf("%v: %s: %v", spec, class, err)
		}
	}
}

// TestStopped pins that an agent which was told to stop is not judged, and that a preflight obeys, too.
func TestStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	begins := "echo 'Please run /login'; : >" + path + "; sleep 1000"
	for _, spec := range []cliagent.Spec{
		{Command: begins, ExpiredWhen: when},
		{Command: "true", Preflight: &cliagent.Preflight{Command: begins}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = os.ReadFile(path) // ends when the command has opened and closed it
			cancel()
		}()
		if _, err := actorstest.Run(t, cliagent.New, spec, actorstest.WithContext(ctx)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
}

func outcome(err error) (string, messages.Class) {
	if err == nil {
		return "", ""
	}
	class, _ := actors.Classify(err)
	return err.Error(), class
}
