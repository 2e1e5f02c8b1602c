package contract

import "curfew/messages"

// MaxStatus bounds each list in a [Status]. The counts beside the lists count all.
const MaxStatus = 20

// Status is the body of /v1/status: it sums up the daemon, its sessions and its jobs.
type Status struct {
	PID         int              `json:"pid"`
	Version     string           `json:"version"`
	Since       messages.Instant `json:"since"`        // when the daemon was started
	Data        *string          `json:"data"`         // its data folder; null: it has none
	Config      *string          `json:"config"`       // its job file, as a whole path; null: it has none that it can read again
	ConfigError *string          `json:"config_error"` // why a reload and a start would refuse that file, as it was read last; null: they would not
	Path        *string          `json:"path"`         // the PATH that its jobs get, unless they set another; null: it has none
	Missing     []MissingProgram `json:"missing"`      // programs of its job file that it does not find; the first of them
	Ready       bool             `json:"ready"`
	Why         *string          `json:"why"`   // why it is not ready
	Fleet       *Fleet           `json:"fleet"` // of which the daemon is a node; null: it is on its own
	Counts      Counts           `json:"counts"`
	Sessions    []Session        `json:"sessions"`    // by name; of more than fit those that are not open come in first
	Failing     []FailingJob     `json:"failing"`     // by name
	Running     []RunningAttempt `json:"running"`     // oldest first
	Next        []DueJob         `json:"next"`        // soonest first
	Undelivered []Undelivered    `json:"undelivered"` // notifications that no target has accepted, oldest first
}

// MissingProgram is a program that jobs run, and that the daemon does not find.
type MissingProgram struct {
	Program string   `json:"program"` // its name or path
	Why     string   `json:"why"`     // it cannot be run, in words
	Path    *string  `json:"path"`    // the PATH that these jobs set; null: they have that of the daemon
	Jobs    []string `json:"jobs"`    // at most 10, in the order of the file
	Of      int      `json:"of"`      // how many jobs there are
}

// Fleet is what a node knows of its fleet.
type Fleet struct {
	Realm     string `json:"realm"`
	Node      string `json:"node"`      // the daemon's name in it
	Decider   string `json:"decider"`   // the node that decides; empty: none does at the moment, or it is not known
	Connected bool   `json:"connected"` // to the servers, and they answer
	Usurped   bool   `json:"usurped"`   // another process is this node: nothing runs here until it has gone
	Behind    uint64 `json:"behind"`    // appends of the journal that this node has not taken in yet
}

// Counts are numbers of jobs, attempts, runs and sessions.
type Counts struct {
	Jobs     int `json:"jobs"`
	Paused   int `json:"paused"`   // jobs
	Failing  int `json:"failing"`  // jobs
	Running  int `json:"running"`  // attempts
	Held     int `json:"held"`     // runs
	Unplaced int `json:"unplaced"` // jobs that no node takes
	Sessions int `json:"sessions"`
}

// FailingJob is a job that fails.
type FailingJob struct {
	Job     string          `json:"job"`
	Session *string         `json:"session"` // as in [Job]
	Holds   []messages.Hold `json:"holds"`   // as in [Job]: nothing of it runs now, whatever its last error was
	Failing
}

// RunningAttempt is an attempt that has not returned yet.
type RunningAttempt struct {
	Job     string           `json:"job"`
	Run     messages.RunID   `json:"run"`
	Attempt int              `json:"attempt"`
	Since   messages.Instant `json:"since"`
}
