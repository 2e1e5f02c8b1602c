package signin

import (
	"context"
	"fmt"
	"time"

	"curfew/actors"
	"curfew/actors/env/procs"
)

// askTime is how long a question may take to answer.
const askTime = time.Minute

// The exit codes with which sh says that it could not run the command.
const (
	exitNotRunnable = 126
	exitNotFound    = 127
)

// Command makes a question of a program: exit status 0 is yes, another one is no. It gets nothing to read, and a minute.
func Command(exec actors.Exec, c actors.Command) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		limited, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()
		got, err := exec.Run(limited, c)
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case limited.Err() != nil:
			return false, fmt.Errorf("it did not answer within %s", askTime)
		case err != nil:
			return false, err
		case got.ExitCode == exitNotRunnable, got.ExitCode == exitNotFound, got.ExitCode < 0:
			return false, fmt.Errorf("it could not be run: %w", procs.Exited(got))
		}
		return got.ExitCode == 0, nil
	}
}
