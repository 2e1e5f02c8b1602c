package messages

// DefaultSession is the session that always exists.
const DefaultSession = "default"

// ReasonSignedOut is the reason of a [SessionExpired] that a person caused by signing out, and of a
// session that has never had a token. It is not an incident, so it is not notified.
const ReasonSignedOut = "signed_out"

// ReasonQuota is the reason of a gate that is closed until the backend's quota is renewed.
const ReasonQuota = "quota"

// ReasonRemoved is the reason of a gate that is closed because the job file no longer has the session.
const ReasonRemoved = "removed"

// A GateState is the state of a session's gate.
type GateState string

// The states of a gate.
const (
	StateClosed  GateState = "closed"  // no attempt of the session starts
	StateProbing GateState = "probing" // one run, the canary, tries the credential
	StateOpen    GateState = "open"
)

// Sources of a gate that closed although no attempt was refused.
const (
	SourceConfig   = "config"   // the configuration: this journal has never seen a sign-in
	SourceForecast = "forecast" // the credential itself, which foretold its end
)

// SessionExpired says that the credential of a session is no longer accepted. Any program that can
// reach the bus may publish it.
type SessionExpired struct {
	Session    string `json:"session"`
	Generation uint64 `json:"generation"` // the generation that was refused; 0: the current one, resolved on entry
	Source     string `json:"source"`     // who noticed
	Reason     string `json:"reason"`     // why, for people to read; "signed_out" for a logout
}

// SessionRestored is the re-auth message: the session has a credential again.
type SessionRestored struct {
	Session   string  `json:"session"`
	By        string  `json:"by"`         // who signed in; "refresh", or a word that begins with "signed_in_when.": nobody has said so, a program found out
	ExpiresAt Instant `json:"expires_at"` // when the credential will lapse, as far as is known
}

// The By of a [SessionRestored] that nobody has reported.
const (
	ByRefresh = "refresh"                // a program brought the credential
	ByFile    = "signed_in_when.file"    // a file that holds a sign-in has changed
	ByCommand = "signed_in_when.command" // a question whether somebody has signed in was answered with yes
)

// BroughtByItself reports whether a SessionRestored of that By is Curfew's own work, which is bounded: after five
// credentials in a row that were refused only a person's word opens the gate.
func BroughtByItself(by string) bool { return by == ByRefresh || by == ByFile || by == ByCommand }

// RefreshFailed says that a session could not get a new credential by itself.
type RefreshFailed struct {
	Session    string `json:"session"`
	Generation uint64 `json:"generation"` // for which it was to be replaced
	Error      string `json:"error"`      // at most 4 KiB, redacted

	// Unkept: it has its credential, but what is to bring the next one could not be written, and is lost when Curfew
	// stops.
	Unkept bool `json:"unkept,omitzero"`
}

// SessionConfirmed says that the backend accepted the session's credential: the first authenticated
// 2xx of a generation.
type SessionConfirmed struct {
	Session    string `json:"session"`
	Generation uint64 `json:"generation"`
	Run        RunID  `json:"run"` // whose call it was
}

// GateClosed decides that no attempt of the session may start.
type GateClosed struct {
	Session    string  `json:"session"`
	Generation uint64  `json:"generation"`
	Reason     string  `json:"reason"` // of the fact that closed it
	Source     string  `json:"source"` // of the fact that closed it
	Until      Instant `json:"until"`  // when it probes by itself; null: a sign-in opens it
}

// GateProbing decides that one run, the canary, may try the credential of this generation.
type GateProbing struct {
	Session    string  `json:"session"`
	Generation uint64  `json:"generation"`
	ExpiresAt  Instant `json:"expires_at"`
}

// GateOpened decides that attempts of the session may start; also, while it is open, that it has a
// new generation.
type GateOpened struct {
	Session    string  `json:"session"`
	Generation uint64  `json:"generation"`
	ExpiresAt  Instant `json:"expires_at"`
	Rationed   bool    `json:"rationed"`          // whether what waits is let go at the set pace
	Unproven   bool    `json:"unproven,omitzero"` // it was probing, and the last job that could prove the session is gone
}

// Topic, Name and Key place the message on the bus.
func (SessionExpired) Topic() Topic  { return TopicSession }
func (SessionExpired) Name() string  { return "session.expired.v1" }
func (m SessionExpired) Key() string { return m.Session }
func (SessionExpired) fact()         {}

// Topic, Name and Key place the message on the bus.
func (SessionRestored) Topic() Topic  { return TopicSession }
func (SessionRestored) Name() string  { return "session.restored.v1" }
func (m SessionRestored) Key() string { return m.Session }
func (SessionRestored) fact()         {}

// Topic, Name and Key place the message on the bus.
func (RefreshFailed) Topic() Topic  { return TopicSession }
func (RefreshFailed) Name() string  { return "session.refresh_failed.v1" }
func (m RefreshFailed) Key() string { return m.Session }
func (RefreshFailed) fact()         {}

// Topic, Name and Key place the message on the bus.
func (SessionConfirmed) Topic() Topic  { return TopicSession }
func (SessionConfirmed) Name() string  { return "session.confirmed.v1" }
func (m SessionConfirmed) Key() string { return m.Session }
func (SessionConfirmed) fact()         {}

// Topic, Name and Key place the message on the bus.
func (GateClosed) Topic() Topic  { return TopicSession }
func (GateClosed) Name() string  { return "gate.closed.v1" }
func (m GateClosed) Key() string { return m.Session }
func (GateClosed) decision()     {}

// Topic, Name and Key place the message on the bus.
func (GateProbing) Topic() Topic  { return TopicSession }
func (GateProbing) Name() string  { return "gate.probing.v1" }
func (m GateProbing) Key() string { return m.Session }
func (GateProbing) decision()     {}

// Topic, Name and Key place the message on the bus.
func (GateOpened) Topic() Topic  { return TopicSession }
func (GateOpened) Name() string  { return "gate.opened.v1" }
func (m GateOpened) Key() string { return m.Session }
func (GateOpened) decision()     {}
