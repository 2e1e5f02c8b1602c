package engine

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// prune drops the records that are too old or too many by the job file (a limit of zero is none), as far as nothing
// needs them any more.
func (h *housekeeper) prune(ctx context.Context) error {
	j, limit := h.r.o.Journal, h.r.Config().Journal
	if limit.Keep <= 0 && limit.Max <= 0 || !h.r.log.Leads() {
		return nil
	}
	var before messages.Instant
	if limit.Keep > 0 {
		before = messages.At(h.r.wall().Add(-limit.Keep))
	}
	cut, err := j.Cut(before, limit.Max)
	if err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	needed, by, err := h.oldestNeeded(ctx)
	if err != nil {
		return err
	}
	if needed < cut {
		h.r.o.Logger.Info("cron: old records are kept because they are still needed",
			zap.String("by", by), zap.Uint64("from", needed), zap.Uint64("due", cut))
		cut = needed
	}
	if err := j.Drop(cut); err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	return nil
}

// oldestNeeded is the seq of the oldest record that is still to be read, and names its reader. The state must be
// rebuilt even if the newest snapshot cannot be read, so recovery needs the records after the one before it.
func (h *housekeeper) oldestNeeded(ctx context.Context) (seq uint64, by string, err error) {
	snapshots, err := h.r.o.Journal.Snapshots()
	if err != nil {
		return 0, "", fmt.Errorf("retention: %w", err)
	}
	by = "recovery"
	if len(snapshots) > 1 {
		seq = snapshots[1].Seq + 1
	}
	var letter uint64
	if err := h.r.View(ctx, func(m *policy.Machine) { letter = m.OldestNeeded() }); err != nil {
		return 0, "", err
	}
	if letter != 0 && letter < seq {
		seq, by = letter, "a delivery that has not arrived"
	}
	cursors, err := h.r.o.Journal.Cursors()
	if err != nil {
		return 0, "", fmt.Errorf("retention: %w", err)
	}
	for _, c := range cursors {
		if c.Topic != markTopic && !ofReader(c) && c.Seq+1 < seq {
			seq, by = c.Seq+1, "the subscriber "+c.Name
		}
	}
	if next := h.r.history.Cursor() + 1; next < seq {
		seq, by = next, "the run history"
	}
	return seq, by, nil
}
