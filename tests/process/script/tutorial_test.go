package script_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/tests/internal/world"
)

// TestTutorial does what docs/tutorial.md says, in an empty folder, and compares what is printed with the page. Only the
// API's port is left out, since several daemons run here, and it is afternoon, so that no slot of the page falls due.
func TestTutorial(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	if !strings.Contains(page, "```sh\ngo build -o curfew ./cmd/runtime\n") {
		t.Error("the page does not build the program as it is built here")
	}
	r := newReader(t)
	typed := 0
	for _, f := range fences(page) {
		if f.file != "" {
			if err := os.WriteFile(filepath.Join(r.dir, f.file), []byte(f.text), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for _, s := range steps(f.text) {
			typed++
			do := r.types
			if f.daemon {
				do = r.watches
			}
			if err := do(s); err != nil {
				t.Fatalf("$ %s\n%v", s.command, err)
			}
		}
	}
	if typed < 20 {
		t.Errorf("only %d commands were found", typed)
	}
	if err := r.daemon.Wait(); err != nil {
		t.Errorf("the daemon, after the page: %v", err)
	}
}

// A reader does what a page says.
type reader struct {
	reading
	ctx    context.Context //nolint:containedctx // of the test; it bounds every wait
	dir    string
	env    []string
	daemon *exec.Cmd
	log    *bufio.Reader // of the daemon
}

func newReader(t *testing.T) *reader {
	program, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	person, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	home, zone := t.TempDir(), afternoon(time.Now())
	r := &reader{ctx: ctx, dir: filepath.Join(home, "empty"), reading: reading{stands(zone, person.Username), map[string]string{}}}
	r.env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME=", "CURFEW_DATA=", "CURFEW_URL=", "XDG_RUNTIME_DIR="+home, "TZ="+zone,
		"PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if err := os.Mkdir(r.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if r.daemon != nil {
			_ = r.daemon.Wait() // it is over already, unless the test has failed
		}
	})
	return r
}

// afternoon is a zone in which it is between 14:00 and 15:00.
func afternoon(now time.Time) string { return fmt.Sprintf("Etc/GMT%+d", now.UTC().Hour()-14) }

func (r *reader) command(line string) *exec.Cmd {
	c := exec.CommandContext(r.ctx, "sh", "-uc", line)
	c.Dir, c.Env = r.dir, r.env
	return c
}

// types runs a line of the first terminal.
func (r *reader) types(s step) error {
	out, err := r.command(r.here(s.command)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w:\n%s", err, out)
	}
	return r.is(s.output, string(out))
}

// watches does a step in the daemon's terminal, and waits for each line that the page shows.
func (r *reader) watches(s step) error {
	switch {
	case s.command == "^C": // TERM, which does the same: Ctrl-C is switched off in the background of a script
		if err := r.daemon.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
	case s.command != "":
		r.daemon = r.command("exec " + strings.Replace(s.command, "curfew start", "curfew start --listen off", 1))
		out, err := r.daemon.StderrPipe()
		if err != nil {
			return err
		}
		r.log = bufio.NewReader(out)
		if err := r.daemon.Start(); err != nil {
			return err
		}
	}
	for line := range strings.Lines(s.output) {
		if err := r.await(line); err != nil {
			return err
		}
	}
	return nil
}

// await reads the daemon's log to a line that the page shows.
func (r *reader) await(want string) error {
	var read strings.Builder
	for {
		line, err := r.log.ReadString('\n')
		read.WriteString(line)
		if r.is(want, line) == nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: the log has no line\n%s\nbut\n%s", err, want, read.String())
		}
	}
}
