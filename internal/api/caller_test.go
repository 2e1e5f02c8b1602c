package api_test

import (
	"os/user"
	"testing"

	"curfew/internal/api"
)

// TestCaller: over the socket an order has the name of the user who gives it, and by other ways none.
func TestCaller(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	data, f := t.TempDir(), &fake{}
	stop := serve(t, data, f)
	defer stop()
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Pause(t.Context(), "brief"); err != nil || f.caller != me.Username {
		t.Errorf("paused by %q, %v; want %q", f.caller, err, me.Username)
	}
	if w := ask(f, "POST", "/v1/jobs/brief/pause", "", ""); w.Code != 202 || f.caller != "api" {
		t.Errorf("paused by %q, %d; want api", f.caller, w.Code)
	}
}
