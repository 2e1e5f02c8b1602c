package browser

import (
	"syscall"
	"testing"

	"curfew/tests/internal/world"
)

// TestDaemonComesBack: while the daemon is stopped a page says so, and when it is back the page goes on by itself.
func TestDaemonComesBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:8], world.NewBackend(t).URL, true))
	v := s.visitor()
	v.goes("/jobs")
	v.until("the job", shows("main", calm))
	v.mark()
	v.allows("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
	if err := s.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	v.until("the page to say that the daemon cannot be reached", shows("body", "cannot be reached"))
	s.starts(file(ordinary[7:8], world.NewBackend(t).URL, true))
	v.until("the page to go on", not(shows("body", "cannot be reached")))
	if _, err := s.Client.Pause(t.Context(), calm); err != nil {
		t.Fatal(err)
	}
	v.until("what happens after the stop", shows("main", "paused"))
	v.marked()
}
