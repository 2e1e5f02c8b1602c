package api

import "curfew/messages"

// Session is the body of /v1/sessions/{name}.
type Session struct {
	Name         string             `json:"name"`
	State        messages.GateState `json:"state"`
	Generation   uint64             `json:"generation"`
	Reason       *string            `json:"reason"` // of the fact that closed it
	Source       *string            `json:"source"`
	Since        messages.Instant   `json:"since"`
	ExpiresAt    messages.Instant   `json:"expires_at"`
	Held         int                `json:"held"`          // runs that wait for it
	Jobs         int                `json:"jobs"`          // jobs that belong to it
	Backend      *string            `json:"backend"`       // null: it has none, and keeps no token
	Until        messages.Instant   `json:"until"`         // when a gate that is closed for a quota tries again by itself; null: it does not
	RefreshError *string            `json:"refresh_error"` // why it gets no credential by itself at present; null: it does, or does not try
	Circuit      string             `json:"circuit"`       // closed; open: its backend does not answer; half_open: one run tries
	Undelivered  *Undelivered       `json:"undelivered"`   // the notification about it that no target has taken; null: there is none
	FirstRun     *FirstRun          `json:"first_run"`     // that shows whether the sign-in is good; null: the session is not probing, or has no job
	AtRisk       []DueJob           `json:"at_risk"`       // jobs that fall due within 24 h after expires_at, soonest first, at most 20
}

// FirstRun is the run that a probing session waits for.
type FirstRun struct {
	Job  string           `json:"job"`
	Slot messages.Instant `json:"slot"` // when it falls due; null: it is under way
}

// DueJob is a job and its next slot.
type DueJob struct {
	Job  string           `json:"job"`
	Slot messages.Instant `json:"slot"`
}

// SessionChange is the session after a command, and what became of the command.
type SessionChange struct {
	Session
	Applied bool   `json:"applied"` // false: it changed nothing, such as a stale expire
	Seq     uint64 `json:"seq"`     // of the fact in the log
}

// Login is the body of POST /v1/sessions/{name}/login.
type Login struct {
	Token Secret `json:"token"` // empty only if the session has no backend: it keeps none
	Force bool   `json:"force"` // overrides 409 and 422, and turns the forecast off
	Check bool   `json:"check"` // ask the session's probe first; a token that the backend refuses is a 422
}

// Expire is the body of POST /v1/sessions/{name}/expire.
type Expire struct {
	Source     string `json:"source"`
	Reason     string `json:"reason"`
	Generation uint64 `json:"generation"` // 0: the current one
}
