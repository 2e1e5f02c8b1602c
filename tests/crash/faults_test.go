package crash

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/messages"
	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

const faultsFile = `
jobs:
  - {name: one, actor: shell, schedule: "@yearly", with: {command: "true"}}
  - {name: two, actor: shell, schedule: "@yearly", with: {command: "true"}}
`

// virtualFaults is the same file for a [world.Virtual].
var virtualFaults = strings.ReplaceAll(faultsFile, `command: "true"`, "")

// refuses starts the program, which must end with exit code 1, and returns its output. as is the user that starts it;
// nil: the one of the test.
func refuses(d *world.Daemon, as *syscall.Credential) string {
	d.T.Helper()
	ctx, cancel := context.WithTimeout(d.T.Context(), patience.Limit)
	defer cancel()
	c := exec.CommandContext(ctx, d.Bin, "start", "--config", d.File, "--data", d.Data, "--listen", "off")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		d.T.Fatalf("start: %v; want exit code 1\n%s", err, out)
	}
	return string(out)
}

// lived returns a daemon that has run and stopped, and the path of its journal.
func lived(t *testing.T) (*world.Daemon, string) {
	t.Helper()
	d := world.NewDaemon(t)
	d.Start(faultsFile)
	d.Run(nil, "job", "pause", "one")
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	return d, filepath.Join(d.Data, "curfew.db")
}

// TestFlippedByte changes one byte of the journal's file. The program does not start, names the record and says what to
// do; the export saves the records before it.
func TestFlippedByte(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Count(d.Run(nil, "journal", "export"), []byte("\n"))
	at := bytes.Index(raw, []byte(`"job.paused.v1"`))
	if at < 0 {
		t.Fatal("the file does not have the record")
	}
	raw[at+1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	said := refuses(d, nil)
	for _, want := range []string{"records ", "the checksum is", " journal export` saves what is before it", " journal restore`"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	c := exec.Command(d.Bin, "journal", "export", "--data", d.Data)
	saved, err := c.Output()
	if n := bytes.Count(saved, []byte("\n")); err == nil || n == 0 || n >= whole ||
		bytes.Contains(saved, []byte("job.paused.v1")) {
		t.Errorf("export: %v, %d of %d records are saved", err, n, whole)
	}
}

// TestNewerJournal starts the program on the journal of a newer build.
func TestNewerJournal(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const version = 60 // where SQLite keeps user_version: four bytes
	newer := bytes.Clone(before)
	newer[version+3] = 99
	if err := os.WriteFile(path, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := refuses(d, nil); !strings.Contains(said, "the journal has schema 99, this build knows") ||
		!strings.Contains(said, "use a newer curfew") {
		t.Errorf("it says %s", said)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, newer) {
		t.Errorf("the file was changed: %v", err)
	}
}

// TestReadOnlyFolder starts the program on a data folder, and on a journal, that it cannot write.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	const nobody = 65534
	var as *syscall.Credential
	if os.Geteuid() == 0 { // whom permissions do not bind
		as = &syscall.Credential{Uid: nobody, Gid: nobody, NoSetGroups: true}
		open := []string{filepath.Dir(d.Bin), filepath.Dir(filepath.Dir(d.Bin))}
		for _, dir := range open {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(d.File, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	set := func(path string, mode os.FileMode) {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if as != nil { // it is his own
		for _, f := range []string{"", "curfew.db", "curfew.db-last", "daemon.lock", "tokens.json"} {
			if err := os.Chown(filepath.Join(d.Data, f), nobody, nobody); err != nil &&
				!errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	set(d.Data, 0o555)
	t.Cleanup(func() { set(d.Data, 0o700) })
	if said := refuses(d, as); !strings.Contains(said, d.Data) ||
		!strings.Contains(said, "the file or its folder cannot be written: check their permissions") {
		t.Errorf("in a folder for reading only: %s", said)
	}
	set(d.Data, 0o700)
	for _, f := range []string{"daemon.lock", "tokens.json"} { // whatever else it would stumble over first
		_ = os.Remove(filepath.Join(d.Data, f))
	}
	set(path, 0o444)
	if said := refuses(d, as); !strings.Contains(said, path) || !strings.Contains(said, "permission denied") {
		t.Errorf("with a journal for reading only: %s", said)
	}
}

// TestFewFiles lets the process open too few files for its journal. Its error says so, and does not blame the
// permissions of the folder.
func TestFewFiles(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	if err := os.WriteFile(d.File, []byte(faultsFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []string{"8", "9", "10", "11", "12"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
		defer cancel()
		c := exec.CommandContext(ctx, "sh", "-c", `ulimit -n `+limit+`; exec "$@"`, "sh", d.Bin, "start", "--config", d.File, "--data", d.Data, "--listen", "off")
		out, err := c.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), "may open only "+limit+" files") &&
			!strings.Contains(string(out), "too many open files") || strings.Contains(string(out), "permissions") {
			t.Errorf("%s files: %v, %s", limit, err, out)
		}
	}
}

// TestDiskFull fills the disk while the runtime works. Acknowledged facts are in the journal, others are not, and the
// runtime says why it stops. It starts again when there is room.
func TestDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var began atomic.Int32
		s.Act = func(context.Context, actors.Attempt) error { began.Add(1); return nil }
		s.Start(virtualFaults)
		if _, err := backend.New(s.Runtime).Pause(t.Context(), "one"); err != nil {
			t.Fatal(err)
		}
		s.Disk.Dead.Store(true)
		_, err := backend.New(s.Runtime).RunNow(t.Context(), "two")
		if err == nil || !strings.Contains(err.Error(), "the disk is gone") {
			t.Errorf("a run that cannot be recorded: %v", err)
		}
		synctest.Wait()
		if err := s.Runtime.Wait(t.Context()); err == nil ||
			!strings.Contains(err.Error(), "the runtime stopped: bus: stopped: the disk is gone") {
			t.Errorf("the runtime: %v", err)
		}
		if err := backend.New(s.Runtime).Ready(t.Context()); err == nil || began.Load() != 0 {
			t.Errorf("ready: %v; %d attempts began", err, began.Load())
		}
		s.Crash()
		s.Start(virtualFaults)
		synctest.Wait()
		one, err := backend.New(s.Runtime).Job(t.Context(), "one")
		if err != nil || one.Enabled || began.Load() != 0 {
			t.Errorf("started again: %+v, %v, %d attempts began", one, err, began.Load())
		}
		if _, err := backend.New(s.Runtime).RunNow(t.Context(), "two"); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if began.Load() != 1 {
			t.Errorf("%d attempts began", began.Load())
		}
		s.Stop()
	})
}

// heldLock is a journal whose lock another process holds until the test releases it.
type heldLock struct {
	bus.Journal
	held  atomic.Bool
	asked chan chan struct{}
}

func (h *heldLock) Append(rs []messages.Record) error {
	if h.held.Load() {
		free := make(chan struct{})
		h.asked <- free
		<-free
		return bus.ErrLocked
	}
	return h.Journal.Append(rs)
}

// TestLockedJournal lets another process hold the journal's lock. /readyz answers and says so, and orders are carried
// out when the lock is free.
func TestLockedJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		lock := &heldLock{asked: make(chan chan struct{})}
		s.Wrap = func(j bus.Journal) bus.Journal { lock.Journal = j; return lock }
		s.Start(virtualFaults)
		lock.held.Store(true)
		paused := make(chan error, 1)
		go func() { _, err := backend.New(s.Runtime).Pause(t.Context(), "one"); paused <- err }()
		close(<-lock.asked)   // the first try is over
		again := <-lock.asked // the second waits
		err := backend.New(s.Runtime).Ready(t.Context())
		if err == nil || !strings.Contains(err.Error(), "nothing can be recorded: another process holds the lock") {
			t.Errorf("ready: %v", err)
		}
		lock.held.Store(false)
		close(again)
		if err := <-paused; err != nil {
			t.Errorf("with the lock free: %v", err)
		}
		if err := backend.New(s.Runtime).Ready(t.Context()); err != nil {
			t.Errorf("with the lock free: not ready: %v", err)
		}
		time.Sleep(time.Second)
		s.Stop()
	})
}
