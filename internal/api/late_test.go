package api_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// TestLate: an order whose sender has gone is carried out, and one that takes too long is not said to have failed.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		for job, want := range map[string]string{
			"brief": `202 {"name":"brief"`,
			"stuck": `503 {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"the daemon could not answer within 30s; ` +
				`the command may have been carried out, or may still be: check before you repeat it"}`,
		} {
			w := httptest.NewRecorder()
			began := time.Now()
			api.Handler(&fake{}, zap.NewNop()).ServeHTTP(w, httptest.NewRequest("POST", "/v1/jobs/"+job+"/pause", nil).WithContext(gone))
			if got := strings.TrimPrefix(w.Result().Status[:4]+w.Body.String(), " "); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s after %s; want %s", job, got, time.Since(began), want)
			}
		}
	})
}
