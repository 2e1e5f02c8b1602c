// Package pager is a kind of notification target: an API that pages who is on call.
package pager

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"curfew/actors"
	"curfew/actors/env/httpx"
)

// Spec is the block of a target in a job file.
type Spec struct {
	URL    string `json:"url"`
	Queue  string `json:"queue"`
	KeyEnv string `json:"key_env"` // the variable with the key, which is in no file
}

// Kind is the name of the kind in job files.
func (Spec) Kind() string { return "pager" }

// Validate begins with the member's name, so that `check` finds its place.
func (s Spec) Validate() error {
	switch {
	case s.URL == "":
		return errors.New("url is required")
	case s.Queue == "":
		return errors.New("queue is required")
	}
	return nil
}

type pager struct {
	Spec
	http *http.Client
}

// New makes a target.
func New(env actors.Env, s Spec) actors.Target { return &pager{s, env.HTTP} }

// Send pages. The ID of the message is the same at every try, so that nobody is paged twice.
func (p *pager) Send(ctx context.Context, m actors.Message) error {
	body, err := json.Marshal(map[string]string{"queue": p.Queue, "dedup": m.ID, "title": m.Title, "text": m.Text})
	if err != nil {
		return actors.Permanent(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return actors.Permanent(errors.New("pager: its url is not valid"))
	}
	if p.KeyEnv != "" {
		req.Header.Set("Authorization", "Bearer "+os.Getenv(p.KeyEnv))
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return fmt.Errorf("pager: %w", err) // it is tried again
	}
	defer func() { _ = resp.Body.Close() }()
	err = errors.New("pager: the server answers " + resp.Status)
	switch code := resp.StatusCode; {
	case code < 300:
		return nil
	case code == http.StatusTooManyRequests:
		return actors.RetryAfter(err, httpx.RetryAfter(resp.Header))
	case code < 500:
		return actors.Permanent(err) // the same message will not be taken later either
	default:
		return err
	}
}
