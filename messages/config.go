package messages

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// RuntimeConfigured says with what settings the runtime (re)started. It is the first fact of every
// start, so every later decision can be derived from the journal alone.
type RuntimeConfigured struct {
	Sessions []SessionConfig `json:"sessions"` // every session, "default" included, sorted by name
	Lanes    []LaneConfig    `json:"lanes"`    // every actor type that is registered, sorted by name
	Release  ReleaseConfig   `json:"release"`  // how waiting runs are let go after a sign-in

	Notify  []string `json:"notify,omitzero"`  // names of the targets of notifications; null: the log
	Reports []string `json:"reports,omitzero"` // where error reports go besides the log
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

	// WaitBackendOnly: the canary of a session without a backend is judged by its end alone, for its kinds say nothing before.
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
	Definition
}

// Definition is a job as it was understood when it was defined.
type Definition struct {
	Job     string `json:"job"`              // name: [a-z0-9][a-z0-9_-]{0,62}
	Actor   string `json:"actor"`            // actor type
	Gated   bool   `json:"gated"`            // whether the actor type is gated
	Session string `json:"session"`          // the session that it depends on; empty: none
	OwnKey  bool   `json:"own_key,omitzero"` // its runs use a key of their own: the session holds them, and they say nothing about it
	Timetable
	With            json.RawMessage   `json:"with"`                  // the actor type's own block
	Env             []string          `json:"env"`                   // names of variables that the job's process may see
	EnvValues       map[string]string `json:"env_values,omitzero"`   // variables of the job's process, with what they hold
	OnHold          OnHold            `json:"on_hold"`               // what becomes of a slot that falls due while the gate is closed
	StaleAfter      Duration          `json:"stale_after"`           // too old to start when this much after its slot; 0: never
	RerunAfterTools bool              `json:"rerun_after_tools"`     // run again without asking even when a tool has been called
	OnInterrupt     OnInterrupt       `json:"on_interrupt,omitzero"` // what becomes of a run whose attempt the runtime's end cuts off; empty: rerun
	Retry           Retry             `json:"retry"`
	Overlap         Overlap           `json:"overlap"`
	CatchUp         CatchUp           `json:"catch_up"`
	Timeout         Duration          `json:"timeout"`                     // of one attempt
	History         History           `json:"history"`                     // how long its runs are remembered
	SessionTarget   SessionTarget     `json:"session_target,omitzero"`     // whether a run knows of the job's earlier ones; empty: isolated
	MaxTokensPerDay int               `json:"max_tokens_per_day,omitzero"` // of its model calls, in a day of UTC; over it the job pauses; 0: no bound
	Disabled        bool              `json:"disabled,omitzero"`           // the job file has enabled: false: the job is paused, whatever a person says
	Title           string            `json:"title,omitzero"`              // for people
	Description     string            `json:"description,omitzero"`        // for people
	Tags            []string          `json:"tags,omitzero"`               // for people
	Deliver         *Deliver          `json:"deliver,omitzero"`            // null: nothing is delivered
}

// Deliver says what is brought to people of a job's runs, and where to.
type Deliver struct {
	To         []string    `json:"to"`                   // names of targets
	BestEffort bool        `json:"best_effort,omitzero"` // a delivery that failed for good is not shown on the run
	On         []DeliverOn `json:"on,omitzero"`          // null: both
	Remind     Duration    `json:"remind"`               // a job that goes on failing is told again at the first failed run this much later
}

// MaxDeliverTo is the bound of the targets of one job.
const MaxDeliverTo = 16

// A DeliverOn says what is delivered.
type DeliverOn string

// The words of deliver.on.
const (
	DeliverOnSuccess DeliverOn = "success" // the output of runs that succeeded
	DeliverOnFailure DeliverOn = "failure" // failures, once per incident, and their end
)

// Wants reports whether that is to be delivered; nothing is, of a nil Deliver.
func (d *Deliver) Wants(on DeliverOn) bool {
	return d != nil && (len(d.On) == 0 || slices.Contains(d.On, on))
}

// A SessionTarget says what an agent's run begins with.
type SessionTarget string

// The session targets.
const (
	TargetIsolated SessionTarget = "isolated" // nothing: every run is a conversation of its own
	TargetMain     SessionTarget = "main"     // what was said in the job's earlier runs that succeeded, as far as it is kept
)

// Retry is the restart strategy of a job's actor.
type Retry struct {
	Attempts int      `json:"attempts"` // counted attempts of one run, at least 1
	Initial  Duration `json:"initial"`  // pause before the second attempt
	Factor   float64  `json:"factor"`   // growth of the pause, at least 1
	Max      Duration `json:"max"`      // longest pause
	Jitter   float64  `json:"jitter"`   // the pause is spread by this fraction up and down, 0 … 1
	Within   Duration `json:"within"`   // attempts and pauses together; holds do not count
}

// CatchUp says what becomes of slots that were missed while the runtime was not there.
type CatchUp struct {
	Policy CatchUpPolicy `json:"policy"`
	Window Duration      `json:"window"` // slots older than this are skipped
}

// History says which finished runs of a job are remembered: those that are within both bounds. Unfinished
// runs, and the last run of a job that exists, always are.
type History struct {
	Runs int      `json:"runs"` // how many, the newest; 0: [DefaultHistoryRuns]
	Age  Duration `json:"age"`  // how long after their end; 0: [DefaultHistoryAge]
}

// What a definition means that says nothing of its history.
const (
	DefaultHistoryRuns = 200
	DefaultHistoryAge  = Duration(90 * 24 * time.Hour)
)

// OrDefault is the history with its defaults filled in.
func (h History) OrDefault() History {
	return History{Runs: cmp.Or(h.Runs, DefaultHistoryRuns), Age: cmp.Or(h.Age, DefaultHistoryAge)}
}

// An OnHold says what becomes of a slot that falls due while the gate is closed.
type OnHold string

// The policies of on_hold.
const (
	OnHoldRunOnce OnHold = "run_once" // held, folded with the job's other held slots, run once
	OnHoldSkip    OnHold = "skip"     // skipped
	OnHoldAsk     OnHold = "ask"      // held until a person says yes
	OnHoldRunAll  OnHold = "run_all"  // held one by one
)

// An OnInterrupt says what becomes of a run whose attempt is cut off because the runtime stops or crashes.
type OnInterrupt string

// The policies of on_interrupt.
const (
	OnInterruptRerun OnInterrupt = "rerun" // it is tried again; from the third interruption in a row on that counts as an attempt
	OnInterruptAsk   OnInterrupt = "ask"   // a person says whether it is tried again
	OnInterruptFail  OnInterrupt = "fail"  // it has failed
)

// An Overlap says what becomes of a slot that falls due while the job's last run is unfinished.
type Overlap string

// The overlap policies.
const (
	OverlapSkip          Overlap = "skip"
	OverlapQueueOne      Overlap = "queue_one"
	OverlapQueueAll      Overlap = "queue_all"
	OverlapCancelRunning Overlap = "cancel_running"
)

// A CatchUpPolicy says how many of the missed slots run.
type CatchUpPolicy string

// The catch-up policies.
const (
	CatchUpOne  CatchUpPolicy = "one"
	CatchUpAll  CatchUpPolicy = "all"
	CatchUpNone CatchUpPolicy = "none"
)

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
func (JobDefined) Topic() Topic  { return TopicConfig }
func (JobDefined) Name() string  { return "job.defined.v1" }
func (m JobDefined) Key() string { return m.Job }
func (JobDefined) fact()         {}

// Topic, Name and Key place the message on the bus.
func (JobRemoved) Topic() Topic  { return TopicConfig }
func (JobRemoved) Name() string  { return "job.removed.v1" }
func (m JobRemoved) Key() string { return m.Job }
func (JobRemoved) fact()         {}
