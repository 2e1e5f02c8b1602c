package oracle

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var withCron = flag.String("cron", "", "compare with Debian's cron: the folder that its package was unpacked into")

// cronVersion is the version that the rules of docs/dialects.md are of.
const cronVersion = "3.0pl1-162"

// needCron skips a test without -cron. With it, nothing is skipped: who asks for the comparison gets it or a failure.
func needCron(t *testing.T) {
	t.Helper()
	if *withCron == "" {
		t.Skipf("NOT RUN: it runs Debian's cron %s as root, in namespaces of its own: "+
			"apt-get download cron && dpkg-deb -x cron_*.deb FOLDER && go test ./tests/oracle -cron FOLDER", cronVersion)
	}
	if os.Geteuid() != 0 {
		t.Fatal("-cron: only root may run cron in namespaces of its own")
	}
}

// clock is the library that gives cron its clock, compiled once.
var clock = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "curfew-clock")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left of it does no harm
	lib := filepath.Join(dir, "clock.so")
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", lib, "testdata/clock.c").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile the clock of cron: %w\n%s", err, out)
	}
	return os.ReadFile(lib)
})

// newCron makes a root in which Debian's cron runs.
func newCron(t *testing.T, zone string) *root {
	t.Helper()
	needCron(t)
	lib, err := clock()
	if err != nil {
		t.Fatal(err)
	}
	r := newRoot(t, zone)
	r.must(os.WriteFile(r.path("clock.so"), lib, 0o755))
	r.copy(ofCron("usr/sbin/cron"), "cron")
	return r
}

// ofCron is the path of a file of the package. -cron is relative to the folder of the module, where it is typed.
func ofCron(name string) string {
	if filepath.IsAbs(*withCron) {
		return filepath.Join(*withCron, name)
	}
	return filepath.Join("../..", *withCron, name)
}

// A start is a job that cron has started.
type start struct {
	at      time.Time // the minute
	command string
	status  int // its exit status
}

// watched is what cron did from one time to another.
type watched struct {
	starts []start
	log    string // what it would write to syslog
}

// A watch is from when to when cron runs.
type watch struct {
	from, to time.Time
	real     bool          // the jobs run; else they are noted only
	beside   bool          // time passes while they run
	jumpAt   time.Time     // somebody sets the clock then
	jumpBy   time.Duration // by as much
}

// watch lets cron run.
func (r *root) watch(w watch) watched {
	r.t.Helper()
	env := []string{
		"LD_PRELOAD=/clock.so", "CLOCK_LOG=/clock.log", fmt.Sprint("CLOCK_FROM=", w.from.Unix()), fmt.Sprint("CLOCK_TO=", w.to.Unix()),
	}
	if !w.real {
		env = append(env, "CLOCK_DRY=1")
	}
	if w.beside {
		env = append(env, "CLOCK_BESIDE=1")
	}
	if w.jumpBy != 0 {
		env = append(env, fmt.Sprint("CLOCK_JUMP_AT=", w.jumpAt.Unix()), fmt.Sprint("CLOCK_JUMP_BY=", int(w.jumpBy.Seconds())))
	}
	if out, err := r.command(env, "/cron", "-f").CombinedOutput(); err != nil {
		r.t.Fatalf("cron: %v\n%s", err, out)
	}
	data, err := os.ReadFile(r.path("clock.log"))
	r.must(err)
	r.must(os.Remove(r.path("clock.log")))
	return r.told(string(data))
}

// told reads what the clock has noted.
func (r *root) told(text string) (all watched) {
	r.t.Helper()
	const fields = 4
	over := false
	for line := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", fields)
		if len(parts) != fields {
			all.log += line // the rest of a message with a newline in it
			continue
		}
		seconds, err := strconv.ParseInt(parts[1], 10, 64)
		r.must(err)
		status, err := strconv.Atoi(parts[2])
		r.must(err)
		s := start{time.Unix(seconds, 0).UTC().Truncate(time.Minute), parts[3], status}
		switch parts[0] {
		case "start":
			all.starts = append(all.starts, s)
		case "ended":
			for i := range all.starts {
				if all.starts[i].command == s.command {
					all.starts[i].status = s.status
				}
			}
		case "over":
			over = true
		default:
			all.log += parts[3] + "\n"
		}
	}
	if !over {
		r.t.Fatalf("cron has ended before its time:\n%s", text)
	}
	return all
}

// of are the minutes in which a command was started, each once.
func (w watched) of(command string) (out []time.Time) {
	for _, s := range w.starts {
		if s.command == command && (len(out) == 0 || !out[len(out)-1].Equal(s.at)) {
			out = append(out, s.at)
		}
	}
	return out
}

// status is the exit status of a command; false: it was not started.
func (w watched) status(command string) (int, bool) {
	i := slices.IndexFunc(w.starts, func(s start) bool { return s.command == command })
	if i < 0 {
		return 0, false
	}
	return w.starts[i].status, true
}
