package cli_test

import (
	"context"
	"testing"

	"curfew/internal/contract"
)

// refuses takes in no job file.
type refuses struct {
	fake
	left string
}

func (r *refuses) Reload(context.Context) (contract.Reloaded, error) {
	err := contract.Refused("the job file is not taken in, and %s: jobs.yaml:2:4: bad", r.left)
	err.Faults = []contract.Fault{{Location: "jobs.yaml:2:4", Message: "bad"}}
	return contract.Reloaded{}, err
}

// TestRefusedReload: the places are printed, and what the reload before has left, unless that is nothing.
func TestRefusedReload(t *testing.T) {
	const half = "of the reload before it some may hold already"
	for left, want := range map[string]string{
		"nothing has changed": "jobs.yaml:2:4: bad\n",
		half:                  "jobs.yaml:2:4: bad\ncurfew: the job file is not taken in, and " + half + ": jobs.yaml:2:4: bad\n",
	} {
		data := serving(t, &refuses{left: left})
		if code, out, errs := call("", "reload", "--data", data); code != 2 || out != "" || errs != want {
			t.Errorf("%s: exit %d, %q, %q", left, code, out, errs)
		}
	}
}
