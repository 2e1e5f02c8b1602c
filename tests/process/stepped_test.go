package process

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/tests/internal/world"
)

// steppedVar is the variable that names the file with the offset of the wall clock, in seconds.
const steppedVar = "CURFEW_TEST_CLOCK"

// steppedSource is a file of package time in a stepped build. It reads the offset in a goroutine of its own, because
// the Go runtime calls time.Now where no file may be read.
const steppedSource = `package time

import (
	"sync/atomic"
	"syscall"
)

var stepped atomic.Int64 // how many seconds the wall clock is off

func init() {
	name, named := syscall.Getenv("` + steppedVar + `")
	if !named {
		return
	}
	stepped.Store(steppedBy(name))
	go func() {
		for {
			Sleep(10 * Millisecond)
			stepped.Store(steppedBy(name))
		}
	}()
}

func steppedBy(name string) (by int64) {
	fd, err := open(name)
	if err != nil {
		return 0
	}
	defer closefd(fd)
	var text [32]byte
	n, _ := read(fd, text[:])
	sign := int64(1)
	for _, c := range text[:max(n, 0)] {
		switch {
		case c == '-':
			sign = -1
		case '0' <= c && c <= '9':
			by = 10*by + int64(c-'0')
		}
	}
	return sign * by
}
`

var stepped = flag.Bool("stepped", false, "run TestClockIsStepped, for which the program and all that it needs is compiled once more: minutes, then cached")

// steppedBuild builds the program with a wall clock that a test can set. It changes one line of the standard library
// for the compiler: time.Now adds the offset to its wall part and leaves the monotonic one, as a step of the machine's
// clock does.
func steppedBuild(t *testing.T) (program string) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	source, err := os.ReadFile(filepath.Join(library, "time.go"))
	if err != nil {
		t.Fatal(err)
	}
	const place = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	if strings.Count(string(source), place) != 1 {
		t.Fatalf("the standard library's time.Now does not begin with %q: look at it, and change this test", place)
	}
	dir := t.TempDir()
	overlay := map[string]map[string]string{"Replace": {}}
	for name, text := range map[string]string{
		"time.go": strings.Replace(string(source), place, place+"\tsec += stepped.Load()\n", 1), "stepped.go": steppedSource,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(library, name)] = path
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, list, 0o600); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "curfew")
	if err := world.Build(program, "-overlay", path, "curfew/cmd/runtime"); err != nil {
		t.Fatal(err)
	}
	return program
}

// stepping is the real program with a wall clock that the test sets.
type stepping struct {
	*world.Daemon
	clock string
}

func (s *stepping) step(by time.Duration) {
	s.T.Helper()
	tmp := s.clock + ".new"
	if err := os.WriteFile(tmp, fmt.Append(nil, int64(by/time.Second)), 0o600); err != nil {
		s.T.Fatal(err)
	}
	if err := os.Rename(tmp, s.clock); err != nil {
		s.T.Fatal(err)
	}
}

// says waits until the log has a text n times.
func (s *stepping) says(text string, n int) {
	s.T.Helper()
	world.Eventually(s.T, fmt.Sprintf("%q in the log, %d times", text, n), func() bool { return strings.Count(s.Log.String(), text) >= n })
}

// steppedFile has jobs that run every few seconds, and one that runs every hour.
const steppedFile = `
jobs:
  - {name: pace, actor: shell, schedule: "*/2 * * * * *", with: {command: "true"}}
  - {name: steady, actor: shell, schedule: every 2s, with: {command: "true"}}
  - {name: hourly, actor: shell, schedule: "@hourly", with: {command: "true"}}
`

// TestClockIsStepped sets the wall clock of the real program: every job goes on, and the log reports the step.
func TestClockIsStepped(t *testing.T) {
	t.Parallel()
	if !*stepped {
		t.Skip("NOT RUN: it compiles the standard library once more: go test ./tests/process -run TestClockIsStepped -stepped")
	}
	d := world.NewDaemonOf(t, steppedBuild(t))
	s := &stepping{Daemon: d, clock: filepath.Join(filepath.Dir(d.Bin), "clock")}
	d.Env = []string{steppedVar + "=" + s.clock}
	const year = 365 * 24 * time.Hour
	s.step(0)
	s.Start(steppedFile)
	s.Beats("pace", 2)
	for i, by := range []time.Duration{2*time.Hour + 5*time.Minute, year} {
		s.step(by)
		s.Beats("pace", 2)
		s.step(0)
		s.says("the clock was set back", i+1)
		s.Beats("pace", 2)
		s.Beats("steady", 2)
	}
	// Over a restart: the journal knows a later time than the clock.
	s.step(year)
	s.Beats("pace", 1)
	if err := s.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	s.step(0)
	s.Start(steppedFile)
	s.says("the clock was set back", 1)
	s.Beats("pace", 2)
	s.Beats("steady", 2)
	if err := s.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	world.CheckJournal(t, s.Run(nil, "journal", "export"))
}
