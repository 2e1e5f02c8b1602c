// Package importer turns the schedules of other programs into a job file: crontabs, timers of systemd and others. A job
// that comes over runs when it ran before. What the job file cannot say, what its source never runs, and what would run
// at another time is written with enabled: false, and the reason, or is named as not moved.
//
// It reads no clock and no file: sources and what is known of the machine are handed in. The rules are those of
// docs/dialects.md.
package importer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"curfew/messages"
)

// Bounds of an import.
const (
	MaxSources    = 1_000   // files at once
	MaxSourceSize = 1 << 20 // bytes of one of them
	MaxJobs       = 5_000   // in all of them
	maxSettings   = 1_000   // variables of a crontab
	MaxDays       = 3_660   // that a comparison covers
	maxFileSize   = 1 << 20 // bytes of a job file

	selfCheckDays = 400 // that every job is compared for before it is written
)

// A Kind is where schedules come from.
type Kind string

// The kinds. [Kinds] has them in the order in which people read them.
const (
	Crontab       Kind = "crontab"
	CronD         Kind = "cron.d"
	Anacron       Kind = "anacron"
	Systemd       Kind = "systemd"
	Kubernetes    Kind = "kubernetes"
	OpenClaw      Kind = "openclaw"
	Hermes        Kind = "hermes"
	GitHubActions Kind = "github-actions"
	Quartz        Kind = "quartz"
)

// A Source is a file to read.
type Source struct {
	Name    string // its path, as it is told to people
	Kind    Kind   // empty: that of the import
	Data    []byte
	Service []byte // of a timer: the unit that it starts; nil: it is not known
	Owner   string // of a crontab without a column for the user: whose it is; empty: of the user of the daemon
	Here    bool   // cron of this machine reads it: it is no copy
	Ignored string // why its scheduler does not read it, such as "its name has a dot"; empty: it does
}

// A Machine is what is known of the machine and of the user whom the daemon runs as.
type Machine struct {
	Zone    string                           // its time zone, an IANA name
	User    string                           // whom the daemon runs as
	Home    func(user string) (string, bool) // the home folder of a user; false: there is no such user
	Systemd bool                             // systemd runs this machine
	Cron    Cron                             // which cron reads its tables; empty: Debian's
	Presets map[string]string                // of programs that are agent CLIs: the preset for each
	Boot    string                           // which start of the machine this is, by [BootID]; empty: it is not known
}

// Options are how an import is done.
type Options struct {
	Machine
	// From is where the comparison of each job with its source begins; it covers 400 days.
	From time.Time
	// Check reads a job file as a daemon would, and says what is wrong with it.
	Check func(file []byte) ([]messages.Definition, error)
}

// An Outcome is what became of an entry of a source.
type Outcome string

// The outcomes.
const (
	Moved    Outcome = "moved"
	Warned   Outcome = "moved with a warning"
	NotMoved Outcome = "not moved" // it is not in the file, or it is with enabled: false
)

// An Entry is one schedule of a source, and what became of it.
type Entry struct {
	Source  string   `json:"source"`
	Line    int      `json:"line"` // 0: the file as a whole
	Text    string   `json:"text"`
	Job     string   `json:"job"` // its name in the written file; empty: it is not there
	Enabled bool     `json:"enabled"`
	Outcome Outcome  `json:"outcome"`
	Notes   []string `json:"notes"` // what was decided, why, and what to do

	reasons  []string // why it is not moved
	job      *job
	cron     []string // of a line of cron: the programs in it; nil: it is none
	packaged bool     // of a line of cron: its file is one of /etc/cron.d, named after its package
	timer    string   // of a timer: its name
	programs []string // of a timer: what its service starts
}

// A Result is the outcome of an import.
type Result struct {
	File    []byte   // the job file; nil: there is no job in it
	Entries []*Entry // in the order of the sources
	Remarks []string // what is true of all jobs, and what to do next
}

// A reader takes in a source of a kind.
type reader func(b *batch, s Source)

var readers = map[Kind]reader{
	Crontab: (*batch).crontab, CronD: (*batch).crond, Anacron: (*batch).anacron, Systemd: (*batch).systemd, Kubernetes: (*batch).kubernetes,
	GitHubActions: (*batch).githubActions, Quartz: (*batch).quartz,
	OpenClaw: (*batch).openclaw, Hermes: (*batch).hermes,
}

// Kinds are the kinds that [Import] knows.
func Kinds() []Kind {
	return []Kind{Crontab, CronD, Anacron, Systemd, Kubernetes, OpenClaw, Hermes, GitHubActions, Quartz}
}

// Known reports whether a kind is one of them. The error names them all.
func Known(k Kind) error {
	if _, ok := readers[k]; !ok {
		return fmt.Errorf("%q is not a kind of source; it is one of %v", k, Kinds())
	}
	return nil
}

// batch is an import at work.
type batch struct {
	Options
	Result
	names    map[string]bool
	sessions string // the block sessions of the job file; empty: there is none
}

// Import reads sources, of one kind unless they say otherwise. The error says that nothing could be read; a source or an entry that cannot be moved
// is in the result.
func Import(k Kind, sources []Source, o Options) (Result, error) {
	if err := Known(k); err != nil {
		return Result{}, err
	}
	if len(sources) > MaxSources {
		return Result{}, fmt.Errorf("%d sources at once, more than %d", len(sources), MaxSources)
	}
	b := &batch{Options: o, names: map[string]bool{}}
	for _, s := range sources {
		if len(s.Data) > MaxSourceSize {
			return Result{}, fmt.Errorf("%s is longer than %d bytes (1 MiB)", s.Name, MaxSourceSize)
		}
		kind := cmp.Or(s.Kind, k)
		if err := Known(kind); err != nil {
			return Result{}, err
		}
		before := len(b.Entries)
		readers[kind](b, s)
		slices.SortStableFunc(b.Entries[before:], func(x, y *Entry) int { return x.Line - y.Line })
		if len(b.Entries) > MaxJobs {
			return Result{}, fmt.Errorf("the sources have more than %d entries", MaxJobs)
		}
	}
	if len(b.Entries) == 0 {
		return Result{}, errors.New("the sources have no schedule in them")
	}
	b.twice()
	if err := b.write(); err != nil {
		return Result{}, err
	}
	return b.Result, nil
}

// add notes an entry; the caller says what becomes of it.
func (b *batch) add(s Source, line int, text string) *Entry {
	e := &Entry{Source: s.Name, Line: line, Text: text, Outcome: Moved, Notes: []string{}}
	b.Entries = append(b.Entries, e)
	return e
}

// remark says something once that is true of many jobs.
func (b *batch) remark(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.Remarks, text) {
		b.Remarks = append(b.Remarks, text)
	}
}

// note says what was decided. It is no warning.
func (e *Entry) note(format string, args ...any) {
	e.Notes = append(e.Notes, fmt.Sprintf(format, args...))
}

// warn says what a person should look at.
func (e *Entry) warn(format string, args ...any) {
	e.note(format, args...)
	if e.Outcome == Moved {
		e.Outcome = Warned
	}
}

// pause lets the job be written with enabled: false, and says why and what to do.
func (e *Entry) pause(format string, args ...any) {
	e.Outcome = NotMoved
	e.reasons = append(e.reasons, fmt.Sprintf(format, args...))
}

// refuse keeps the job out of the file, and says why and what to do.
func (e *Entry) refuse(format string, args ...any) {
	e.pause(format, args...)
	e.job = nil
}
