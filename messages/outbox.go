package messages

// DeliveryRequested decides that something about a run is to be brought to a target. The text is not in it:
// it is that of the fact from which the decision follows.
type DeliveryRequested struct {
	Run        RunID        `json:"run"`
	Job        string       `json:"job"`
	To         string       `json:"to"` // name of the target
	Kind       DeliveryKind `json:"kind,omitzero"`
	BestEffort bool         `json:"best_effort,omitzero"` // that it did not arrive is not worth a mark on the run
	Since      Instant      `json:"since,omitzero"`       // when the job began to fail; of a failure, a reminder or a recovery
	Failures   int          `json:"failures,omitzero"`    // runs that have failed since then
}

// A DeliveryKind says what a delivery brings.
type DeliveryKind string

// The kinds of deliveries.
const (
	DeliverOutput   DeliveryKind = "output"   // what a run that succeeded has put out
	DeliverFailure  DeliveryKind = "failure"  // the first run that failed since the last success
	DeliverReminder DeliveryKind = "reminder" // it still fails
	DeliverRecovery DeliveryKind = "recovery" // it works again
)

// The targets that exist without a definition.
const (
	TargetLog    = "log"    // the program's log
	TargetSentry = "sentry" // the error tracker, of error reports only
)

// DeliveryFinished says what became of a delivery, a notification or an error report at one of its targets.
type DeliveryFinished struct {
	Of      string `json:"of"`           // id of the decision that asked for it; of a test, an id of its own
	About   string `json:"about"`        // job or session of that decision; empty for a test
	To      string `json:"to"`           // name of the target
	OK      bool   `json:"ok"`           // whether it arrived
	Attempt int    `json:"attempt"`      // how many tries it took
	Error   string `json:"error"`        // at most 4 KiB, redacted
	Run     RunID  `json:"run,omitzero"` // the run that a delivery was about
}

// A Notice says what a notification is about.
type Notice string

// The notices.
const (
	NoticeSessionClosed  Notice = "session_closed"  // an outage began: sign in
	NoticeSignInRefused  Notice = "sign_in_refused" // a person signed in and the backend refused it
	NoticeSessionSummary Notice = "session_summary" // an outage is over
	NoticeRunSuspect     Notice = "run_suspect"     // a run lost two good sessions
	NoticeRunAsked       Notice = "run_asked"       // a run waits for a person to say whether it goes on
	NoticeJobPaused      Notice = "job_paused"      // a job was paused by the runtime
	NoticeSessionEnding  Notice = "session_ending"  // a credential will lapse by itself
	NoticeRefreshFailed  Notice = "refresh_failed"  // a session does not get a new credential by itself
	NoticeRefreshUnkept  Notice = "refresh_unkept"  // what brings a session's next credential could not be written
	NoticeBackendLost    Notice = "backend_lost"    // a backend has not answered for a while
	NoticeBackendBack    Notice = "backend_back"    // it answers again
)

// The reasons of a run about which a person is asked because its attempt was interrupted.
const (
	ReasonInterrupted = "interrupted"  // on_interrupt: ask
	ReasonEndsRuntime = "ends_runtime" // it was interrupted soon after its start, twice in a row: it may be what ends the runtime
	ReasonSideEffect  = "side_effect"  // it has called a tool
)

// ReasonBudget is the reason of a job that is paused because its model calls cost too much in a day.
const ReasonBudget = "max_tokens_per_day"

// NotificationRequested decides that people are to be told something, once; again only if no target has taken it.
type NotificationRequested struct {
	Notice  Notice       `json:"notice"`
	Session string       `json:"session"` // empty if it is about a job only
	Job     string       `json:"job"`     // empty if it is about a session only
	Run     RunID        `json:"run"`
	Reason  string       `json:"reason"`         // why the gate closed, or the job was paused
	SignIn  string       `json:"sign_in"`        // where to sign in
	Since   Instant      `json:"since"`          // when the outage began
	Until   Instant      `json:"until,omitzero"` // when a quota is renewed, or a credential lapses; null: unknown
	Counts  OutageCounts `json:"counts"`         // of a summary
	Again   string       `json:"again,omitzero"` // id of the notification that no target has taken, and that this one repeats
	To      []string     `json:"to,omitzero"`    // names of the targets of one that repeats; of any other, those of the settings, and the log
}

// OutageCounts says what became of the runs that an outage held.
type OutageCounts struct {
	Held    int `json:"held"`    // all of them
	LetGo   int `json:"let_go"`  // started after the sign-in
	Stale   int `json:"stale"`   // too old by then
	Dropped int `json:"dropped"` // cancelled or skipped meanwhile
	Waiting int `json:"waiting"` // still waiting for a person
}

// ErrorReported decides that an error is worth an engineer's attention: exactly one per run that
// failed for good, never for an expired session.
type ErrorReported struct {
	Run     RunID     `json:"run"`
	Job     string    `json:"job"`
	Class   Class     `json:"class"`
	Error   string    `json:"error"`
	Attempt int       `json:"attempt"` // counted attempts
	Tags    ErrorTags `json:"tags"`
}

// ErrorTags are the tags of an error report.
type ErrorTags struct {
	Domain        string `json:"domain"`         // always "cron"
	Operation     string `json:"operation"`      // agent_job, shell_job, …
	JobID         string `json:"job_id"`         // name of the job
	AgentID       string `json:"agent_id"`       // name of the job if it is an agent, else empty
	SessionTarget string `json:"session_target"` // "isolated" or "main" for agents, else empty
	Failure       string `json:"failure"`        // retries_exhausted or permanent
}

// Topic, Name and Key place the message on the bus.
func (DeliveryRequested) Topic() Topic  { return TopicOutbox }
func (DeliveryRequested) Name() string  { return "delivery.requested.v1" }
func (m DeliveryRequested) Key() string { return m.Job }
func (DeliveryRequested) decision()     {}

// Topic, Name and Key place the message on the bus.
func (DeliveryFinished) Topic() Topic  { return TopicOutbox }
func (DeliveryFinished) Name() string  { return "delivery.finished.v1" }
func (m DeliveryFinished) Key() string { return m.About }
func (DeliveryFinished) fact()         {}

// Topic, Name and Key place the message on the bus.
func (NotificationRequested) Topic() Topic { return TopicOutbox }
func (NotificationRequested) Name() string { return "notification.requested.v1" }

// Key is the session, or the job if it is about a job only.
func (m NotificationRequested) Key() string {
	if m.Session != "" {
		return m.Session
	}
	return m.Job
}
func (NotificationRequested) decision() {}

// Topic, Name and Key place the message on the bus.
func (ErrorReported) Topic() Topic  { return TopicOutbox }
func (ErrorReported) Name() string  { return "error.reported.v1" }
func (m ErrorReported) Key() string { return m.Job }
func (ErrorReported) decision()     {}
