package messages

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

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
	MaxParallel     int               `json:"max_parallel,omitzero"` // with overlap: allow: how many of its attempts may run beside each other; 0: [DefaultParallel]
	CatchUp         CatchUp           `json:"catch_up"`
	Timeout         Duration          `json:"timeout"`                     // of one attempt; 0: the default of the actor type, unless no_timeout is set
	NoTimeout       bool              `json:"no_timeout,omitzero"`         // an attempt may take as long as it likes
	History         History           `json:"history"`                     // how long its runs are remembered
	SessionTarget   SessionTarget     `json:"session_target,omitzero"`     // whether a run knows of the job's earlier ones; empty: isolated
	MaxTokensPerDay int               `json:"max_tokens_per_day,omitzero"` // of its model calls, in a day of UTC; over it the job pauses; 0: no bound
	Disabled        bool              `json:"disabled,omitzero"`           // the job file has enabled: false: the job is paused, whatever a person says
	Title           string            `json:"title,omitzero"`              // for people
	Description     string            `json:"description,omitzero"`        // for people
	Tags            []string          `json:"tags,omitzero"`               // for people
	Deliver         *Deliver          `json:"deliver,omitzero"`            // null: nothing is delivered
	ManagedBy       ManagedBy         `json:"managed_by,omitzero"`         // who may change it; empty: the job file
	RunsOn          map[string]string `json:"runs_on,omitzero"`            // labels that the node must have which performs it; null: any node does
}

// Limit is how long an attempt may take; nil: as long as it likes.
func (d Definition) Limit() *Duration {
	if d.NoTimeout {
		return nil
	}
	return &d.Timeout
}

// A ManagedBy says where a job comes from, which is where it is changed.
type ManagedBy string

// Where jobs come from.
const (
	ManagedByFile ManagedBy = "file" // the job file; in a definition it is empty
	ManagedByAPI  ManagedBy = "api"  // the API, or what goes by it: a command, an assistant
)

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

// A CatchUpPolicy says how many of the missed slots run.
type CatchUpPolicy string

// The catch-up policies.
const (
	CatchUpOne  CatchUpPolicy = "one"
	CatchUpAll  CatchUpPolicy = "all"
	CatchUpNone CatchUpPolicy = "none"
)

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
	OverlapAllow         Overlap = "allow" // the run starts beside those that are unfinished
)

// Bounds of max_parallel.
const (
	DefaultParallel = 4
	MaxParallel     = 64
)

// Parallel is how many attempts of the job may run beside each other.
func (d *Definition) Parallel() int {
	switch {
	case d.Overlap != OverlapAllow:
		return 1
	case d.MaxParallel == 0:
		return DefaultParallel
	default:
		return d.MaxParallel
	}
}
