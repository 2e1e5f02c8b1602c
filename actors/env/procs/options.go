// Package procs runs the processes of attempts, each in a session of its own. With a process it ends all its
// descendants, also those that have left its session, where the system shows them (Linux). It is not a sandbox: a
// process that gives up its session, its parents, CURFEW_RUN in its environment and its output is out of reach.
package procs

import (
	"errors"
	"io"
	"time"

	"curfew/actors"
	"curfew/actors/env/secrets"
)

// DefaultGrace is how long a process group may take to end after TERM.
const DefaultGrace = 10 * time.Second

// MaxGrace bounds the grace: the processes must be killed before the attempt itself counts as abandoned.
const MaxGrace = 20 * time.Second

// MaxCapture bounds [actors.Command.MaxOutput], in bytes.
const MaxCapture = 8 << 20

// ErrUnkillable means that a process is still there after KILL: the kernel is waiting for something.
var ErrUnkillable = errors.New("procs: the process does not end, even when killed")

// Options are how processes are run. The zero value is useful.
type Options struct {
	// Grace is the time between TERM and KILL; 0 is [DefaultGrace], and it is never more than [MaxGrace].
	Grace time.Duration
	// Deny names variables that no process may see, even if they are passed on: those that hold keys.
	Deny []string
	// Attempt is the attempt that the processes belong to. They get CURFEW_JOB, CURFEW_RUN, CURFEW_ATTEMPT and
	// CURFEW_SLOT, and the job's env. The zero value: they belong to none.
	Attempt actors.Attempt
	// Ledger notes the processes of Attempt while they run; nil: they are not noted.
	Ledger *Ledger
	// Secrets are redacted from what processes print, except for a value that is kept apart ([actors.Command.Apart]).
	Secrets *secrets.Set
	// Live gets what processes print as it comes, besides the result; nil: nothing does. It must not block.
	Live io.Writer
}
