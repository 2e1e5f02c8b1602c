package nats

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/messages"
)

// findOldest reads which message is the oldest.
func (j *Journal) findOldest() error {
	oldest, err := try(j.ctx, func(ctx context.Context) (entry, error) {
		info, err := j.stream.Info(ctx)
		if err != nil {
			return entry{}, err
		}
		if info.State.LastSeq == 0 { // nobody has claimed it yet
			return entry{place: 1, first: 1}, nil
		}
		return j.at(ctx, info.State.FirstSeq)
	})
	if err == nil {
		j.oldest.Store(&oldest)
	}
	return err
}

// Cut is the seq of the oldest record to keep. It counts whole blocks: a block that must stay in part stays whole.
func (j *Journal) Cut(before messages.Instant, size int64) (uint64, error) {
	cut := j.oldest.Load().first
	if !before.IsZero() {
		e, err := j.search(func(e entry) bool { return e.at < before })
		if err != nil {
			return 0, fmt.Errorf("bus: nats: look for old records: %w", err)
		}
		cut = max(cut, e.first)
	}
	if size > 0 {
		end := j.end.Load()
		e, err := j.search(func(e entry) bool { return end.before+end.size-e.before > size })
		if err != nil {
			return 0, fmt.Errorf("bus: nats: look for old records: %w", err)
		}
		cut = max(cut, e.first)
	}
	return cut, nil
}

// Drop removes the messages that end before that seq, and snapshots whose next record is gone.
func (j *Journal) Drop(before uint64) error {
	fail := func(err error) error { return fmt.Errorf("bus: nats: remove records before %d: %w", before, err) }
	seq := min(before, j.end.Load().last)
	keep, err := j.search(func(e entry) bool { return e.last < seq })
	if err != nil {
		return fail(err)
	}
	if keep.place <= j.oldest.Load().place {
		return nil
	}
	j.oldest.Store(&keep) // first, so that a read that meets the gap knows why
	_, err = try(j.ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.stream.Purge(ctx, jetstream.WithPurgeSequence(keep.place))
	})
	if err != nil {
		return fail(err)
	}
	all, err := j.Snapshots()
	for _, s := range all {
		if s.Seq+1 < keep.first {
			err = errors.Join(err, j.dropSnapshot(s.Seq))
		}
	}
	if err != nil {
		return fail(err)
	}
	return nil
}
