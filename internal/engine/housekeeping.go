package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// When a snapshot is made, besides at a stop.
const (
	// DefaultSnapshotEvery is how many records a start reads at most behind the last snapshot, more or less:
	// a million take some seconds.
	DefaultSnapshotEvery = 100_000
	snapshotAfter        = 24 * time.Hour // when anything was recorded since the last one
	keepLook             = time.Hour      // how often retention looks
)

// keeper makes snapshots of the machine and lets old records go.
type keeper struct {
	r     *Runtime
	since atomic.Int64  // records since the last snapshot
	due   chan struct{} // there are enough of them

	saved   bus.Snapshot // the last one; the keeper's goroutine, and Stop behind it
	problem atomic.Pointer[string]
}

func newKeeper(r *Runtime) *keeper { return &keeper{r: r, due: make(chan struct{}, 1)} }

// count is called by the log's writer, and must not wait.
func (k *keeper) count(records int) {
	if k.since.Add(int64(records)) < int64(cmp.Or(k.r.o.SnapshotEvery, DefaultSnapshotEvery)) {
		return
	}
	select {
	case k.due <- struct{}{}:
	default:
	}
}

// run keeps house until ctx ends.
func (k *keeper) run(ctx context.Context) {
	look := time.NewTicker(keepLook)
	defer look.Stop()
	for {
		overdue := false
		select {
		case <-ctx.Done():
			return
		case <-k.due:
			overdue = true
		case <-look.C:
			overdue = messages.At(k.r.wall()).Sub(k.saved.At) >= snapshotAfter
		}
		var err error
		if overdue {
			err = k.snapshot(ctx)
		}
		k.say(errors.Join(err, k.retain(ctx)))
	}
}

// snapshot saves the machine's state, unless nothing has happened since the last one.
func (k *keeper) snapshot(ctx context.Context) error {
	var image *policy.Image
	var at bus.Snapshot
	err := k.r.View(ctx, func(m *policy.Machine) {
		at = bus.Snapshot{Seq: k.r.log.Last(), At: messages.At(k.r.wall()), PolicyVersion: policy.Version}
		if at.Seq != k.saved.Seq {
			image = m.Image()
			k.since.Store(0)
		}
	})
	if err != nil || image == nil {
		return err
	}
	began := time.Now()
	if err := k.r.o.Journal.SaveSnapshot(at, image.Lines()); err != nil {
		return fmt.Errorf("curfew: %w", err)
	}
	k.saved = at
	k.r.o.Logger.Debug("cron: snapshot", zap.Uint64("seq", at.Seq), zap.Duration("took", time.Since(began)))
	return nil
}

// Trouble is why snapshots or retention fail; empty: they work.
func (r *Runtime) Trouble() string {
	if text := r.keeper.problem.Load(); text != nil {
		return *text
	}
	return ""
}

// say reports trouble when it begins, changes and ends.
func (k *keeper) say(err error) {
	before := k.problem.Load()
	switch {
	case err != nil && errors.Is(err, bus.ErrClosed), err == nil && before == nil:
	case err == nil:
		k.problem.Store(nil)
		k.r.o.Logger.Info("cron: snapshots and retention work again")
	case before == nil || *before != err.Error():
		text := err.Error()
		k.problem.Store(&text)
		k.r.o.Logger.Error("cron: snapshots or retention fail; a start reads more of the journal meanwhile", zap.Error(err))
	}
}
