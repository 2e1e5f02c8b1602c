package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/bus"
	"curfew/supervisor/policy"
)

// When snapshots are made, besides at a stop, and when old records are pruned.
const (
	// snapshotEvery is about how many records a start reads after the newest snapshot, if there are few jobs. A million
	// take some seconds.
	snapshotEvery = 100_000
	// snapshotPerJob bounds the work by the size of the state: a snapshot of a job takes 6 to 9 µs of CPU, a run with its
	// four records 50 to 125 µs (both measured on 29 November 2026), so that five runs of each job between two snapshots
	// leave these about 3 % of the whole. A start after a crash reads as many: 2 million for 100,000 jobs, some seconds.
	snapshotPerJob = 20
	// snapshotApart is the time from the end of a snapshot until the next may begin.
	snapshotApart = 5 * time.Second
	snapshotAfter = 24 * time.Hour // since the last one, if anything has been recorded
	pruneEvery    = time.Hour
)

// housekeeper makes snapshots of the machine and prunes old records of the journal.
type housekeeper struct {
	r     *Runtime
	since atomic.Int64  // records since the last snapshot
	due   follow.Signal // set when there are enough of them

	ended   time.Time              // when the last snapshot of run was done
	strays  map[string]stray       // by name and topic; of the goroutine of run
	saved   bus.Snapshot           // the last one; only the goroutine of run touches it, and Stop after that has ended
	problem atomic.Pointer[string] // why snapshots or pruning fail; nil: they work
}

func newHousekeeper(r *Runtime) *housekeeper { return &housekeeper{r: r, due: follow.NewSignal()} }

// count adds records to those since the last snapshot; jobs is how many there are now. The log's writer calls it, so it
// must not wait.
func (h *housekeeper) count(records, jobs int) {
	if h.since.Add(int64(records)) >= int64(cmp.Or(h.r.o.SnapshotEvery, max(snapshotEvery, snapshotPerJob*jobs))) {
		h.due.Set()
	}
}

// run takes snapshots when they are due and prunes the journal every hour, until ctx ends.
func (h *housekeeper) run(ctx context.Context) {
	look := time.NewTicker(pruneEvery)
	defer look.Stop()
	for {
		overdue := false
		select {
		case <-ctx.Done():
			return
		case <-h.due:
			overdue = true
			if !h.pause(ctx) {
				return
			}
		case <-look.C:
			overdue = h.r.Now().Sub(h.saved.At) >= snapshotAfter
		}
		var err error
		if overdue {
			err = h.snapshot(ctx)
			h.ended = time.Now()
		}
		h.report(errors.Join(err, h.prune(ctx), h.forgetReaders(ctx)))
	}
}

// pause waits until a snapshot may follow the last one; false: ctx has ended.
func (h *housekeeper) pause(ctx context.Context) bool {
	left := snapshotApart - time.Since(h.ended)
	if h.ended.IsZero() || left <= 0 {
		return true
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// snapshot saves the machine's state, unless nothing has been recorded since the last snapshot. Of a fleet's journal it
// is the one that decides who does it.
func (h *housekeeper) snapshot(ctx context.Context) error {
	if !h.r.log.Leads() {
		return nil
	}
	var image *policy.Image
	var at bus.Snapshot
	err := h.r.View(ctx, func(m *policy.Machine) {
		at = bus.Snapshot{Seq: h.r.log.Last(), At: h.r.Now(), PolicyVersion: policy.Version}
		if at.Seq != h.saved.Seq {
			image = m.Image()
			h.since.Store(0)
		}
	})
	if err != nil || image == nil {
		return err
	}
	began := time.Now()
	if err := h.r.o.Journal.SaveSnapshot(at, image.Lines(func(f func(*policy.Machine)) error { return h.r.View(ctx, f) })); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	h.saved = at
	h.r.o.Logger.Debug("cron: snapshot", zap.Uint64("seq", at.Seq), zap.Duration("took", time.Since(began)))
	return nil
}

// Trouble is why snapshots or pruning fail; empty: they work.
func (r *Runtime) Trouble() string {
	if text := r.house.problem.Load(); text != nil {
		return *text
	}
	return ""
}

// report logs trouble when it begins, changes and ends.
func (h *housekeeper) report(err error) {
	before := h.problem.Load()
	switch {
	case err != nil && errors.Is(err, bus.ErrClosed), err == nil && before == nil:
	case err == nil:
		h.problem.Store(nil)
		h.r.o.Logger.Info("cron: snapshots and retention work again")
	case before == nil || *before != err.Error():
		text := err.Error()
		h.problem.Store(&text)
		h.r.o.Logger.Error("cron: snapshots or retention fail; until they work, the journal grows and a start reads more of it",
			zap.Error(err))
	}
}
