package cli_test

import (
	"slices"
	"strings"
	"testing"
)

// TestWaitEnds: --wait ends with its --timeout, also where what it waits for never ends, and says that it goes on.
func TestWaitEnds(t *testing.T) {
	_, data := daemon(t)
	for _, c := range []struct {
		args, stdin string
		code        int
		want        string // how standard error ends
	}{
		{"job run brief --wait --timeout 1ms", "", 1, "curfew: no longer waiting for run r1, which goes on: --timeout 1ms is over\n"},
		{"session login trying --wait --timeout 1ms", "t", 1, "curfew: no longer waiting for the first run of session trying, which goes on: --timeout 1ms is over\n"},
		{"job run brief --timeout 1m", "", 2, "curfew: --timeout is how long --wait waits; give both, or neither\n"},
		{"job run brief --wait --timeout 0s", "", 2, "curfew: --timeout must be more than 0, not 0s\n"},
		{"session login trying --wait --timeout -1s", "t", 2, "curfew: --timeout must be more than 0, not -1s\n"},
	} {
		args := slices.Concat(strings.Fields(c.args), []string{"--data", data})
		if code, _, errs := call(c.stdin, args...); code != c.code || !strings.HasSuffix(errs, c.want) {
			t.Errorf("%s: exit %d, %q; want %d, %q", c.args, code, errs, c.code, c.want)
		}
	}
}
