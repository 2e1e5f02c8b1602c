package cli_test

import (
	"strings"
	"testing"

	"curfew/internal/cli"
)

// TestRunOfJob: the name of a job stands for its newest run where runs are looked at, and for none where one is ended.
func TestRunOfJob(t *testing.T) {
	_, data := daemon(t)
	const newest = "(run r1, the newest of job brief)\n"
	for _, tt := range []struct {
		args, out, errs string
		code            int
	}{
		{"run logs r1", "half a briefing\n", "", cli.ExitOK},
		{"run logs brief", "half a briefing\n", newest, cli.ExitOK},
		{"run show brief", "run       r1\n", newest, cli.ExitOK},
		{"run logs brief -o json", `{"run":"r1",`, "", cli.ExitOK},
		{"run show brief -o json", `{"id":"r1",`, "", cli.ExitOK},
		{"run logs backup", "", "curfew: there is no run \"backup\"; old ones are forgotten\n", cli.ExitFailed},
		{"run cancel brief", "", "curfew: there is no run \"brief\"; old ones are forgotten\n", cli.ExitFailed},
	} {
		code, out, errs := call("", append([]string{"--data", data}, strings.Fields(tt.args)...)...)
		if code != tt.code || !strings.HasPrefix(out, tt.out) || errs != tt.errs {
			t.Errorf("%s: exit %d, %q, %q", tt.args, code, out, errs)
		}
	}
}
