package recorder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// Behind is the error that the store has not taken in all records yet. Nothing is lost: the recorder goes on by itself.
type Behind struct {
	Records uint64    // that wait in the journal
	Since   time.Time // when the trouble began; zero: there is no trouble, the recorder is only slow
	Err     error     // the trouble; nil: none
}

// Error describes the trouble, or the delay.
func (b *Behind) Error() string {
	if b.Err == nil {
		return fmt.Sprintf("the run history is %d records behind; it is catching up, try again in a moment", b.Records)
	}
	return fmt.Sprintf("the run history cannot be kept since %s: %v; nothing is lost: %d records wait in the journal, and it is tried again at least every %s",
		b.Since.UTC().Format(time.RFC3339), b.Err, b.Records, maxPause)
}

// Unwrap returns the trouble.
func (b *Behind) Unwrap() error { return b.Err }

// Cursor is the seq of the newest record that is durably taken in: the journal may prune the records up to it.
func (r *Recorder) Cursor() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cursor
}

// Trouble is why nothing is taken in now, a [*Behind]; nil if all is well.
func (r *Recorder) Trouble() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble == nil {
		return nil
	}
	return &Behind{Records: r.behind(), Since: r.since, Err: r.trouble}
}

// behind is how many records no question finds yet; the caller holds r.mu.
func (r *Recorder) behind() uint64 {
	if last := r.cfg.Last(); last > r.cursor {
		return last - r.cursor
	}
	return 0
}

// MaxNear is how many records a list waits for.
const MaxNear = 16 * MaxTake

// A question waits until a record has been taken in, or until there is trouble.
type question struct {
	seq  uint64
	done chan struct{} // to be closed
}

// Flush returns when every record that was durable at the call has been taken in, so that a caller reads what it has
// just written. It waits for at most five seconds, and returns trouble at once: the error is a [*Behind], or that of
// ctx.
func (r *Recorder) Flush(ctx context.Context) error {
	q := question{seq: r.cfg.Last(), done: make(chan struct{})}
	r.mu.Lock()
	if r.cursor >= q.seq {
		r.mu.Unlock()
		return nil
	}
	if r.trouble == nil {
		r.waiting = append(r.waiting, q)
	}
	r.mu.Unlock()
	if err := r.Trouble(); err != nil {
		return err
	}
	r.asked.Set()
	limit := time.NewTimer(maxWait)
	defer limit.Stop()
	select {
	case <-q.done:
		return r.Trouble()
	case <-r.done:
		return errors.New("recorder: the recorder has stopped")
	case <-ctx.Done():
		return fmt.Errorf("recorder: wait for the run history: %w", context.Cause(ctx))
	case <-limit.C:
		r.mu.Lock()
		defer r.mu.Unlock()
		return &Behind{Records: r.behind()}
	}
}

// FlushNear is Flush for a caller who can do without: an order that is durable does not wait until a history that is far
// behind has caught up. If more than [MaxTake] records wait, it returns a [*Behind] at once.
func (r *Recorder) FlushNear(ctx context.Context) error { return r.flushWithin(ctx, MaxTake) }

// flushWithin is Flush if at most so many records wait; else it returns a [*Behind] at once.
func (r *Recorder) flushWithin(ctx context.Context, most uint64) error {
	if err := r.Trouble(); err != nil {
		return err
	}
	r.mu.Lock()
	n := r.behind()
	r.mu.Unlock()
	if n > most {
		return &Behind{Records: n}
	}
	return r.Flush(ctx)
}

// Query lists runs, newest first, with every record that was durable at the call. It does not wait for a history that is
// far behind: then it returns the runs that are known, and a [*Behind] without trouble.
func (r *Recorder) Query(ctx context.Context, q Query) (runs []Run, next string, err error) {
	behind := r.flushWithin(ctx, MaxNear)
	if behind != nil && !late(behind) {
		return nil, "", behind
	}
	runs, next, err = r.cfg.Store.Query(ctx, q)
	return runs, next, cmp.Or(r.seen(err), behind)
}

// Recent lists runs without waiting for the log, as [Recorder.LastRun] does.
func (r *Recorder) Recent(ctx context.Context, q Query) ([]Run, error) {
	runs, _, err := r.cfg.Store.Query(ctx, q)
	return runs, r.seen(err)
}

// late reports whether an error only says that the history is far behind.
func late(err error) bool {
	slow := (*Behind)(nil)
	return errors.As(err, &slow) && slow.Err == nil
}

// Get finds a run; live as in [Query]. A run that is known to be over does not wait for a history that is far behind.
func (r *Recorder) Get(
	ctx context.Context, id messages.RunID, live func(messages.RunID) (Live, bool),
) (Run, bool, error) {
	err := r.flushWithin(ctx, MaxNear)
	if late(err) {
		if run, ok, err := r.cfg.Store.Get(ctx, id); ok && run.Final() && err == nil {
			return run, true, nil
		}
		err = r.Flush(ctx)
	}
	if err != nil {
		return Run{}, false, err
	}
	run, ok, err := r.cfg.Store.Get(ctx, id)
	return Now(run, live), ok, r.seen(err)
}

// Known is what the store knows of a run. It does not wait for a history that is far behind: then the error is a [*Behind]
// without trouble, and the run may be missing, or may have gone on since.
func (r *Recorder) Known(ctx context.Context, id messages.RunID) (Run, bool, error) {
	behind := r.flushWithin(ctx, MaxNear)
	if behind != nil && !late(behind) {
		return Run{}, false, behind
	}
	run, ok, err := r.cfg.Store.Get(ctx, id)
	return run, ok, cmp.Or(r.seen(err), behind)
}

// Lag is how many records the store has yet to take in, if they are more than [MaxTake]; else zero. It is for what does not
// wait for the store, as [Recorder.LastRuns].
func (r *Recorder) Lag() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := r.behind(); n > MaxTake {
		return n
	}
	return 0
}

// Again brings the unfinished ones of these runs up to every record that was durable at the call, so that what the machine
// said of them before it is not newer than they are. It waits as [Recorder.Query] does. A run that the history has let go
// of meanwhile stays as it is.
func (r *Recorder) Again(ctx context.Context, runs []Run) error {
	if !slices.ContainsFunc(runs, func(run Run) bool { return !run.Final() }) {
		return nil
	}
	if err := r.flushWithin(ctx, MaxNear); err != nil && !late(err) {
		return err
	}
	for i, run := range runs {
		if run.Final() {
			continue
		}
		newer, ok, err := r.cfg.Store.Get(ctx, run.ID)
		if err != nil {
			return r.seen(err)
		}
		if ok {
			runs[i] = newer
		}
	}
	return nil
}

// LastRun is the newest run of a job that was not folded into another. It does not wait for the log, see
// [Recorder.Flush]. Live as in [Query].
func (r *Recorder) LastRun(ctx context.Context, job string, live func(messages.RunID) (Live, bool)) (Run, bool, error) {
	all, err := r.LastRuns(ctx, []string{job}, live)
	run, ok := all[job]
	return run, ok, err
}

// LastRuns is [Recorder.LastRun] of many jobs, in one question. A job that has had no run is left out.
func (r *Recorder) LastRuns(
	ctx context.Context, jobs []string, live func(messages.RunID) (Live, bool),
) (map[string]Run, error) {
	all, err := r.cfg.Store.LastRuns(ctx, jobs)
	for job, run := range all {
		all[job] = Now(run, live)
	}
	return all, r.seen(err)
}

// seen passes on an error of the store. After damage the store is made anew.
func (r *Recorder) seen(err error) error {
	if errors.Is(err, ErrDamaged) {
		r.mu.Lock()
		r.suspect = err
		r.mu.Unlock()
		r.asked.Set()
	}
	return err
}

func (r *Recorder) suspected() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	why := r.suspect
	r.suspect = nil
	return why
}

// wanted reports whether a question waits for records up to that seq.
func (r *Recorder) wanted(upto uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.waiting, func(q question) bool { return q.seq <= upto })
}

// answer answers the queries that wait for records up to that seq.
func (r *Recorder) answer(upto uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answerLocked(upto)
}

func (r *Recorder) answerLocked(upto uint64) {
	r.waiting = slices.DeleteFunc(r.waiting, func(q question) bool {
		if q.seq <= upto {
			close(q.done)
		}
		return q.seq <= upto
	})
}

// moved notes that all is durable up to that record.
func (r *Recorder) moved(cursor uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cursor, r.taken = cursor, cursor
	r.answerLocked(cursor)
}

// took notes that the store has come to that record.
func (r *Recorder) took(upto uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = upto
}

// nothingHeld reports whether all that was taken in is settled.
func (r *Recorder) nothingHeld() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken == r.cursor
}

// report keeps the trouble, nil: none, and logs when trouble begins and ends.
func (r *Recorder) report(err error) {
	r.mu.Lock()
	was, since := r.trouble, r.since
	r.mu.Unlock()
	switch {
	case was == nil && err != nil:
		r.cfg.Logger.Error("cron: the run history cannot be kept; jobs go on, nothing is lost, and it is tried again",
			zap.Error(err))
	case was != nil && err == nil:
		r.cfg.Logger.Warn("cron: the run history is kept again", zap.Time("since", since), zap.NamedError("was", was))
	}
	r.mu.Lock() // only now: who hears of it finds it in the log
	defer r.mu.Unlock()
	r.trouble = err
	if was == nil {
		r.since = r.cfg.Now()
	}
	if err != nil {
		r.answerLocked(math.MaxUint64)
	}
}
