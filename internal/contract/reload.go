package contract

// Reloaded is what reading the job file again has changed.
type Reloaded struct {
	New          []string `json:"new"`           // jobs of the file that were not known
	Changed      []string `json:"changed"`       // jobs of the file that are others now
	Gone         []string `json:"gone"`          // jobs that the file no longer has; what ran of them was told to stop
	Same         int      `json:"same"`          // jobs of the file that are as before
	ByAPI        int      `json:"by_api"`        // jobs that the API made, which stay as they are
	Settings     []string `json:"settings"`      // other keys of the file that say something else now
	Warnings     []Fault  `json:"warnings"`      // what the file allows but is probably a mistake; a location is FILE:LINE:COL
	NeedsRestart []string `json:"needs_restart"` // what only a restart takes in, one line each
	Seq          *uint64  `json:"seq"`           // of the newest record of the change; null: nothing was to be recorded

	Cancelled []CancelledRuns `json:"cancelled"` // unfinished runs of jobs that are gone
}

// CancelledRuns are the runs of a job that were cancelled because the job is gone.
type CancelledRuns struct {
	Job  string `json:"job"`
	Runs int    `json:"runs"` // how many
}
