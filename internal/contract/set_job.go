package contract

import "encoding/json"

// JobText is one job: an object with the keys that a job of the job file has, or a text with such an object as YAML.
type JobText = json.RawMessage

// SetJob says how a job is to be defined.
type SetJob struct {
	Text   JobText
	DryRun bool // say what would change, and change nothing
}

// JobSet is a job after it was set. After a dry run it is the job as it is, or as it would be if there is none.
type JobSet struct {
	Job      Job          `json:"job"`
	Created  bool         `json:"created"`  // there was no such job before
	Changed  bool         `json:"changed"`  // false: it was defined like that already, or it was a dry run
	Warnings []Fault      `json:"warnings"` // what is allowed but probably a mistake
	Diff     []Difference `json:"diff"`     // what is different now, or would be, by key
}

// ETag is the version of the job.
func (s JobSet) ETag() string { return s.Job.ETag() }

// Difference is a member of a definition that has changed. A value that is not there is null.
type Difference struct {
	Key string          `json:"key"` // such as schedule or with.command
	Was json.RawMessage `json:"was"`
	Is  json.RawMessage `json:"is"`
}

// JobRemoved is a job that was removed.
type JobRemoved struct {
	Name string `json:"name"`
}

// FromFile says how a job is given back to the job file.
type FromFile struct {
	DryRun bool `json:"dry_run,omitzero"` // say what would change, and change nothing
}
