package readers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
)

// Bounds of readers.
const (
	// Most is how many readers a build may add.
	Most = 64
	// StopTime is how long readers hold up a stop: they read to the end of the log meanwhile. What they have not read by
	// then comes after the next start.
	StopTime = 5 * time.Second
	// returnTime is the end of it, in which Read has to return because its context has ended.
	returnTime = time.Second
)

// Config is what readers need.
type Config struct {
	Readers []Reader // valid
	// Open opens the log for a reader, after that seq.
	Open func(r Reader, after uint64) follow.Open
	// First is the oldest record that the journal still has.
	First func() (uint64, error)
	// Cursor is the cursor of a reader that was kept; 0: none.
	Cursor func(name string) (uint64, error)
	// Keep makes the cursor of a reader durable.
	Keep   func(name string, seq uint64) error
	Logger *zap.Logger
}

// Readers are running readers.
type Readers struct {
	group *startstop.Group
	log   *zap.Logger
}

// Start starts readers, each at its cursor.
func Start(c Config) *Readers {
	r := &Readers{group: startstop.New(StopTime - returnTime), log: c.Logger}
	for _, one := range c.Readers {
		w := &worker{Reader: one, cfg: c, log: c.Logger.With(zap.String("reader", one.Name))}
		r.group.Go(func(ctx context.Context) { w.run(ctx, r.group.Stopping()) })
	}
	return r
}

// Stop lets readers read to the end of the log and ends them, and returns after at most [StopTime]: one that does not
// return from Read is left behind. A nil one has none.
func (r *Readers) Stop() {
	if r == nil {
		return
	}
	stopped := make(chan struct{})
	go func() {
		r.group.Stop()
		close(stopped)
	}()
	late := time.NewTimer(StopTime)
	defer late.Stop()
	select {
	case <-stopped:
	case <-late.C:
		r.log.Warn("cron: stopping: a reader has not returned from Read; it gets the same records again after the next start")
	}
}

// Check says what is wrong with readers; nil: nothing.
func Check(all []Reader) error {
	if len(all) > Most {
		return fmt.Errorf("there are %d readers; at most %d are allowed", len(all), Most)
	}
	known := make(map[string]bool)
	for _, r := range all {
		switch {
		case !messages.IsName(r.Name):
			return fmt.Errorf("%q is not a valid name of a reader: it must be 1 to %d of a-z, 0-9, _ and -, and not begin with _ or -",
				r.Name, messages.MaxName)
		case known[r.Name]:
			return fmt.Errorf("there are two readers of the name %s; each needs its own, for its cursor", r.Name)
		case r.Read == nil:
			return errors.New("the reader " + r.Name + " has no Read")
		}
		known[r.Name] = true
	}
	return nil
}
