package supervisor

import (
	"context"
	"fmt"
	"math"
	"sync"
)

// unlimited is the limit of supervisors that are not frozen.
const unlimited = math.MaxUint64

// barrier blocks every start whose seq is above the limit. A shard asks it right before it hands an order over, so
// after a freeze it is certain which starts never began.
type barrier struct {
	mu    sync.Mutex
	limit uint64
}

// allows reports whether a start at that seq may begin.
func (b *barrier) allows(seq uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return seq <= b.limit
}

// set makes the newest seq the limit, once, and returns the limit. The seq is read under the lock, so every start that
// was allowed before is at or below it.
func (b *barrier) set(last func() uint64) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit == unlimited {
		b.limit = last()
	}
	return b.limit
}

// catchUp asks every shard to report when it has read up to that seq.
type catchUp struct {
	seq  uint64
	done chan struct{} // has room for the answer of every shard
}

// Freeze blocks every start after the newest record, whose seq is last(), and returns that seq when every shard has
// read up to it. The shards go on reading; starts that are decided from here on are kept for the next runtime
// ([Config.Unbegun]). The seq is valid, too, if ctx ends first, which is the error: then some starts up to it may not
// have begun either.
func (s *Supervisors) Freeze(ctx context.Context, last func() uint64) (seq uint64, err error) {
	seq = s.barrier.set(last)
	return seq, s.CatchUp(ctx, seq)
}

// CatchUp returns when every shard has read up to that seq, or ctx ends, which is the error. It must not be
// called once the supervisors have been stopped.
func (s *Supervisors) CatchUp(ctx context.Context, seq uint64) error {
	all := 0
	for _, n := range s.shards {
		all += n
	}
	m := &catchUp{seq: seq, done: make(chan struct{}, all)}
	s.cfg.System.Root.Send(s.root, m)
	for range all {
		select {
		case <-m.done:
		case <-ctx.Done():
			return fmt.Errorf("supervisor: the log was not read up to record %d in time: %w", seq, context.Cause(ctx))
		}
	}
	return nil
}
