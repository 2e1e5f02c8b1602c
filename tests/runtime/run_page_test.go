package runtime

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/internal/web"
	"curfew/tests/internal/world"
)

// TestRunPageHidesTokens: a token that a backend, or a program, throws back is on no page of the run: not in its error, not
// in its output, and not in what led to them.
func TestRunPageHidesTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error {
			return errors.New("400: bad header \"Bearer planted-token-1\"")
		}
		s.Start(reloadHead + `
jobs:
  - {name: brief, actor: agent, schedule: "0 1 * * *", with: {}, retry: {attempts: 1}}
`)
		defer s.Settle()
		defer s.Stop()
		s.SignIn(true)
		s.Until("2027-01-15T01:05:00Z")
		b := backend.New(s.Runtime)
		runs, err := b.Runs(t.Context(), contract.RunQuery{Page: contract.Page{Limit: 5}})
		if err != nil || len(runs.Items) != 1 {
			t.Fatal(runs, err)
		}
		mux := http.NewServeMux()
		pages := web.New(web.Options{Backend: b, Views: b, Now: time.Now, Log: zap.NewNop(), Problem: func(err error) (int, string) {
			t.Errorf("a page fails: %v", err)
			return http.StatusInternalServerError, fmt.Sprint(err)
		}})
		for _, m := range pages.Mounts() {
			mux.Handle(m.Pattern, m.Handler)
		}
		for _, path := range []string{"/runs", "/runs/" + string(runs.Items[0].ID), "/tree?job=brief"} {
			out := httptest.NewRecorder()
			mux.ServeHTTP(out, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if text := out.Body.String(); out.Code != http.StatusOK || strings.Contains(text, "planted-token") {
				t.Errorf("%s: %d, and the token is in it: %t", path, out.Code, strings.Contains(text, "planted-token"))
			} else if path != "/tree?job=brief" && !strings.Contains(text, "bad header") {
				t.Errorf("%s does not show the error: %s", path, text)
			}
		}
	})
}
