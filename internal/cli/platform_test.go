package cli

import (
	"strings"
	"testing"
)

// TestElsewhere says what people read on a platform that runs no jobs, and that this one does.
func TestElsewhere(t *testing.T) {
	for _, refuse := range []func(can bool) error{noDaemonHere, noDataHere} {
		if err := refuse(runsJobs); err != nil {
			t.Errorf("here: %v", err)
		}
		if err := refuse(false); err == nil || !strings.Contains(err.Error(), "--url") {
			t.Errorf("elsewhere: %v, which does not say what to do", err)
		}
	}
}
