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

// retain lets records go that are too old or too many (zero values set no limit), as far as nobody needs
// them any more.
func (k *keeper) retain(ctx context.Context) error {
	j, limit := k.r.o.Journal, k.r.o.Config.Journal
	if limit.Keep <= 0 && limit.Max <= 0 {
		return nil
	}
	var before messages.Instant
	if limit.Keep > 0 {
		before = messages.At(k.r.wall().Add(-limit.Keep))
	}
	cut, err := j.Cut(before, limit.Max)
	if err != nil {
		return fmt.Errorf("curfew: retention: %w", err)
	}
	needed, by, err := k.needed(ctx)
	if err != nil {
		return err
	}
	if needed < cut {
		k.r.o.Logger.Info("cron: old records are kept because they are still needed", zap.String("by", by), zap.Uint64("from", needed), zap.Uint64("due", cut))
		cut = needed
	}
	if err := j.Drop(cut); err != nil {
		return fmt.Errorf("curfew: retention: %w", err)
	}
	return nil
}

// needed is the oldest record that somebody still has to read, and who that is. A state must be rebuilt even
// if the newest snapshot cannot be read, so the one before it counts.
func (k *keeper) needed(ctx context.Context) (seq uint64, by string, err error) {
	snapshots, err := k.r.o.Journal.Snapshots()
	if err != nil {
		return 0, "", fmt.Errorf("curfew: retention: %w", err)
	}
	by = "recovery"
	if len(snapshots) > 1 {
		seq = snapshots[1].Seq + 1
	}
	var letter uint64
	if err := k.r.View(ctx, func(m *policy.Machine) { letter = m.OldestNeeded() }); err != nil {
		return 0, "", err
	}
	if letter != 0 && letter < seq {
		seq, by = letter, "a delivery that has not arrived"
	}
	cursors, err := k.r.o.Journal.Cursors()
	if err != nil {
		return 0, "", fmt.Errorf("curfew: retention: %w", err)
	}
	for _, c := range cursors {
		if c.Topic != markTopic && c.Seq+1 < seq {
			seq, by = c.Seq+1, "the subscriber "+c.Name
		}
	}
	if next := k.r.history.Cursor() + 1; next < seq {
		seq, by = next, "the run history"
	}
	return seq, by, nil
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
