package messages

// After is a schedule that follows another job: a run of that job which ends so makes a slot, at the instant of its
// end.
type After struct {
	Job string  `json:"job"`         // the job that it follows
	On  AfterOn `json:"on,omitzero"` // which ends make a slot; empty: success
}

// An AfterOn says which ends of a run the next job of a chain follows. Runs that were cancelled, skipped, stale or
// folded into another have no such end.
type AfterOn string

// The words of after.on.
const (
	AfterSuccess AfterOn = "success" // it has succeeded
	AfterFailure AfterOn = "failure" // it has failed for good: no attempt is left
	AfterAny     AfterOn = "any"     // either
)

// AllAfterOn are the words of after.on, the default first.
var AllAfterOn = []AfterOn{AfterSuccess, AfterFailure, AfterAny}

// Bounds of chains.
const (
	// MaxAfter is how many jobs may follow one job.
	MaxAfter = 64
	// MaxChain is how many runs may follow each other after one that a schedule or a person began.
	MaxChain = 16
)

// Meets reports whether a run that ends with this status makes a slot; none does, of a nil After.
func (a *After) Meets(s Status) bool {
	if a == nil {
		return false
	}
	switch s {
	case StatusSucceeded:
		return a.On != AfterFailure
	case StatusFailed:
		return a.On == AfterFailure || a.On == AfterAny
	default:
		return false
	}
}

// String is the schedule as lists of jobs show it, such as "after backup, on failure".
func (a After) String() string {
	switch a.On {
	case AfterFailure, AfterAny:
		return "after " + a.Job + ", on " + string(a.On)
	default:
		return "after " + a.Job + ", on " + string(AfterSuccess)
	}
}

// Followed is the run whose end made a slot of a job that follows another.
type Followed struct {
	Job    string `json:"job"`    // its job
	Run    RunID  `json:"run"`    // its id
	Status Status `json:"status"` // how it ended: succeeded or failed
	Depth  int    `json:"depth"`  // how many runs of the chain have ended with it: 1 to [MaxChain], or one more, and then no run follows
}

// FollowingRun is the id of the run of a job that follows the run of another.
func FollowingRun(job string, followed RunID) RunID {
	return RunID(hash("after", job, string(followed)))
}
