package messages

// RuntimeConfigured says with what settings the runtime (re)started, or goes on after a reload. It is the first fact of
// every start, so every later decision can be derived from the journal alone.
type RuntimeConfigured struct {
	Sessions []SessionConfig `json:"sessions"` // every session, "default" included, sorted by name
	Lanes    []LaneConfig    `json:"lanes"`    // every actor type that is registered, sorted by name
	Release  ReleaseConfig   `json:"release"`  // how waiting runs are let go after a sign-in

	Notify  []string `json:"notify,omitzero"`  // names of the targets of notifications; null: the log
	Reports []string `json:"reports,omitzero"` // where error reports go besides the log

	Reloaded bool `json:"reloaded,omitzero"` // the runtime took in other settings while it ran: this is no start
}

// SessionConfig is one named credential lane.
type SessionConfig struct {
	Name    string `json:"name"`
	Backend string `json:"backend"` // base URL that the token belongs to; empty: the session keeps no token
	SignIn  string `json:"sign_in"` // where a person signs in; shown in notifications
	Lane    int    `json:"lane"`    // attempts of the session that may be in flight at once, whatever their actor type; 0: no bound of its own

	Refresh     bool      `json:"refresh,omitzero"`      // it gets new credentials without a person
	ExpiredWhen []Refusal `json:"expired_when,omitzero"` // refusals of the backend that mean an expiry; null: status 401
	QuotaWhen   []Refusal `json:"quota_when,omitzero"`   // refusals that mean a quota, besides 402 and a 429 with a long Retry-After
}

// A Refusal is an answer of a backend. All that is set must be so.
type Refusal struct {
	Status int    `json:"status,omitzero"` // of HTTP
	Code   string `json:"code,omitzero"`   // the error code in a JSON body, whatever its case
	Body   string `json:"body,omitzero"`   // pattern (RE2) that the body's first 4 KiB match
}

// LaneConfig says how many attempts of an actor type may be in flight at once.
type LaneConfig struct {
	Actor string `json:"actor"`
	Size  int    `json:"size"` // at least 1
}

// ReleaseConfig says how runs are let go after a sign-in.
type ReleaseConfig struct {
	CanaryWait Duration `json:"canary_wait"` // the gate opens at the latest this long after its canary has started
	Rate       float64  `json:"rate"`        // starts per second and session afterwards, of what had waited

	// WaitBackendOnly: the canary of a session without a backend is judged by its end alone, for its kinds say nothing
	// before.
	WaitBackendOnly bool `json:"wait_backend_only,omitzero"`
}

// RuntimeStopped says that the runtime stops in order. Attempts that are still in flight are told to stop, and are
// interrupted; those that do not return in time are found at the next start.
type RuntimeStopped struct {
	Left int `json:"left"` // attempts in flight
}

// JobDefined says that a job exists, with every default filled in. A second one for the same name
// replaces the definition; runs that wait go on under the new one.
type JobDefined struct {
	*Kept // shared by all who have the message: it must not be changed
}

// Defined says that a job exists.
func Defined(d Definition) JobDefined { return JobDefined{Keep(d)} }

// JobRemoved says that a job is gone; its waiting runs end as cancelled.
type JobRemoved struct {
	Job string `json:"job"`
}

// Topic, Name and Key place the message on the bus.
func (RuntimeConfigured) Topic() Topic { return TopicConfig }
func (RuntimeConfigured) Name() string { return "runtime.configured.v1" }
func (RuntimeConfigured) Key() string  { return "" }
func (RuntimeConfigured) fact()        {}

// Topic, Name and Key place the message on the bus.
func (RuntimeStopped) Topic() Topic { return TopicConfig }
func (RuntimeStopped) Name() string { return "runtime.stopped.v1" }
func (RuntimeStopped) Key() string  { return "" }
func (RuntimeStopped) fact()        {}

// Topic, Name and Key place the message on the bus.
func (JobDefined) Topic() Topic { return TopicConfig }
func (JobDefined) Name() string { return "job.defined.v1" }
func (m JobDefined) Key() string {
	if m.Kept == nil {
		return ""
	}
	return m.Job
}
func (JobDefined) fact() {}

// Topic, Name and Key place the message on the bus.
func (JobRemoved) Topic() Topic  { return TopicConfig }
func (JobRemoved) Name() string  { return "job.removed.v1" }
func (m JobRemoved) Key() string { return m.Job }
func (JobRemoved) fact()         {}
