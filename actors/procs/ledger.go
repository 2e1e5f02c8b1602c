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

	"go.uber.org/zap"

	"curfew/actors"
)

// Bounds of a ledger.
const (
	maxNotes = 4096    // that are read at a start; there is one for each process that runs
	maxNote  = 4 << 10 // bytes
	noteEnd  = ".json"
)

// A Ledger is a folder with a note for every process that runs, so that the next daemon finds the children
// of those that die with this one. A note says whose process it is, and never what it does.
type Ledger struct {
	dir  string
	boot string // of the machine; empty: not known
	log  *zap.Logger
}

// note is the content of a note.
type note struct {
	Boot    string `json:"boot"`
	Group   int    `json:"pgid"`  // 0: the process was about to be started
	Start   uint64 `json:"start"` // of the leader, in clock ticks since the boot; before it was started: of the note
	Job     string `json:"job"`
	Run     string `json:"run"`
	Attempt int    `json:"attempt"`
}

// OpenLedger makes the folder, for this user only, if it is not there.
func OpenLedger(dir string, log *zap.Logger) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("procs: make the folder for notes about processes: %w", err)
	}
	boot, err := bootID()
	if err != nil {
		return nil, fmt.Errorf("procs: find out since when the machine runs: %w", err)
	}
	return &Ledger{dir: dir, boot: boot, log: log}, nil
}

// entry is the note of one process while it is on the disk; nil: there is none.
type entry struct {
	ledger *Ledger
	path   string
	note   note
}

// about writes the note of a process that is about to be started. Without a note the process runs
// nevertheless: an attempt that does not run is worse than one that might leave something behind.
func (l *Ledger) about(a actors.Attempt) *entry {
	if l == nil {
		return nil
	}
	e := &entry{ledger: l, note: note{Boot: l.boot, Start: ticks(), Job: a.Job, Run: string(a.ID), Attempt: a.Number}}
	f, err := os.CreateTemp(l.dir, "*"+noteEnd) // 0600
	if err == nil {
		e.path = f.Name()
		err = errors.Join(e.encode(f), f.Close())
	}
	if err != nil {
		l.log.Warn("cron: a process is not noted: what it leaves behind at a crash is not found", zap.String("job", a.Job), zap.Error(err))
	}
	return e
}

// started completes the note. It is replaced as a whole: no reader sees half of it.
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
		e.ledger.log.Warn("cron: the note of a process is not complete", zap.String("job", e.note.Job), zap.Error(err))
	}
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

// remove takes the note away: the process and its group are gone, or were never there.
func (e *entry) remove() {
	if e == nil || e.path == "" {
		return
	}
	if err := os.Remove(e.path); err != nil {
		e.ledger.log.Warn("cron: the note of a process cannot be removed", zap.String("job", e.note.Job), zap.Error(err))
	}
}

// read takes the notes in that an earlier daemon has left. One that cannot be read is of a process that was
// never started, or no note; it is removed.
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
			l.log.Debug("cron: a note of a process that never was", zap.String("file", e.path), zap.Error(err))
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
