package actorstest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
)

// Spec is the `with` block of an actor type that expects a URL to answer 200.
type Spec struct {
	URL string `json:"url"`
}

func (Spec) Kind() string { return "http-check" }

func (s Spec) Validate() error {
	if s.URL == "" {
		return errors.New("url is required")
	}
	return nil
}

type check struct {
	actors.Defaults[Spec]
	http *http.Client
}

func New(env actors.Env) actors.Actor[Spec] { return &check{http: env.HTTP} }

func (c *check) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, run.Spec.URL, nil)
	if err != nil {
		return actors.Output{}, actors.Permanent(err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return actors.Output{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return actors.Output{}, errors.New(resp.Status)
	}
	return actors.Output{Text: resp.Status}, nil
}

func TestHTTPCheck(t *testing.T) {
	server := httptest.NewServer(http.StripPrefix("/up", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	defer server.Close()
	if out, err := actorstest.Run(t, New, Spec{URL: server.URL + "/up"}); err != nil || out.Text != "200 OK" {
		t.Errorf("up: %q, %v", out.Text, err)
	}
	if _, err := actorstest.Run(t, New, Spec{URL: server.URL + "/down"}); err == nil || err.Error() != "404 Not Found" {
		t.Errorf("down: %v", err)
	}
}
