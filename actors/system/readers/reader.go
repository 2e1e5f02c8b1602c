package readers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/bus/sleep"
	"curfew/messages"
)

// A Reader is what a build adds. The root package has the same type, with its promises.
type Reader struct {
	Name   string
	Topics []messages.Topic
	Read   func(ctx context.Context, batch []messages.Record) error
}

// Times of a reader.
const (
	firstPause = 100 * time.Millisecond // after a failure, doubled at each
	maxPause   = 30 * time.Second       // the longest between two tries
	saveEvery  = time.Second            // how old a cursor may be that is not kept yet
)

// worker runs one reader. Its fields belong to its goroutine.
type worker struct {
	Reader
	cfg              Config
	log              *zap.Logger
	feed             *follow.Feed // nil: the log is to be opened
	cursor           uint64       // every record up to here was read
	kept             uint64       // the cursor that is kept
	missed, missedTo uint64       // records that the journal no longer had, and that is not logged yet
	save             *time.Timer
	trouble          error // the last; it is logged when it begins
	unkept           bool  // the cursor could not be kept, and that was logged
}

// run reads until stopping is closed, and then to the end of the log, or until ctx ends.
func (w *worker) run(ctx context.Context, stopping <-chan struct{}) {
	w.save = time.NewTimer(saveEvery)
	defer w.save.Stop()
	defer w.close()
	working, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-stopping:
		case <-working.Done():
		}
		stop()
	}()
	pause := firstPause
	for working.Err() == nil {
		err := w.drain(ctx, stopping)
		w.report(err)
		if err == nil {
			pause = firstPause
			w.wait(working)
			continue
		}
		_ = sleep.For(working, pause)
		pause = min(2*pause, maxPause)
	}
	w.report(w.drain(ctx, nil)) // what came while the runtime stopped
	w.sayMissed()
	w.keep()
}

// drain reads what is there. After an error the same records come again. It ends early when stopping is closed.
func (w *worker) drain(ctx context.Context, stopping <-chan struct{}) error {
	if w.feed == nil {
		if err := w.open(); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		select {
		case <-stopping:
			return nil
		default:
		}
		batch, err := w.feed.Read()
		if err == nil && len(batch) > 0 {
			err = w.read(ctx, batch)
		}
		if err != nil {
			w.close() // it is opened again at the cursor
			return err
		}
		w.sayMissed()
		w.cursor = w.feed.After()
		if len(batch) == 0 {
			return nil
		}
		w.keepInTime()
	}
	return nil
}

// read hands a batch to the reader. A panic is an error like others.
func (w *worker) read(ctx context.Context, batch []messages.Record) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked: %v", p)
		}
	}()
	return w.Read(ctx, batch)
}

// open opens the log after the cursor. Records that the journal no longer has are passed over.
func (w *worker) open() error {
	if w.kept == 0 {
		kept, err := w.cfg.Cursor(w.Name)
		if err != nil {
			return fmt.Errorf("read its cursor: %w", err)
		}
		w.cursor, w.kept = max(w.cursor, kept), kept
	}
	first, err := w.cfg.First()
	if err != nil {
		return err
	}
	if w.cursor+1 < first {
		if w.cursor > 0 && w.missed == 0 { // else it is new, and begins where the journal does
			w.missed = w.cursor + 1
		}
		w.cursor = first - 1
		w.missedTo = w.cursor
	}
	w.feed = follow.New("reader "+w.Name, w.cfg.Open(w.Reader, w.cursor))
	return nil
}

// sayMissed logs what the reader never gets: once, when it goes on, however much it has missed by then.
func (w *worker) sayMissed() {
	if w.missed > 0 {
		w.log.Error("cron: a reader has missed records: the journal no longer has them",
			zap.Uint64("from", w.missed), zap.Uint64("to", w.missedTo))
		w.missed = 0
	}
}

func (w *worker) close() {
	if w.feed != nil {
		w.feed.Close()
		w.feed = nil
	}
}

// wait waits until there may be something to do.
func (w *worker) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-w.feed.Woken():
	case <-w.save.C:
		w.keep()
		w.save.Reset(saveEvery)
	}
}

// keepInTime keeps the cursor if that is due, in the middle of a backlog.
func (w *worker) keepInTime() {
	select {
	case <-w.save.C:
		w.keep()
		w.save.Reset(saveEvery)
	default:
	}
}

// keep makes the cursor durable. If that fails, records come again after a restart.
func (w *worker) keep() {
	if w.cursor == w.kept {
		return
	}
	if err := w.cfg.Keep(w.Name, w.cursor); err != nil {
		if !w.unkept {
			w.log.Warn("cron: the cursor of a reader could not be kept; after a restart it gets records again", zap.Error(err))
		}
		w.unkept = true
		return
	}
	w.kept, w.unkept = w.cursor, false
}

// report logs that trouble begins, and that it is over.
func (w *worker) report(err error) {
	switch {
	case err == nil && w.trouble != nil:
		w.log.Info("cron: a reader works again")
	case err != nil && w.trouble == nil && !errors.Is(err, context.Canceled):
		w.log.Error("cron: a reader has failed: it gets the same records again, and is behind until it takes them", zap.Error(err))
	}
	w.trouble = err
}
