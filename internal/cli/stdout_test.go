package cli_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// full is a disk that takes no more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// loses says that a command which has printed something is no success where that is lost.
func loses(t *testing.T, stdin string, args ...string) {
	t.Helper()
	if code, errs := callInto(full{}, stdin, args...); code != 1 || !strings.HasSuffix(errs, "curfew: "+syscall.ENOSPC.Error()+"\n") {
		t.Errorf("%q into a full disk: exit %d, %q", args, code, errs)
	}
}

// TestHelpIsLost: every command fails whose help is lost.
func TestHelpIsLost(t *testing.T) {
	for _, args := range []string{"", "help", "help stale", "help start", "help tutorial", "--version", "version", "schema", "preset list", "completion bash"} {
		loses(t, "", strings.Fields(args)...)
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		loses(t, "", append(strings.Fields(c.CommandPath())[1:], "--help")...)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(app().Commands())
}

// TestNothingBehindALoss: an output that has lost a part is its beginning, and no more.
func TestNothingBehindALoss(t *testing.T) {
	once := &refusesOnce{}
	if code, _ := callInto(once, "", "help"); code != 1 || once.after {
		t.Errorf("exit %d, written behind a loss: %v", code, once.after)
	}
}

// refusesOnce takes all writes but the second.
type refusesOnce struct {
	writes int
	after  bool
}

func (r *refusesOnce) Write(p []byte) (int, error) {
	if r.writes++; r.writes == 2 {
		return 0, syscall.ENOSPC
	}
	r.after = r.after || r.writes > 2
	return len(p), nil
}
