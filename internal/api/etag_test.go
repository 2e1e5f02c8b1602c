package api_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/api"
	"curfew/internal/contract"
)

// conditional is a backend that tells what came with an order.
type conditional struct {
	fake
	match contract.Match
	once  string
}

func (c *conditional) Pause(ctx context.Context, _ string) (contract.Job, error) {
	c.match = contract.Condition(ctx)
	if !c.match.Allows("v1") {
		return contract.Job{}, contract.Changed("it has changed")
	}
	return contract.Job{Name: "brief", Version: "v1"}, nil
}

func (c *conditional) RunNow(ctx context.Context, _ string) (contract.RunAccepted, error) {
	c.match, c.once = contract.Condition(ctx), contract.OrderName(ctx)
	return contract.RunAccepted{Run: "r1"}, nil
}

// TestConditions: If-Match and Idempotency-Key go along with an order, a job's version is its ETag, and a header that
// cannot be used is refused.
func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		path, header, value string
		status              int
		match               contract.Match
		once, etag          string
	}{
		{path: "/v1/jobs/brief/pause", status: 202, etag: `"v1"`},
		{"/v1/jobs/brief/pause", "If-Match", `"v1"`, 202, `"v1"`, "", `"v1"`},
		{"/v1/jobs/brief/pause", "If-Match", `"v0" , "v1"`, 202, `"v0" , "v1"`, "", `"v1"`},
		{"/v1/jobs/brief/pause", "If-Match", "*", 202, "*", "", `"v1"`},
		{"/v1/jobs/brief/pause", "If-Match", `"v0"`, 412, `"v0"`, "", ""},
		{"/v1/jobs/brief/pause", "If-Match", `W/"v1"`, 412, `W/"v1"`, "", ""},
		{"/v1/jobs/brief/pause", "If-Match", "", 400, "", "", ""},
		{"/v1/jobs/brief/pause", "If-Match", strings.Repeat("x", 256), 400, "", "", ""},
		{"/v1/jobs/brief/run", "Idempotency-Key", "deploy-7", 202, "", "deploy-7", ""},
		{"/v1/jobs/brief/run", "Idempotency-Key", " ", 400, "", "", ""},
		{"/v1/jobs/brief/run", "Idempotency-Key", "a\tb", 400, "", "", ""},
		{"/v1/jobs/brief/run", "Idempotency-Key", "ü", 400, "", "", ""},
	} {
		b := &conditional{}
		r, w := httptest.NewRequest("POST", tt.path, nil), httptest.NewRecorder()
		if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		api.Handler(b, zap.NewNop()).ServeHTTP(w, r)
		if w.Code != tt.status || b.match != tt.match || b.once != tt.once || w.Header().Get("ETag") != tt.etag {
			t.Errorf("%s %s %q: %d %s with %q %q, ETag %q", tt.path, tt.header, tt.value, w.Code, w.Body, b.match, b.once, w.Header().Get("ETag"))
		}
	}
}
