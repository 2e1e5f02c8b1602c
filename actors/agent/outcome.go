package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"curfew/actors"
	"curfew/actors/httpx"
)

// maxAnswer bounds the body of an answer, in bytes.
const maxAnswer = 8 << 20

var errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)

// outcome says what an error of the call means for the job. What the backend answered counts even when ctx
// has ended meanwhile: the gate must learn of it.
func (e endpoint) outcome(ctx context.Context, err error) error {
	var refused *actors.StatusError
	if errors.As(err, &refused) {
		return e.refusal(refused)
	}
	if ctx.Err() != nil {
		return ctx.Err() // the host says in better words what ended it
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the URL
	}
	// Not wrapped: a text that is redacted must not have the one that is not beneath it, and a
	// connection's own timeout is not the attempt's.
	plain := fmt.Errorf("agent: %s", httpx.Redact(err.Error(), e.key))
	if u != nil && !e.own {
		return actors.Unreachable(plain) // there was no answer
	}
	return plain
}

// refusal says what a status of 400 and above means: by the rules of the session, whose token was sent, or
// as anybody's own key has it, which no sign-in mends.
func (e endpoint) refusal(refused *actors.StatusError) error {
	if e.own {
		return fmt.Errorf("agent: %w", httpx.Outcome(refused))
	}
	return fmt.Errorf("agent: %w", e.session.Outcome(refused))
}

// bounded is a client whose answers have an end.
type bounded struct{ client *http.Client }

// Do sends the request.
func (b bounded) Do(req *http.Request) (*http.Response, error) {
	resp, err := b.client.Do(req)
	if err == nil {
		resp.Body = &limited{body: resp.Body, left: maxAnswer}
	}
	return resp, err
}

// limited is a body that fails, instead of ending early, when it is too long.
type limited struct {
	body io.ReadCloser
	left int
}

// Read reads at most what is left.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.body.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// Close closes the body.
func (l *limited) Close() error { return l.body.Close() }
