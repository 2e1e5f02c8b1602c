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
	"curfew/bus/sleep"
	"curfew/messages"
)

// Times of the recorder.
const (
	// DefaultGather is how long records are gathered before they are taken in. A query does not wait for it. It is
	// short, so that they are read while the log still has them in memory.
	DefaultGather = 50 * time.Millisecond
	// What was taken in is settled restPerRecord later for each record of the settling before, at least minRest and at
	// most maxRest: in a calm log soon, in a busy one seldom, since a transaction changes a page or more for each of its
	// first thousands of runs. No question waits for it.
	restPerRecord = 2 * time.Millisecond
	minRest       = 200 * time.Millisecond
	maxRest       = 5 * time.Second
	firstPause    = 100 * time.Millisecond // after a failure, doubled at each
	maxPause      = 30 * time.Second       // the longest between two tries
	sweepEvery    = time.Minute            // between two steps of forgetting old runs
	maxWait       = 5 * time.Second        // how long a query waits for records after the cursor
	stopTime      = 5 * time.Second        // how long a stop goes on taking in records
	idleSpan      = MaxTake                // so many records of no interest move the cursor by themselves
)

// Config is what a recorder needs.
type Config struct {
	Store Store // the recorder closes it
	// Open makes a reader of the records of all topics after that seq.
	Open func(after uint64) follow.Open
	// Last is the newest durable seq of the log, First the oldest that the log still has.
	Last  func() uint64
	First func() (uint64, error)
	// Known returns the present jobs and runs, for a store that has missed records.
	Known func() (Known, error)
	// Now is the wall clock, by which runs grow old.
	Now    func() time.Time
	Gather time.Duration // see [DefaultGather]; 0: not at all
	Rest   func() bool   // while it says so, nothing is read, unless a question waits: see [follow.Rest]
	Logger *zap.Logger
}

// A Recorder keeps a store up with the log. An error of the store stops nothing else: the recorder tries again until
// the store works, and reads on from the store's cursor.
type Recorder struct {
	cfg   Config
	group *startstop.Group
	asked follow.Signal // a query waits
	done  chan struct{} // closed when no question is answered any more
	// Of the recorder's own goroutine.
	log     *follow.Feed // nil: the store's cursor is not known
	rebuilt bool         // the store was made anew; a second damage is an error
	sweep   *time.Timer
	settle  *time.Timer // when what is held back is to be settled
	rested  time.Time   // not before then, without a question
	ending  bool        // the recorder stops: nothing rests

	mu      sync.Mutex
	cursor  uint64 // durable
	taken   uint64 // up to which records were taken in; some may be held back
	waiting []question
	suspect error     // damage that a query has found
	trouble error     // why nothing is taken in now
	since   time.Time // when that began
}

// Start starts a recorder, which reads on from its store's cursor.
func Start(c Config) (*Recorder, error) {
	if c.Store == nil || c.Open == nil || c.Last == nil || c.First == nil || c.Known == nil {
		return nil, errors.New("recorder: Store, Open, Last, First and Known must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	r := &Recorder{cfg: c, group: startstop.New(0), asked: follow.NewSignal(), done: make(chan struct{})}
	if cursor, err := c.Store.Cursor(); err == nil && cursor <= c.Last() { // else it is 0: the journal may prune nothing
		r.cursor, r.taken = cursor, cursor
	}
	r.group.Go(r.run)
	return r, nil
}

func (r *Recorder) run(ctx context.Context) {
	defer close(r.done)
	defer r.close()
	r.sweep = time.NewTimer(sweepEvery)
	defer r.sweep.Stop()
	r.settle = time.NewTimer(maxRest)
	defer r.settle.Stop()
	pause := firstPause
	for ctx.Err() == nil {
		err := r.drain(ctx)
		if errors.Is(err, errAgain) {
			err = r.drain(ctx)
		}
		r.report(err)
		if err == nil {
			pause = firstPause
			r.wait(ctx)
			continue
		}
		_ = sleep.For(ctx, pause)
		pause = min(2*pause, maxPause)
	}
	last, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	r.ending = true
	r.report(r.drain(last))
}

// drain takes in all records that are there. A step that fails is tried again at the next call.
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
		r.rest(ctx)
		page, err := r.log.Read()
		if err != nil {
			return err
		}
		if err := r.take(ctx, page); err != nil {
			return err
		}
		if len(page) == 0 || ctx.Err() != nil {
			return nil
		}
	}
}

// take takes in a page. When it is empty, the store is level with the log, and settles if it has rested; it does so at
// once when a question waits for these records, however fast the log grows.
func (r *Recorder) take(ctx context.Context, page []messages.Record) error {
	upto, began := r.log.After(), time.Now()
	var err error
	if len(page) > 0 || upto >= r.taken+idleSpan {
		if r.nothingHeld() && r.cfg.Gather > 0 {
			r.rested = later(r.rested, began.Add(minRest))
		}
		err = r.cfg.Store.Take(page, upto)
		r.took(upto)
	}
	level := r.wanted(upto) || len(page) == 0 && (r.ending || !time.Now().Before(r.rested))
	if err == nil && level {
		err = r.settled(ctx, upto)
	}
	switch {
	case errors.Is(err, ErrDamaged):
		return r.rebuild(err)
	case err != nil:
		r.close() // the store has let go of what it held back
		r.moved(r.cursor)
		return err
	case level:
		r.moved(r.taken)
		r.answer(upto)
	case len(page) == 0 && !r.nothingHeld():
		r.settle.Reset(time.Until(r.rested))
	case len(page) >= MaxTake && r.cfg.Gather > 0:
		_ = sleep.For(ctx, time.Since(began)) // others work, too, and the journal's writer may wait for the lock
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// settled settles all that was taken in, up to a record. Between portions others may write, unless a question waits.
func (r *Recorder) settled(ctx context.Context, upto uint64) error {
	n := upto - min(upto, r.Cursor())
	for {
		began := time.Now()
		more, err := r.cfg.Store.Settle()
		if err != nil {
			return err
		}
		if !more {
			if r.cfg.Gather > 0 {
				r.rested = time.Now().Add(min(maxRest, time.Duration(min(n, MaxTake<<10))*restPerRecord))
			}
			return nil
		}
		if !r.ending && !r.wanted(upto) {
			_ = sleep.For(ctx, time.Since(began))
		}
	}
}

// open finds the store's cursor and opens a reader of the records after it.
func (r *Recorder) open() error {
	cursor, err := r.cfg.Store.Cursor()
	var reached uint64
	if err == nil {
		reached, err = r.cfg.Store.Reached()
	}
	last := r.cfg.Last()
	switch {
	case errors.Is(err, ErrDamaged):
		return r.rebuild(err)
	case err != nil:
		return err
	case reached > last:
		// The history is right, and the journal has lost its end.
		return fmt.Errorf("the run history has record %d, and the journal ends at record %d: "+
			"restore a backup with `curfew journal restore`", reached, last)
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
		r.log = nil
	}
}

// skip moves the store past the records that the journal has pruned.
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
	if cursor > 0 { // else the store is new and just begins where the journal does
		r.cfg.Logger.Error("cron: the run history has a gap: the journal no longer has these records",
			zap.Uint64("from", cursor+1), zap.Uint64("to", first-1))
	}
	return nil
}

// rebuild makes the store anew from the records that the journal still has, once.
func (r *Recorder) rebuild(why error) error {
	if r.rebuilt {
		return why
	}
	r.cfg.Logger.Error("cron: the run history is made anew from the records that the journal still has", zap.Error(why))
	if err := r.cfg.Store.Reset(); err != nil {
		return errors.Join(why, err)
	}
	r.rebuilt = true
	r.moved(0)
	r.close()
	return errAgain
}

// errAgain makes the loop start again at once.
var errAgain = errors.New("the run history is being made anew")

// wait waits until there is something to do. A query is answered at once; otherwise records are gathered.
func (r *Recorder) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-r.asked:
	case <-r.settle.C:
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

// Stop takes in the records that are there, for at most five seconds, and closes the store. The rest is taken in after
// the next start.
func (r *Recorder) Stop() error {
	r.group.Stop()
	if err := r.cfg.Store.Close(); err != nil {
		return fmt.Errorf("recorder: close the run history: %w", err)
	}
	return nil
}
