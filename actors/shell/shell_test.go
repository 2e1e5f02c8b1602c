package shell_test

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
	"curfew/actors/shell"
	"curfew/messages"
	"curfew/tests/patience"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("é", 400) // 800 bytes
	const slot = "CURFEW_JOB=backup CURFEW_RUN=r1 CURFEW_ATTEMPT=2 CURFEW_SLOT=2027-01-15T12:00:00.250Z"
	tests := []struct {
		name, command, dir string
		output, err        string
		class              messages.Class
	}{
		{"fine", "echo hello", "", "hello\n", "", ""},
		{"in its folder", "pwd", dir, dir + "\n", "", ""},
		{"no login shell", `shopt -q login_shell 2>/dev/null && echo login; echo "$0"`, "", "/bin/sh\n", "", ""},
		{"who it is", `echo CURFEW_JOB=$CURFEW_JOB CURFEW_RUN=$CURFEW_RUN CURFEW_ATTEMPT=$CURFEW_ATTEMPT CURFEW_SLOT=$CURFEW_SLOT`, "", slot + "\n", "", ""},
		{"passed on", `echo "$PASSED$PLANTED"`, "", "yes\n", "", ""},
		{"fails", "echo one; echo two; exit 3", "", "one\ntwo\n", "exit status 3: two", messages.ClassTransient},
		{"fails with a blank end", "printf 'why\\n\\n \\n'; exit 1", "", "why\n\n \n", "exit status 1: why", messages.ClassTransient},
		{"fails in silence", "exit 4", "", "", "exit status 4", messages.ClassTransient},
		{"fails with a long line", "echo " + long + "; exit 1", "", long + "\n", "exit status 1: " + "…" + long[:508], messages.ClassTransient},
		{"a program of its own killed", "(kill -9 $(exec sh -c 'echo $PPID')); exit $?", "", "Killed\n", "exit status 137 (as of a program killed by SIGKILL: often because memory ran out): Killed", messages.ClassTransient},
		{"crashed", "kill -SEGV $$", "", "", "killed by SIGSEGV", messages.ClassTransient},
		{"killed", "echo dying; kill -9 $$", "", "dying\n", "killed by SIGKILL (often because memory ran out): dying", messages.ClassTransient},
		{"says that a session has expired", "echo SESSION_EXPIRED: sign in; exit 1", "", "SESSION_EXPIRED: sign in\n", "exit status 1: SESSION_EXPIRED: sign in", messages.ClassTransient},
		{"no such folder", "true", dir + "/none", "", "shell: procs: working directory: stat " + dir + "/none: no such file or directory", messages.ClassPermanent},
		{"no folder", "true", "/dev/null", "", "shell: procs: working directory: chdir /dev/null: not a directory", messages.ClassPermanent},
	}
	t.Setenv("PASSED", "yes")
	t.Setenv("PLANTED", "no")
	attempt := actorstest.WithAttempt(func(a *actors.Attempt) {
		a.Job, a.Run, a.Number, a.PassEnv = "backup", "r1", 2, []string{"PASSED"}
		a.Slot = time.Date(2027, 1, 15, 13, 0, 0, 250e6, time.FixedZone("", 3600))
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := actorstest.Run(t, shell.New, shell.Spec{Command: tt.command, Dir: tt.dir}, attempt)
			text, class := outcome(err)
			if out.Text != tt.output || text != tt.err || class != tt.class {
				t.Errorf("got %q, %q, %s", out.Text, text, class)
			}
		})
	}
}

// TestStdin pins what the command reads, and that it need not read: that is no failure, however long the text is.
func TestStdin(t *testing.T) {
	most := strings.Repeat("0123456\n", actors.MaxStdin/8) // more than a pipe holds
	for _, tt := range []struct{ command, stdin, output string }{
		{"cat; echo end", "", "end\n"},
		{"cat; echo end", "one\ntwo", "one\ntwoend\n"},
		{"cat", "\x00 $HOME ${HOME} `id` %\r\n", "\x00 $HOME ${HOME} `id` %\r\n"},
		{"wc -c | tr -d ' '", most, "262144\n"},
		{"read line; echo $line", most, "0123456\n"},
		{"echo done", most, "done\n"},
		{"exec <&-; echo done", most, "done\n"},
	} {
		spec := shell.Spec{Command: tt.command, Stdin: tt.stdin}
		if err := spec.Validate(); err != nil {
			t.Error(err)
		}
		if out, err := actorstest.Run(t, shell.New, spec); err != nil || out.Text != tt.output {
			t.Errorf("%s: got %q, %v", tt.command, out.Text, err)
		}
	}
}

// TestSuccessExitCodes pins that the list is complete, and that a death by a signal is not a success.
func TestSuccessExitCodes(t *testing.T) {
	for _, tt := range []struct {
		command string
		codes   []int
		err     string
	}{
		{"exit 24", []int{0, 24}, ""},
		{"exit 0", []int{0, 24}, ""},
		{"exit 1", []int{0, 24}, "exit status 1"},
		{"echo found", []int{1}, "exit status 0: found"},
		{"exit 255", []int{255}, ""},
		{"kill -9 $$", []int{0, 255}, "killed by "},
	} {
		_, err := actorstest.Run(t, shell.New, shell.Spec{Command: tt.command, SuccessExitCodes: tt.codes})
		if text, _ := outcome(err); !strings.HasPrefix(text, tt.err) || (text == "") != (tt.err == "") {
			t.Errorf("%s with %v: got %q", tt.command, tt.codes, text)
		}
	}
}

// TestShell pins that another shell runs the command, by its path or by its name in the job's own PATH.
func TestShell(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\necho \"$1 $2\"\n"
	if err := os.WriteFile(filepath.Join(dir, "mysh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	path := actorstest.WithAttempt(func(a *actors.Attempt) { a.EnvValues = map[string]string{"PATH": dir + ":/usr/bin:/bin"} })
	for _, name := range []string{filepath.Join(dir, "mysh"), "mysh"} {
		out, err := actorstest.Run(t, shell.New, shell.Spec{Command: "one two", Shell: name}, path)
		if err != nil || out.Text != "-c one two\n" {
			t.Errorf("%s: got %q, %v", name, out.Text, err)
		}
	}
	_, err := actorstest.Run(t, shell.New, shell.Spec{Command: "true", Shell: "mysh"})
	if text, class := outcome(err); class != messages.ClassPermanent || !strings.Contains(text, `start mysh: executable file not found in $PATH: /`) {
		t.Errorf("where it is not: %q, %s", text, class)
	}
}

// TestStopped pins that what was written before the order to stop is kept.
func TestStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		_, _ = os.ReadFile(path) // ends when the command has opened and closed it
		cancel()
	}()
	spec := shell.Spec{Command: "echo begun; : >" + path + "; sleep 1000"}
	if out, err := actorstest.Run(t, shell.New, spec, actorstest.WithContext(ctx)); out.Text != "begun\n" || !errors.Is(err, context.Canceled) {
		t.Errorf("got %q, %v", out.Text, err)
	}
}

func TestTimeout(t *testing.T) {
	begun := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(begun, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, expire := patience.Deadline(t.Context())
	defer expire()
	go func() {
		_, _ = os.ReadFile(begun)
		expire()
	}()
	_, err := actorstest.Run(t, shell.New, shell.Spec{Command: ": >" + begun + "; sleep 1000"}, actorstest.WithContext(ctx))
	if text, class := outcome(err); class != messages.ClassTimeout {
		t.Errorf("got %q, %s", text, class)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		spec shell.Spec
		want string
	}{
		{shell.Spec{Command: "./backup.sh"}, ""},
		{shell.Spec{}, "command is required"},
		{shell.Spec{Command: " \n"}, "command is required"},
		{shell.Spec{Command: "a\x00b"}, "command must not contain NUL"},
		{shell.Spec{Command: "a", Dir: "\x00"}, "dir must not contain NUL"},
		{shell.Spec{Command: "a", Shell: "/bin/bash", SuccessExitCodes: []int{0, 255}}, ""},
		{shell.Spec{Command: "a", Shell: "bash -e"}, "shell must be a path such as /bin/bash, or the name of a program in PATH, without arguments"},
		{shell.Spec{Command: "a", Shell: "./sh"}, "shell must be a path such as /bin/bash, or the name of a program in PATH, without arguments"},
		{shell.Spec{Command: "a", Shell: "/bin/"}, "shell must be a path such as /bin/bash, or the name of a program in PATH, without arguments"},
		{shell.Spec{Command: "a", SuccessExitCodes: []int{0, 256}}, "success_exit_codes: 256 is not an exit status; they are 0 to 255"},
		{shell.Spec{Command: "a", Stdin: strings.Repeat("a", actors.MaxStdin+1)}, "stdin is longer than 262144 bytes; put it into a file, and read that with <FILE"},
		{shell.Spec{Command: strings.Repeat("a", shell.MaxCommand+1)}, "command is longer than 65536 bytes; put it into a file"},
	} {
		if got, _ := outcome(tt.spec.Validate()); got != tt.want {
			t.Errorf("%.20q: %q, want %q", tt.spec.Command, got, tt.want)
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

// TestTraits: a line of a crontab that is moved over has as much time as it had, and is tried once.
func TestTraits(t *testing.T) {
	traits := shell.New(actors.Env{}).Traits()
	if traits.Timeout != 24*time.Hour || traits.Retry == nil || traits.Retry.Attempts != 1 || traits.Gated {
		t.Errorf("%+v", traits)
	}
}
