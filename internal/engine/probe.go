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
	"curfew/actors/system/tokens"
	"curfew/internal/config"
	"curfew/messages"
)

// probeTime bounds how long a backend may take to say whether a token is good.
const probeTime = 15 * time.Second

// ErrNoProbe is said of a session of which the job file names no probe.
var ErrNoProbe = errors.New("there is no probe to check a token with")

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

// CheckToken asks the session's backend whether it accepts the token. Only a refusal that the session's rules
// call an expiry counts: a probe that is itself forbidden says nothing.
func (r *Runtime) CheckToken(ctx context.Context, session, token string) error {
	if err := tokens.Check(token); err != nil {
		return err
	}
	s, outcome, _ := r.gate.Rules(session)
	var c config.Credential
	for _, o := range r.o.Config.Credentials {
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
		return resp.Body.Close()
	}
	var refused *actors.StatusError
	if !errors.As(err, &refused) {
		return &NotAsked{session, secrets.Redact(err.Error(), token)}
	}
	if class, _ := actors.Classify(outcome(refused)); class == messages.ClassSessionExpired {
		return &Refused{refused}
	}
	if refused.Status >= http.StatusInternalServerError {
		return &NotAsked{session, refused.Error()}
	}
	return nil
}
