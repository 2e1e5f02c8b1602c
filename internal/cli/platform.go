package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// needsDaemonHere refuses a command that runs jobs on a platform that cannot.
func needsDaemonHere(*cobra.Command, []string) error { return noDaemonHere(runsJobs) }

// noDaemonHere refuses to run jobs on a platform that cannot; nil: it can.
func noDaemonHere(can bool) error {
	if can {
		return nil
	}
	return fmt.Errorf("curfew does not run jobs on %s: it could not end a job with all that the job has started; "+
		"start the daemon on Linux or macOS, and ask it from here with --url", runtime.GOOS)
}

// noDataHere refuses a command that needs a data folder on a platform that has none; nil: it has.
func noDataHere(can bool) error {
	if can {
		return nil
	}
	return fmt.Errorf("curfew has no data folder on %s: name a daemon of another machine with --url; "+
		"check, next, import and replay work on files, without a daemon", runtime.GOOS)
}
