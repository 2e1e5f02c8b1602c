package engine

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/supervisor/policy"
)

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
