package supervisor

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// nothing is the limit of supervisors that are not frozen: no seq is behind it.
const nothing = math.MaxUint64

// barrier is what a frozen tree of supervisors does not begin: starts that stand behind a seq. A shard asks
// right before it hands an order over, so whoever freezes knows for certain what never began.
type barrier struct {
	mu    sync.Mutex
	limit uint64
}

// lets reports whether a start at that seq may begin.
func (b *barrier) lets(seq uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return seq <= b.limit
}

// drop makes the newest seq the limit. It is read under the lock: what a shard was let begin before is not
// behind it. A barrier that is down stays where it is.
func (b *barrier) drop(last func() uint64) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit == nothing {
		b.limit = last()
	}
	return b.limit
}

// catchUp asks every shard to say when it has read as far as that seq.
type catchUp struct {
	seq  uint64
	done chan struct{} // has room for all
}

// Freeze makes the supervisors begin nothing that stands behind the newest record, which last names, and
// returns that seq when every shard has read so far. They go on reading: what is decided from here on is
// kept for the next start ([Config.Unbegun]). The seq is right also when ctx ends before every shard is
// there, which is the error: some starts up to it may then not have begun either.
func (s *Supervisors) Freeze(ctx context.Context, last func() uint64) (seq uint64, err error) {
	seq = s.barrier.drop(last)
	return seq, s.CatchUp(ctx, seq)
}

// CatchUp returns when every shard has read up to that seq, or ctx ends, which is the error. It must not be
// called once the supervisors have been stopped.
func (s *Supervisors) CatchUp(ctx context.Context, seq uint64) error {
	all := 0
	for _, n := range s.cfg.shards() {
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

// catchUp takes note that somebody waits for the shard to have read so far.
func (h *shard) catchUp(c actor.Context, m *catchUp) {
	h.awaited = append(h.awaited, m)
	h.wake(c.ActorSystem(), c.Self())
}

// caughtUp tells those who wait that the log has been read up to that seq.
func (h *shard) caughtUp(seq uint64) {
	rest := h.awaited[:0]
	for _, m := range h.awaited {
		if m.seq > seq {
			rest = append(rest, m)
			continue
		}
		m.done <- struct{}{}
	}
	h.awaited = rest
}
