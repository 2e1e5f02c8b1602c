package api

import (
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// TestStranger: on the socket the daemon's user and root are let in, and nobody else, whatever the path.
func TestStranger(t *testing.T) {
	owner := os.Getuid()
	for uid, want := range map[uint32]bool{0: false, uint32(owner): false, uint32(owner) + 1: true, 1<<32 - 1: true} {
		if got := stranger(uid, owner); got != want {
			t.Errorf("user %d is a stranger to %d: %v", uid, owner, got)
		}
	}
	h := socketDoor(newServer(struct{ contract.Backend }{}, zap.NewNop()))
	for _, path := range []string{"/healthz", "/v1/nothing", "/debug/pprof/"} {
		r := httptest.NewRequest("GET", path, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), strangerKey{}, uint32(1234))))
		if w.Code != 403 || !strings.Contains(w.Body.String(), "not for user 1234") {
			t.Errorf("%s for a stranger: %d %s", path, w.Code, w.Body)
		}
		w = httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code == 403 {
			t.Errorf("%s for the owner: %d %s", path, w.Code, w.Body)
		}
	}
}
