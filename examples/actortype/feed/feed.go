// Package feed is an actor type that expects a feed to be fresh.
package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"curfew/actors"
	"curfew/actors/env/httpx"
)

// Spec is the `with` block of a job.
type Spec struct {
	// URL is where the feed is. Required.
	URL string `json:"url"`
	// MaxAge is how old it may be, by the header Last-Modified. Required.
	MaxAge actors.Duration `json:"max_age"`
}

// Kind is the name of the actor type in job files.
func (Spec) Kind() string { return "feed-check" }

// Validate begins with the member's name, so that `check` finds its place.
func (s Spec) Validate() error {
	switch {
	case s.URL == "":
		return errors.New("url is required")
	case s.MaxAge <= 0:
		return errors.New("max_age must be more than 0")
	}
	return nil
}

// Members is what editors and `check` know besides the Go types.
func (Spec) Members() map[string]actors.Member {
	return map[string]actors.Member{
		"url":     {About: "Where the feed is.", Pattern: actors.WebURL, Required: true},
		"max_age": {About: "How old it may be.", Required: true, Examples: []any{"24h"}},
	}
}

type check struct {
	actors.Defaults[Spec] // two minutes, three attempts, no session
	http                  *http.Client
}

// New makes an actor. It is called for every attempt.
func New(env actors.Env) actors.Actor[Spec] { return &check{http: env.HTTP} }

// Run looks at the feed once. What it returns is the outcome; when it is tried again is not its business.
func (c *check) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, run.Spec.URL, nil)
	if err != nil {
		return actors.Output{}, actors.Permanent(err) // no retry mends the URL
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return actors.Output{}, err // the retry policy decides
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests:
		return actors.Output{}, actors.RetryAfter(errors.New(resp.Status), httpx.RetryAfter(resp.Header))
	case http.StatusGone:
		return actors.Output{}, actors.Permanent(errors.New("the feed is gone"))
	default:
		return actors.Output{}, errors.New(resp.Status)
	}
	changed, err := http.ParseTime(resp.Header.Get("Last-Modified"))
	if err != nil {
		return actors.Output{}, actors.Permanent(errors.New("the feed does not say when it was modified"))
	}
	if age := time.Since(changed).Round(time.Second); age > run.Spec.MaxAge.D() {
		return actors.Output{}, fmt.Errorf("the feed is %s old", age)
	}
	return actors.Output{Text: "fresh: " + changed.UTC().Format(time.RFC3339)}, nil
}
