package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/actors/env/secrets"
	"curfew/actors/env/tokens"
	"curfew/internal/config"
	"curfew/messages"
)

// probeTime is how long a backend may take to answer a probe.
const probeTime = 15 * time.Second

// ErrNoProbe is the error for a session without a probe in the job file.
var ErrNoProbe = errors.New("the session has no probe")

// NotSent says why a token may not be sent to its session's backend.
type NotSent struct{ Err error }

// Error is the reason.
func (e *NotSent) Error() string { return e.Err.Error() }

// NotAsked says why the backend of a session gave no answer about a token.
type NotAsked struct {
	Session string
	Why     string
}

// Error names the session.
func (e *NotAsked) Error() string {
	return fmt.Sprintf("the backend of session %q could not be asked: %s", e.Session, e.Why)
}

// Refused is the answer of a backend that does not accept a token.
type Refused struct{ Err error }

// Error has the backend's answer.
func (e *Refused) Error() string { return fmt.Sprintf("the backend refuses this token: %v", e.Err) }

// CheckToken asks the session's backend, by the session's probe, whether it accepts a token. The error is
// [ErrNoProbe], a [*NotSent], a [*NotAsked], a [*Refused], or says that the token is malformed. Only an answer that
// the session's rules call an expiry is a refusal: a probe that is itself forbidden says nothing about the token.
func (r *Runtime) CheckToken(ctx context.Context, session, token string) error {
	if err := tokens.Check(token); err != nil {
		return err
	}
	s, rules, _ := r.gate.Rules(session)
	var c config.Credential
	for _, o := range r.Config().Credentials {
		if o.Session == session {
			c = o
		}
	}
	if c.Probe == "" {
		return ErrNoProbe
	}
	client, err := httpx.Authenticated(s.Backend, token, nil)
	if err != nil {
		return &NotSent{err}
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Backend+c.Probe, nil)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	resp, err := client.Do(req)
	if err == nil {
		err = httpx.Refusal(resp, token)
	}
	if err == nil {
		return nil
	}
	var refused *actors.StatusError
	if !errors.As(err, &refused) {
		return &NotAsked{session, secrets.Redact(err.Error(), token)}
	}
	if class, _ := actors.Classify(rules.Outcome(refused)); class == messages.ClassSessionExpired {
		return &Refused{refused}
	}
	if refused.Status >= http.StatusInternalServerError {
		return &NotAsked{session, refused.Error()}
	}
	return nil
}
