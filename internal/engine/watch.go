package engine

import (
	"context"
	"fmt"
	"time"
)

// watchEvery is how often somebody looks whether the journal is still where it was; see [sqlite.Journal.Lost].
const watchEvery = 10 * time.Second

// watch stops the runtime when what it records can not be found again: it must not go on acknowledging that.
func (r *Runtime) watch(ctx context.Context) {
	j, ok := r.o.Journal.(interface{ Lost() error })
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
			r.fail(fmt.Errorf("%w, and what is recorded would not be found again: put it back where it was, or restore a backup with `curfew journal restore`, and start again", err))
			return
		}
	}
}
