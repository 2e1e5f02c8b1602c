package contract

import "curfew/messages"

// Session is the body of /v1/sessions/{name}.
type Session struct {
	Name         string             `json:"name"`
	State        messages.GateState `json:"state"`         // of its gate
	Generation   uint64             `json:"generation"`    // of the token in use
	Reason       *string            `json:"reason"`        // of the fact that closed it
	Source       *string            `json:"source"`        // of that fact: who or what reported it
	Since        messages.Instant   `json:"since"`         // when it came into this state
	OutageSince  messages.Instant   `json:"outage_since"`  // when its outage began, which a refused sign-in does not end; null: there is none
	ExpiresAt    messages.Instant   `json:"expires_at"`    // of the token; null: it does not say
	Held         int                `json:"held"`          // runs that wait for it
	Jobs         int                `json:"jobs"`          // jobs that belong to it
	Backend      *string            `json:"backend"`       // null: the session has none, and keeps no token
	Until        messages.Instant   `json:"until"`         // when a session that is closed for a quota is tried again; null: it is not
	RefreshError *string            `json:"refresh_error"` // why its refresh fails at present; null: it works, or there is none
	Circuit      string             `json:"circuit"`       // closed; open: its backend does not answer; half_open: one run tries
	Undelivered  *Undelivered       `json:"undelivered"`   // the notification about it that no target has accepted; null: there is none
	RestoredBy   *string            `json:"restored_by"`   // who signed in last; signed_in_when.file and .command: Curfew has noticed it; null: nobody has
	Watched      []string           `json:"watched"`       // files and commands that show a sign-in while it is closed; [] if only a person's word does
	WatchError   *string            `json:"watch_error"`   // why a sign-in may go unnoticed at present; null: it does not
	SignIn       string             `json:"sign_in"`       // what a person does to open it, such as "sign in with `curfew session login default`"
	FirstRun     *FirstRun          `json:"first_run"`     // the run that shows whether the sign-in works; null: the session is not probing, or has no job
	Unproven     bool               `json:"unproven"`      // it is open, but no run has succeeded yet by this generation's sign-in, though one can
	AtRisk       []DueJob           `json:"at_risk"`       // jobs that are due within 24 h after expires_at, soonest first, at most 20
}

// WantsSignIn reports whether the session is closed until somebody signs in.
func (s Session) WantsSignIn() bool { return s.State == messages.StateClosed && s.Until.IsZero() }

// FirstRun is the run that a probing session waits for.
type FirstRun struct {
	Job  string           `json:"job"`
	Slot messages.Instant `json:"slot"` // when it is due; null: it is running
}

// DueJob is a job and its next slot.
type DueJob struct {
	Job     string           `json:"job"`
	Slot    messages.Instant `json:"slot"`
	Session *string          `json:"session"` // as in [Job]
	Holds   []messages.Hold  `json:"holds"`   // as in [Job]
}

// SessionChange is the session after a command, and what the command did.
type SessionChange struct {
	Session
	Applied bool   `json:"applied"` // false: the command changed nothing, such as an expire of an old generation
	Seq     uint64 `json:"seq"`     // of the command's fact in the journal
}

// Login is the body of POST /v1/sessions/{name}/login.
type Login struct {
	Token Secret `json:"token"` // empty only for a session without a backend, which keeps no token
	Force bool   `json:"force"` // accept what is a 409 or a 422 otherwise, and forecast no expiry
	Check bool   `json:"check"` // ask the session's probe first; a token that the backend refuses is a 422
}

// Expire is the body of POST /v1/sessions/{name}/expire.
type Expire struct {
	Source     string `json:"source"`     // who or what reports it; empty: the caller
	Reason     string `json:"reason"`     // for people
	Generation uint64 `json:"generation"` // 0: the current one
}

// MaxText is how long a free text of a question may be, such as a reason, in bytes.
const MaxText = 4 << 10

// Check refuses texts that are too long.
func (e Expire) Check() error {
	for _, t := range []struct{ name, text string }{{"source", e.Source}, {"reason", e.Reason}} {
		if n := len(t.text); n > MaxText {
			return Refused("%s is too long: it has %d bytes, and at most %d are allowed", t.name, n, MaxText)
		}
	}
	return nil
}
