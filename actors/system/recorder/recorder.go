package recorder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/internal/sleep"
	"curfew/messages"
)

// Times of the recorder.
const (
	// DefaultGather is how long records are gathered before they are taken in, so that transactions are
	// few. Whoever asks does not wait for it.
	DefaultGather = 200 * time.Millisecond
	firstPause    = 100 * time.Millisecond // after a failure, doubled at each
	maxPause      = 30 * time.Second       // between two tries
	breath        = 5 * time.Millisecond   // at least, and as long as it took, between full takes when gathering: the journal's writer has the same file
	sweepEvery    = time.Minute            // between two steps of forgetting
	patience      = 5 * time.Second        // how long a question waits for what is behind the cursor
	stopTime      = 5 * time.Second        // how long a stop goes on taking in what is there
	idleSpan      = MaxTake                // records of no interest that move the cursor by themselves
)

// Config is what a recorder needs.
type Config struct {
	Store Store // the recorder closes it
	// Open makes a reader of the records of all topics after that seq.
	Open func(after uint64) follow.Open
	// Last is the newest durable seq of the log, First the oldest that it still holds.
	Last  func() uint64
	First func() (uint64, error)
	// Known is what there is, for a store that has missed how it came to be.
	Known func() (Known, error)
	// Now is the wall clock, by which runs grow old.
	Now    func() time.Time
	Gather time.Duration // see [DefaultGather]; 0: not at all
	Logger *zap.Logger
}

// A Recorder keeps a store up with the log. Trouble with the store stops nobody: it tries again until it
// works and reads on from the store's cursor.
type Recorder struct {
	cfg   Config
	group *startstop.Group
	asked follow.Signal // somebody waits
	done  chan struct{} // closed when no question is answered any more
	// Of the recorder's own goroutine.
	log     *follow.Feed      // nil: the store's cursor is not known
	pending []messages.Record // read, not taken in
	rebuilt bool              // once is enough: what is damaged again is in trouble
	sweep   *time.Timer

	mu      sync.Mutex
	cursor  uint64
	waiting []question
	suspect error     // somebody has found damage
	trouble error     // why nothing is taken in now
	since   time.Time // when that began
}

// Start lets a recorder read on from its store's cursor.
func Start(c Config) (*Recorder, error) {
	if c.Store == nil || c.Open == nil || c.Last == nil || c.First == nil || c.Known == nil {
		return nil, errors.New("recorder: Store, Open, Last, First and Known must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	r := &Recorder{cfg: c, group: startstop.New(0), asked: follow.NewSignal(), done: make(chan struct{})}
	if cursor, err := c.Store.Cursor(); err == nil && cursor <= c.Last() { // else it is 0: nothing may be let go of
		r.cursor = cursor
	}
	r.group.Go(r.run)
	return r, nil
}

func (r *Recorder) run(ctx context.Context) {
	defer close(r.done)
	defer r.close()
	r.sweep = time.NewTimer(sweepEvery)
	defer r.sweep.Stop()
	pause := firstPause
	for ctx.Err() == nil {
		err := r.drain(ctx)
		if errors.Is(err, errAgain) {
			err = r.drain(ctx)
		}
		r.report(err)
		if err == nil {
			pause = firstPause
			r.rest(ctx)
			continue
		}
		_ = sleep.For(ctx, pause)
		pause = min(2*pause, maxPause)
	}
	last, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	r.report(r.drain(last))
}

// drain takes in everything that is there. What fails is tried again at the next call.
func (r *Recorder) drain(ctx context.Context) error {
	if why := r.suspected(); why != nil {
		return r.rebuild(why)
	}
	if r.log == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	for {
		if len(r.pending) == 0 {
			page, err := r.log.Read()
			if err != nil {
				return err
			}
			r.pending = page
		}
		upto := r.log.After()
		if len(r.pending) == 0 && upto < r.Cursor()+idleSpan {
			r.answer(upto)
			return nil
		}
		began := time.Now()
		err := r.cfg.Store.Take(r.pending, upto)
		if errors.Is(err, ErrDamaged) {
			return r.rebuild(err)
		}
		if err != nil {
			return err
		}
		full := len(r.pending) >= MaxTake
		r.pending = nil
		r.moved(upto)
		if full && r.cfg.Gather > 0 {
			_ = sleep.For(ctx, max(breath, time.Since(began)))
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// open finds the store's cursor and reads on behind it.
func (r *Recorder) open() error {
	cursor, err := r.cfg.Store.Cursor()
	last := r.cfg.Last()
	switch {
	case errors.Is(err, ErrDamaged):
		return r.rebuild(err)
	case err != nil:
		return err
	case cursor > last:
		// The history is right, and the journal has lost its end: it is the only one left that knows.
		return fmt.Errorf("the run history has come to record %d, and the journal ends at %d: restore a backup with `curfew journal restore`", cursor, last)
	}
	first, err := r.cfg.First()
	if err != nil {
		return err
	}
	if cursor+1 < first {
		if err := r.skip(cursor, first); err != nil {
			return err
		}
		cursor = first - 1
	}
	r.moved(cursor)
	r.log = follow.New("recorder", r.cfg.Open(cursor))
	return nil
}

// close ends the reader; nothing that it has read and the store has not is kept.
func (r *Recorder) close() {
	if r.log != nil {
		r.log.Close()
		r.log, r.pending = nil, nil
	}
}

// skip tells the store what it cannot read any more.
func (r *Recorder) skip(cursor, first uint64) error {
	known, err := r.cfg.Known()
	if err != nil {
		return err
	}
	if err := r.cfg.Store.Seed(known.Jobs); err != nil {
		return err
	}
	if err := r.cfg.Store.Skip(first-1, known.Unfinished); err != nil {
		return err
	}
	if cursor > 0 { // else it only begins where the journal does
		r.cfg.Logger.Error("cron: the run history has a gap: the journal does not hold these records any more",
			zap.Uint64("from", cursor+1), zap.Uint64("to", first-1))
	}
	return nil
}

// rebuild begins anew from what the journal still holds, once.
func (r *Recorder) rebuild(why error) error {
	if r.rebuilt {
		return why
	}
	r.cfg.Logger.Error("cron: the run history is made anew from what the journal still holds", zap.Error(why))
	if err := r.cfg.Store.Reset(); err != nil {
		return errors.Join(why, err)
	}
	r.rebuilt = true
	r.moved(0)
	r.close()
	return errAgain
}

// errAgain makes the loop begin anew at once.
var errAgain = errors.New("the run history is being made anew")

// rest waits until there is something to do. A question is answered at once, other records are gathered.
func (r *Recorder) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-r.asked:
	case <-r.sweep.C:
		r.sweep.Reset(sweepEvery)
		if err := r.seen(r.cfg.Store.Forget(messages.At(r.cfg.Now()))); err != nil {
			r.report(fmt.Errorf("forget old runs: %w", err))
		}
	case <-r.log.Woken():
		if r.cfg.Gather <= 0 {
			return
		}
		gather := time.NewTimer(r.cfg.Gather)
		defer gather.Stop()
		select {
		case <-ctx.Done():
		case <-r.asked:
		case <-gather.C:
		}
	}
}

// Stop takes in what is there, for at most five seconds, and closes the store. What is left is taken in
// after the next start.
func (r *Recorder) Stop() error {
	r.group.Stop()
	if err := r.cfg.Store.Close(); err != nil {
		return fmt.Errorf("recorder: close the run history: %w", err)
	}
	return nil
}
