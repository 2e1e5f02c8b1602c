// Package orphans reports attempts that nobody performs any more: those that were in flight on a node that is gone, or
// was started anew. Each is reported as interrupted, and the machine decides what becomes of its run. It is what a start
// does with the attempts of the runtime before it, for the nodes of a fleet.
package orphans

import (
	"context"
	"errors"
	"time"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/bus/sleep"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Topics are what the reader of the reporter is to read.
var Topics = []messages.Topic{messages.TopicConfig}

// askAgain is the time between two questions to a machine that does not answer.
const askAgain = time.Second

// Config is what the reporter needs from the rest of the runtime.
type Config struct {
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Orphans asks the machine for them. After an error, such as that too much waits for the log, it is asked again.
	Orphans func(context.Context) ([]policy.Orphan, error)
	// Decides reports whether this runtime decides: only such a one reports. It is asked whenever nodes have changed.
	Decides func() bool
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
}

// Reporter follows the log on one goroutine.
type Reporter struct {
	cfg   Config
	group *startstop.Group
	log   *follow.Feed
}

// Start looks for orphans, and again whenever the log says that nodes have changed.
func Start(c Config) (*Reporter, error) {
	if c.Reader == nil || c.Orphans == nil || c.Decides == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("orphans: Reader, Orphans, Decides, Publish and Fatal must be set")
	}
	r := &Reporter{cfg: c, group: startstop.New(0), log: follow.New("orphans", c.Reader)}
	r.group.Go(r.run)
	return r, nil
}

// Stop ends the goroutine and waits for it. The next start finds what was not reported.
func (r *Reporter) Stop() { r.group.Stop() }

func (r *Reporter) run(ctx context.Context) {
	defer r.log.Close()
	r.report(ctx)
	err := r.log.Run(ctx.Done(), func(batch []messages.Record) {
		for _, rec := range batch {
			switch rec.Body.(type) {
			case messages.NodeJoined, messages.NodeLost, messages.RuntimeConfigured: // the last: another runtime decides
				r.report(ctx)
				return
			}
		}
	})
	if err != nil {
		r.cfg.Fatal(err)
	}
}

// report publishes what there is. A fact that was published before, by this runtime or another one, has the same id, and
// the log drops it.
func (r *Reporter) report(ctx context.Context) {
	if !r.cfg.Decides() {
		return
	}
	all, err := r.cfg.Orphans(ctx)
	for err != nil {
		if sleep.For(ctx, askAgain) != nil || !r.cfg.Decides() {
			return
		}
		all, err = r.cfg.Orphans(ctx)
	}
	for _, o := range all {
		id, f := o.Interruption()
		r.cfg.Publish(id, f)
	}
}
