//go:build unix

package procs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
)

// Bounds of a ledger.
const (
	maxNotes = 4096    // that are read at a start; there is one for each process that runs
	maxNote  = 4 << 10 // bytes
	noteEnd  = ".json"
)

// A Ledger is a folder with a note for every process that runs, so that the next daemon finds the processes that this
// one leaves behind when it crashes. A note has the attempt that the process belongs to, and never what the process
// does.
//
// Notes are not synced to the disk: after a loss of power there is no process to find.
type Ledger struct {
	dir  string
	boot string // of the machine; empty: not known
	self writer // this program
	log  *zap.Logger

	mu      sync.Mutex
	missing map[*entry]error // processes that run without a complete note, and why
}

// note is the content of a note.
type note struct {
	Boot    string `json:"boot"`
	Group   int    `json:"pgid"`  // 0: the process was about to be started
	Start   uint64 `json:"start"` // of the leader, in clock ticks since the boot; before it was started: of the note
	Job     string `json:"job"`
	Run     string `json:"run"`
	Attempt int    `json:"attempt"`
	Daemon  writer `json:"daemon,omitzero"`

	Pipes []uint64 `json:"pipes,omitempty"` // that it was given, see [inodes]; none: written by an earlier build
}

// writer is the program that wrote a note; the zero value: an earlier build.
type writer struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"` // in clock ticks since the boot
}

// String is the program in the environment of its processes; empty for the zero value.
func (w writer) String() string {
	if w == (writer{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", w.PID, w.Start)
}

// lives reports whether the program is not this one, and still runs.
func (w writer) lives() bool {
	if w.PID == 0 || w.PID == os.Getpid() {
		return false
	}
	p, err := stat(w.PID)
	return err == nil && !p.ended && p.start == w.Start
}

// OpenLedger makes the folder, for this user only, if it does not exist.
func OpenLedger(dir string, log *zap.Logger) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("procs: make the folder for notes about processes: %w", err)
	}
	boot, err := bootID()
	if err != nil {
		return nil, fmt.Errorf("procs: read the boot id of the machine: %w", err)
	}
	start, err := startOf(os.Getpid())
	if err != nil {
		return nil, fmt.Errorf("procs: read when this program was started: %w", err)
	}
	return &Ledger{
		dir: dir, boot: boot, self: writer{PID: os.Getpid(), Start: start}, log: log,
		missing: make(map[*entry]error),
	}, nil
}

// vars are the variables by which the next daemon recognises a process of this one. A nil Ledger has none.
func (l *Ledger) vars() []string {
	if l == nil {
		return nil
	}
	return []string{daemonVariable + l.self.String()}
}

// Unnoted is how many processes run without a note because it could not be written, and why: after a crash they are not
// found. A nil Ledger has none.
func (l *Ledger) Unnoted() (n int, why error) {
	if l == nil {
		return 0, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, why = range l.missing {
		break
	}
	return len(l.missing), why
}

// unnoted notes and logs that a process has no complete note.
func (e *entry) unnoted(why error) {
	l := e.ledger
	l.mu.Lock()
	l.missing[e] = why
	l.mu.Unlock()
	l.log.Warn("cron: a process is not noted: after a crash it would not be found", zap.String("job", e.note.Job),
		zap.Error(why))
}

// unclear logs, once for each process, that an attempt may have left it behind and that nothing proves it. A process
// that ends, or becomes clear, within d is not logged. A nil Ledger logs nothing, and leaves the processes to the next.
func (l *Ledger) unclear(a actors.Attempt, who []running, d time.Duration) {
	if l == nil {
		return
	}
	if who = own.clarify(who, d); len(who) == 0 {
		return
	}
	l.log.Warn("cron: this job may have left these processes behind, but nothing proves it: they are left alone",
		zap.String("job", a.Job), zap.String("run", string(a.Run)), zap.Int("attempt", a.Number),
		zap.Int("count", len(who)), zap.Strings("processes", names(who)))
}

// entry is the note of one process while it is on the disk; nil: there is none.
type entry struct {
	ledger *Ledger
	path   string
	note   note
}

// about writes the note of a process that is about to be started. If it cannot be written the process runs without: an
// attempt that does not run is worse than one that may leave a process behind.
func (l *Ledger) about(a actors.Attempt, pipes []uint64) *entry {
	if l == nil {
		return nil
	}
	e := &entry{ledger: l, note: note{
		Boot: l.boot, Start: ticks(), Job: a.Job, Run: string(a.Run), Attempt: a.Number, Daemon: l.self, Pipes: pipes,
	}}
	f, err := os.CreateTemp(l.dir, "*"+noteEnd) // 0600
	if err == nil {
		e.path = f.Name()
		err = errors.Join(e.encode(f), f.Close())
	}
	if err != nil {
		e.unnoted(err)
	}
	return e
}

// started completes the note. It is replaced as a whole, so that a reader sees one or the other.
func (e *entry) started(leader int) {
	if e == nil || e.path == "" {
		return
	}
	start, err := startOf(leader)
	if err == nil {
		e.note.Group, e.note.Start = leader, start
		err = e.replace()
	}
	if err != nil {
		e.unnoted(err)
		return
	}
	e.noted()
}

// noted notes that the process has a complete note, or no longer needs one.
func (e *entry) noted() {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	delete(e.ledger.missing, e)
}

func (e *entry) replace() error {
	f, err := os.OpenFile(e.path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(e.encode(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(e.path+".new", e.path)
}

func (e *entry) encode(w io.Writer) error { return json.NewEncoder(w).Encode(e.note) }

// remove removes the note: the process and its group have ended, or never began.
func (e *entry) remove() {
	if e == nil {
		return
	}
	e.noted()
	if e.path == "" {
		return
	}
	if err := os.Remove(e.path); err != nil {
		e.ledger.log.Warn("cron: the note of a process cannot be removed", zap.String("job", e.note.Job),
			zap.Error(err))
	}
}

// abandoned returns the notes whose writers have ended. The notes of a program that runs are left as they are: it uses
// this folder too, or the folder is a copy of its own.
func (l *Ledger) abandoned(notes []*entry) (out []*entry) {
	others := make(map[int]int)
	for _, e := range notes {
		if e.note.Boot == l.boot && e.note.Daemon.lives() {
			others[e.note.Daemon.PID]++
			continue
		}
		out = append(out, e)
	}
	for pid, n := range others {
		l.log.Warn("cron: these processes belong to another daemon that runs: they are left alone; is this data folder a copy of that daemon's?",
			zap.Int("daemon", pid), zap.Int("processes", n))
	}
	return out
}

// read reads the notes that an earlier daemon has left. A file that cannot be read belongs to a process that was never
// started, or is not a note; it is removed.
func (l *Ledger) read() ([]*entry, error) {
	dir, err := os.Open(l.dir)
	if err != nil {
		return nil, fmt.Errorf("procs: read the notes about processes: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(maxNotes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("procs: read the notes about processes: %w", err)
	}
	var out []*entry
	for _, name := range names {
		e := &entry{ledger: l, path: filepath.Join(l.dir, name)}
		if err := e.decode(name); err != nil {
			l.log.Debug("cron: a note of a process that was never started", zap.String("file", e.path), zap.Error(err))
			e.remove()
			continue
		}
		out = append(out, e)
	}
	return out, nil
}

func (e *entry) decode(name string) error {
	if !strings.HasSuffix(name, noteEnd) {
		return errors.New("it was not complete")
	}
	f, err := os.Open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewDecoder(io.LimitReader(f, maxNote)).Decode(&e.note)
}
