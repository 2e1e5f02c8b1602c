package engine

import (
	"context"
	"fmt"
	"time"

	"curfew/bus"
)

// watchEvery is how often the runtime checks that the journal is still where it was.
const watchEvery = 10 * time.Second

// watchJournal stops the runtime when the journal's file has been moved or removed: what it records then would not be
// found again, so it must not go on acknowledging it.
func (r *Runtime) watchJournal(ctx context.Context) {
	j, ok := r.o.Journal.(bus.LossChecker)
	if !ok {
		return
	}
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		if err := j.Lost(); err != nil {
			r.fail(fmt.Errorf("%w, and what is recorded would not be found again: put it back where it was, "+
				"or restore a backup with `curfew journal restore`, and start again", err))
			return
		}
	}
}
