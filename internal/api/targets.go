package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"curfew/internal/explain"
	"curfew/messages"
	"curfew/messages/text"
)

// Target is a place that deliveries and notifications are brought to: an item of /v1/targets. Its address is a secret,
// and is not told.
type Target struct {
	Name     string           `json:"name"`
	Kind     string           `json:"kind"`      // webhook, url, file; log and sentry, which nobody defines
	State    string           `json:"state"`     // untried (since the start), ok, failing: it is tried again, or refused
	Waiting  int              `json:"waiting"`   // messages that it has not answered
	Failures int              `json:"failures"`  // tries in a row that did not arrive
	Error    *string          `json:"error"`     // of the newest that did not, since the start
	FailedAt messages.Instant `json:"failed_at"` // when that was
	TookAt   messages.Instant `json:"took_at"`   // when it last took a message, since the start
	NextTry  messages.Instant `json:"next_try"`  // of a failing target; null: it is being tried
}

// TargetTested is the answer to POST /v1/targets/{name}/test.
type TargetTested struct {
	Target string  `json:"target"`
	OK     bool    `json:"ok"`    // it took the message
	Error  *string `json:"error"` // why it did not
	ID     string  `json:"id"`    // of the message
}

// Undelivered is a notification that no target has taken. The daemon's log has its text.
type Undelivered struct {
	Session *string          `json:"session"` // what it is about; null: a job
	Job     *string          `json:"job"`     // null: a session
	Notice  messages.Notice  `json:"notice"`
	At      messages.Instant `json:"at"`       // when it was decided
	Targets []Refusal        `json:"targets"`  // what each of its targets answered
	NextTry messages.Instant `json:"next_try"` // when it is told again by itself; null: a target is being tried
}

// Refusal is a target that has not taken a notification.
type Refusal struct {
	Target string           `json:"target"`
	State  string           `json:"state"` // refused, or failing: it is tried again
	Error  *string          `json:"error"`
	At     messages.Instant `json:"at"` // when it answered; null: it did not
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
	return fmt.Sprintf("the notification %s about %s is undelivered, and stands in the daemon's log only: %s", u.Notice, strings.Join(about, ", "), strings.Join(why, ", "))
}

// A Teller is what the handlers need to know of who is told what.
type Teller interface {
	// Targets lists targets by name.
	Targets(ctx context.Context, p Page) (items []Target, next string, err error)
	// TestTarget sends a test message to a target, and says what became of it.
	TestTarget(ctx context.Context, name string) (TargetTested, error)
	// Undelivered lists the notifications that are still true, and that a target has failed to take and none has taken.
	Undelivered(ctx context.Context) ([]Undelivered, error)
}

func (s *server) targets(ctx context.Context, r *http.Request) (int, any, error) {
	_, page, err := query(r)
	if err != nil {
		return 0, nil, err
	}
	return list(s.b.Targets(ctx, page))
}

func (s *server) testTarget(ctx context.Context, r *http.Request) (int, any, error) {
	if err := noBody(r); err != nil {
		return 0, nil, err
	}
	out, err := s.b.TestTarget(ctx, r.PathValue("name"))
	return http.StatusOK, out, err
}

// Targets lists targets by name.
func (c *Client) Targets(ctx context.Context, p Page) (Reply[List[Target]], error) {
	return call[List[Target]](ctx, c, http.MethodGet, path("targets")+paging(p, nil), nil)
}

// TestTarget sends a test message to a target.
func (c *Client) TestTarget(ctx context.Context, name string) (Reply[TargetTested], error) {
	return call[TargetTested](ctx, c, http.MethodPost, path("targets", name, "test"), nil)
}
