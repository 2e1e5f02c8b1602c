package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/datadir"
	"curfew/internal/zone"
	"curfew/messages"
)

// states are the states of findings, with their areas.
func states(all []Finding) string {
	var said []string
	for _, f := range all {
		said = append(said, f.Area+" "+string(f.State))
	}
	return strings.Join(said, ", ")
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := states(Folder(dir)); !strings.HasPrefix(got, "data folder ok, disk ") {
		t.Error(got)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := states(Folder(dir)); !strings.HasPrefix(got, "data folder warning, disk ") {
		t.Error(got)
	}
	if got := states(Folder(filepath.Join(dir, "none"))); got != "data folder failure" {
		t.Error(got)
	}
}

// TestProgram: a daemon that is another build than the program that asks, and one that is the same.
func TestProgram(t *testing.T) {
	data := "/var/lib/curfew"
	n := contract.Status{Version: "v1.2.3", Data: &data}
	if got := Program(n, "v1.2.3", nil); got != nil {
		t.Errorf("%+v", got)
	}
	for restart, u := range map[string]*datadir.Unit{
		"stop the daemon and start it again":                               nil,
		"one: stop the daemon and start it":                                {Data: "/elsewhere"},
		"`systemctl restart curfew` starts it again, after it has drained": {Data: data},
	} {
		got := Program(n, "v1.3.0", u)
		if states(got) != "program warning" || !strings.Contains(*got[0].Do, restart) ||
			got[0].Text != "the daemon runs curfew v1.2.3, and this program is curfew v1.3.0" {
			t.Errorf("%+v: %+v, want %q", u, got, restart)
		}
	}
}

// TestPrograms: what the daemon says of programs that it does not find, and what to do about each.
func TestPrograms(t *testing.T) {
	data, path, own := "/var/lib/curfew", "/usr/bin:/bin", "/opt/bin"
	n := contract.Status{Data: &data}
	if got := Programs(n, nil); got != nil {
		t.Errorf("of a daemon that does not say: %+v", got)
	}
	n.Path = &path
	if got := Programs(n, nil); states(got) != "programs ok" || !strings.HasSuffix(got[0].Text, "its PATH is /usr/bin:/bin") {
		t.Errorf("%+v", got)
	}
	n.Missing = []contract.MissingProgram{
		{Program: "claude", Why: "elsewhere", Jobs: []string{"a", "b"}, Of: 3},
		{Program: "codex", Path: &own, Jobs: []string{"c"}, Of: 1},
		{Program: "./x", Why: "the program ./x does not exist", Jobs: []string{"d"}, Of: 1},
	}
	unit := &datadir.Unit{Data: data}
	want := [][2]string{
		{"the daemon does not find the program claude; jobs that run it: a, b and 1 more", "PATH (/usr/bin:/bin), or add its folder by `systemctl edit curfew`"},
		{"the daemon does not find the program codex; jobs that run it: c", "PATH that the job sets, or add its folder there: /opt/bin"},
		{"the program ./x does not exist; jobs that run it: d", "mend the job"},
	}
	got := Programs(n, unit)
	if states(got) != "programs warning, programs warning, programs warning" {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if got[i].Text != w[0] || !strings.Contains(*got[i].Do, w[1]) {
			t.Errorf("%s\n%s\nwant %q", got[i].Text, *got[i].Do, w)
		}
	}
	if do := *Programs(n, nil)[0].Do; !strings.Contains(do, "start the daemon with its folder in PATH") {
		t.Error(do)
	}
}

// TestJournal: a whole journal, one that takes too long, and one that is damaged.
func TestJournal(t *testing.T) {
	whole := func(w io.Writer) error { _, err := io.WriteString(w, "a\nb\n"); return err }
	if f := Journal(t.Context(), whole); f.State != OK || f.Text != "2 records are whole" {
		t.Errorf("%+v", f)
	}
	over, cancel := context.WithCancel(t.Context())
	slow := func(w io.Writer) error {
		if err := whole(w); err != nil {
			return err
		}
		cancel()
		return whole(w)
	}
	if f := Journal(over, slow); f.State != OK || !strings.Contains(f.Text, "the first 2 records") {
		t.Errorf("%+v", f)
	}
	if f := Journal(t.Context(), func(io.Writer) error { return errors.New("record 7 is damaged") }); f.State != Failure || f.Do == nil {
		t.Errorf("%+v", f)
	}
	denied := fmt.Errorf("open the data folder: %w", fs.ErrPermission)
	if f := Journal(t.Context(), func(io.Writer) error { return denied }); f.State != Failure || !strings.Contains(*f.Do, "as the user of the daemon") {
		t.Errorf("%+v", f)
	}
}

// TestHowToSignIn: what is to be done about a closed session is what its daemon says.
func TestHowToSignIn(t *testing.T) {
	closed := contract.Session{Name: "claude", State: messages.StateClosed, Jobs: 1, SignIn: "sign in with `claude auth login`"}
	got := Sessions([]contract.Session{closed}, time.Unix(1_800_000_000, 0), messages.Instant.String)
	if len(got) != 1 || *got[0].Do != closed.SignIn {
		t.Errorf("%+v, want %q", got, closed.SignIn)
	}
	closed.SignIn = "" // an older daemon does not say it
	const follows = "sign in with the tool that its jobs run, then say so with `curfew session login claude`"
	got = Sessions([]contract.Session{closed}, time.Unix(1_800_000_000, 0), messages.Instant.String)
	if len(got) != 1 || got[0].Do == nil || *got[0].Do != follows {
		t.Errorf("%+v, want %q", got, follows)
	}
}

func TestSessions(t *testing.T) {
	now := messages.At(time.Unix(1_800_000_000, 0))
	reason := "401"
	for _, tt := range []struct {
		s    contract.Session
		want State
	}{
		{contract.Session{State: messages.StateOpen}, OK},
		{contract.Session{State: messages.StateOpen, ExpiresAt: now.Add(time.Hour)}, Warning},
		{contract.Session{State: messages.StateOpen, ExpiresAt: now.Add(48 * time.Hour)}, OK},
		{contract.Session{State: messages.StateOpen, RefreshError: &reason}, Warning},
		{contract.Session{State: messages.StateProbing}, Warning},
		{contract.Session{State: messages.StateClosed, Jobs: 2, Reason: &reason}, Failure},
		{contract.Session{State: messages.StateClosed, Jobs: 0}, OK},
		{contract.Session{State: messages.StateClosed, Jobs: 2, Until: now}, Warning},
	} {
		if got := Sessions([]contract.Session{tt.s}, now.Time(), messages.Instant.String); len(got) != 1 || got[0].State != tt.want {
			t.Errorf("%+v: %+v, want %s", tt.s, got, tt.want)
		}
	}
}

func TestFleet(t *testing.T) {
	for want, f := range map[string]*contract.Fleet{
		"":              nil,
		"fleet ok":      {Realm: "prod", Node: "a", Decider: "b", Connected: true, Behind: 3},
		"fleet failure": {Realm: "prod", Node: "a", Decider: "b"},
		"fleet warning": {Realm: "prod", Node: "a", Decider: "b", Connected: true, Behind: maxBehind + 1},
	} {
		if got := states(Fleet(f)); got != want {
			t.Errorf("%+v: %s, want %s", f, got, want)
		}
	}
	if got := states(Fleet(&contract.Fleet{Connected: true})); got != "fleet failure" {
		t.Errorf("without one that decides: %s", got)
	}
	got := Fleet(&contract.Fleet{Realm: "prod", Node: "a", Decider: "b", Connected: true, Usurped: true})
	if len(got) != 1 || got[0].State != Failure || !strings.Contains(got[0].Text, "another process is node a") {
		t.Errorf("a node whose name another process has: %+v", got)
	}
}

func TestDaemon(t *testing.T) {
	why := "the disk is full"
	n := contract.Status{Why: &why, Failing: []contract.FailingJob{{Job: "a"}}, Counts: contract.Counts{Failing: 3}}
	if got := states(Daemon(n, []string{"look at this"}, messages.Instant.String)); got != "daemon failure, daemon warning, job a warning, jobs warning" {
		t.Error(got)
	}
	n.Failing[0].Session, n.Failing[0].Holds = contract.OrNull("work"), []messages.Hold{messages.HoldSession}
	if got := Daemon(n, nil, messages.Instant.String)[1].Text; !strings.Contains(got, ", and is held by session work now; the last error: ") {
		t.Error(got)
	}
	n = contract.Status{Ready: true}
	if got := states(Daemon(n, nil, messages.Instant.String)); got != "daemon ok" {
		t.Error(got)
	}
	if got := states(Targets([]contract.Target{{Name: "a", State: "failing"}, {Name: "b", State: "ok"}, {Name: "c", State: "untried"}}, messages.Instant.String)); got != "target a warning, target b ok, target c ok" {
		t.Error(got)
	}
	jobs := []contract.Job{
		{Name: "never", Enabled: true, LastSkipped: &contract.LastSkipped{Reason: messages.SkipOverlap}},
		{Name: "new", Enabled: true},
		{Name: "ran", Enabled: true, LastRun: &contract.LastRun{}, LastSkipped: &contract.LastSkipped{}},
	}
	if got := states(Jobs(jobs, messages.Instant.String)); got != "job never warning" {
		t.Error(got)
	}
}

// TestStart: whether the next start takes the daemon's job file, and what to do if not, with the daemon up and down.
func TestStart(t *testing.T) {
	broken := &config.Invalid{Problems: []config.Problem{{File: "/e/jobs.yaml", Line: 4, Col: 5, Message: "unknown key"}, {}}}
	const first = "/e/jobs.yaml:4:5: unknown key (and 1 more); the next start will fail"
	for name, tt := range map[string]struct {
		up    bool
		err   error
		want  State
		text  string
		helps string
	}{
		"valid":      {true, nil, OK, "/e/jobs.yaml is valid", ""},
		"up":         {true, broken, Failure, first + ", and the daemon goes on by what it took in last", "then `curfew reload`"},
		"down":       {false, broken, Failure, first, "then start the daemon again"},
		"gone":       {false, fs.ErrNotExist, Failure, "file does not exist; the next start will fail", "start the daemon again"},
		"not by you": {true, fs.ErrPermission, Warning, "whether the next start takes it is not known: permission denied", "as the user of the daemon"},
	} {
		f := Start("/e/jobs.yaml", tt.up, config.Config{}, tt.err)
		if f.State != tt.want || f.Text != tt.text || (f.Do != nil) != (tt.helps != "") || f.Do != nil && !strings.Contains(*f.Do, tt.helps) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	f := Start("f.yaml", true, config.Config{Warnings: make([]config.Problem, 2)}, nil)
	if f.State != OK || f.Text != "f.yaml is valid, with warnings: 2" || f.Do == nil || *f.Do != "`curfew check f.yaml` says them" {
		t.Errorf("with warnings: %+v", f)
	}
}

// TestRefused: a daemon on another machine says whether its next start takes its file.
func TestRefused(t *testing.T) {
	why := "/e/jobs.yaml:4:5: unknown key"
	if got := states(Refused(contract.Status{ConfigError: &why})); got != "job file failure" {
		t.Errorf("a file that is not valid: %s", got)
	}
	if got := Refused(contract.Status{}); got != nil {
		t.Errorf("a file that is valid: %v", got)
	}
}

// TestBackends: one that listens and one that does not; nothing is sent, and each origin is asked once.
func TestBackends(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan int64, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		n, _ := io.Copy(io.Discard, c)
		sent <- n
	}()
	backend := func(name string, at net.Addr) messages.SessionConfig {
		return messages.SessionConfig{Name: name, Backend: "http://" + at.String() + "/v1"}
	}
	var cfg config.Config
	cfg.Runtime.Sessions = []messages.SessionConfig{{Name: "none"}, backend("a", l.Addr()), backend("b", l.Addr())}
	cfg.Jobs = []messages.Definition{
		{Job: "a", With: []byte(`{"mcp": {"m": {"url": "http://127.0.0.1:1/mcp"}, "l": {"command": "x"}}, "provider": {"base_url": "http://` + l.Addr().String() + `"}}`)},
		{Job: "b", With: []byte(`{"mcp": "something else"}`)},
	}
	all := Backends(t.Context(), cfg)
	if len(all) != 2 || all[0].State != OK || all[1].State != Failure {
		t.Errorf("%+v", all)
	}
	if n := <-sent; n != 0 {
		t.Errorf("%d bytes were sent", n)
	}
}

// TestClock: who has no job that runs by the machine's clock need not mend it, and is not told to.
func TestClock(t *testing.T) {
	guess := zone.Found{Name: "UTC", Warning: "this machine has no time zone"}
	vienna, utc := contract.Job{Name: "a", Timezone: "Europe/Vienna"}, contract.Job{Name: "b", Timezone: "UTC"}
	many := slices.Repeat([]contract.Job{utc}, maxNamed+2)
	for name, c := range map[string]struct {
		here    zone.Found
		unknown error
		jobs    []contract.Job
		want    State
		text    string
	}{
		"known":                   {zone.Found{Name: "UTC"}, nil, []contract.Job{utc}, OK, "it is 1970-01-01 00:00:00 in UTC"},
		"none, every job has one": {guess, nil, []contract.Job{vienna}, OK, "every job has another timezone of its own"},
		"none, one job has it":    {guess, nil, []contract.Job{vienna, utc}, Warning, "jobs that run by that clock: 1 (b)"},
		"none, many jobs have it": {guess, nil, many, Warning, ", b and 2 more)"},
		"none, no job":            {guess, nil, []contract.Job{}, OK, "this machine has no time zone"},
		"none, jobs unknown":      {guess, nil, nil, Warning, "this machine has no time zone"},
		"unknown, with jobs":      {zone.Found{}, errors.New("TZ is odd"), []contract.Job{vienna}, Warning, "TZ is odd; every job has a timezone"},
		"unknown, jobs unknown":   {zone.Found{}, errors.New("TZ is odd"), nil, Failure, "TZ is odd"},
	} {
		if f := Clock(time.Unix(0, 0), c.here, c.unknown, c.jobs); f.State != c.want || !strings.Contains(f.Text, c.text) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
