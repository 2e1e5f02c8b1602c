package backend

import (
	"context"
	"errors"
	"time"

	"curfew/bus/sleep"
	"curfew/internal/contract"
	"curfew/supervisor/policy"
)

// silentTime is between two looks at whether the servers of a fleet answer, while an answer waits for them.
const silentTime = time.Second

var errSilent = errors.New("the servers of the fleet do not answer")

// view is [engine.Runtime.View] for an answer. The node that decides has to wait until the servers have what it is recording
// before it knows what is so; while they are silent, nobody waits with it.
func (b backend) view(ctx context.Context, f func(*policy.Machine)) error {
	ctx, end := b.untilSilent(ctx)
	defer end()
	return silence(b.r.View(ctx, f))
}

// untilSilent is ctx, but it ends, too, when the servers of the fleet do not answer. end releases it.
func (b backend) untilSilent(ctx context.Context) (soon context.Context, end func()) {
	if b.r.Node() == "" {
		return ctx, func() {}
	}
	soon, cancel := context.WithCancelCause(ctx)
	go func() {
		for sleep.For(soon, silentTime) == nil {
			if !b.r.Reached() {
				cancel(errSilent)
			}
		}
	}()
	return soon, func() { cancel(nil) }
}

// silence is err for people, if it says that the servers are silent.
func silence(err error) error {
	if errors.Is(err, errSilent) {
		return contract.Unavailable("this node does not reach the servers of its fleet, and does not know whether they have what it was " +
			"recording: ask again, or another node")
	}
	return err
}
