package agent

import (
	"context"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/messages"
)

// TestRefusedWhileStopped pins that the gate learns of a 401 even if the attempt was told to stop meanwhile.
func TestRefusedWhileStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	to := &endpoint{session: actorstest.Session(t, "http://127.0.0.1:1", "t", nil)}
	err := to.outcome(ctx, refusal{&actors.StatusError{Status: 401}})
	if class, _ := actors.Classify(err); class != messages.ClassSessionExpired {
		t.Errorf("got %s: %v", class, err)
	}
}
