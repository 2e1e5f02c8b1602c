package contract

import (
	"fmt"
	"strings"

	"curfew/internal/explain"
	"curfew/messages"
	"curfew/messages/text"
)

// Target is a receiver of deliveries and notifications: an item of /v1/targets. Its address may be a secret, so it is
// not shown.
type Target struct {
	Name     string           `json:"name"`
	Kind     string           `json:"kind"`      // webhook, url, file or a kind that the build has added; or log or sentry, which always exist
	State    string           `json:"state"`     // untried (since the start), ok, failing (it will be tried again) or refused
	Waiting  int              `json:"waiting"`   // messages that it has not answered yet
	Failures int              `json:"failures"`  // failed tries in a row
	Error    *string          `json:"error"`     // of the newest failed try since the start
	FailedAt messages.Instant `json:"failed_at"` // when that try was
	TookAt   messages.Instant `json:"took_at"`   // when it last accepted a message, since the start
	NextTry  messages.Instant `json:"next_try"`  // of a failing target; null: a try is running
}

// TargetTested is the answer to POST /v1/targets/{name}/test.
type TargetTested struct {
	Target string  `json:"target"`
	OK     bool    `json:"ok"`    // it accepted the message
	Error  *string `json:"error"` // why it did not
	ID     string  `json:"id"`    // of the message
}

// Undelivered is a notification that no target has accepted. Its text is in the daemon's log.
type Undelivered struct {
	Session *string          `json:"session"`  // what it is about; null: a job
	Job     *string          `json:"job"`      // null: a session
	Notice  messages.Notice  `json:"notice"`   // what it says
	At      messages.Instant `json:"at"`       // when it was decided
	Targets []Refusal        `json:"targets"`  // what each of its targets answered
	NextTry messages.Instant `json:"next_try"` // when it is sent again; null: a try is running
}

// Refusal is a target that has not accepted a notification.
type Refusal struct {
	Target string           `json:"target"`
	State  string           `json:"state"` // refused, or failing (it will be tried again)
	Error  *string          `json:"error"`
	At     messages.Instant `json:"at"` // when it answered; null: it did not answer
}

// String is the notification and its targets on one line.
func (u Undelivered) String() string {
	var about, why []string
	if u.Session != nil {
		about = append(about, "session "+*u.Session)
	}
	if u.Job != nil {
		about = append(about, "job "+*u.Job)
	}
	for _, r := range u.Targets {
		said := "target " + r.Target + " is " + r.State
		if r.State == string(explain.DeliveryRefused) {
			said = "target " + r.Target + " refused it"
		}
		if r.Error != nil {
			said += " (" + Cut(text.OneLine(*r.Error)) + ")"
		}
		why = append(why, said)
	}
	return fmt.Sprintf("a notification about %s is undelivered (%s); its text is only in the daemon's log: %s",
		strings.Join(about, ", "), strings.ReplaceAll(string(u.Notice), "_", " "), strings.Join(why, ", "))
}
