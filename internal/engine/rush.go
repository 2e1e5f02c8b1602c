package engine

import (
	"context"
	"sync/atomic"
	"time"

	"curfew/actors/system/startstop"
	"curfew/bus/sleep"
)

// Bounds of a rush.
const (
	rushStarts  = 256                   // that are decided on one fact begin it
	rushLeft    = 64                    // starts, or messages before them: fewer end it
	rushLook    = 20 * time.Millisecond // between two looks whether starts wait
	rushTime    = 30 * time.Second      // the longest; then the next one is as far off, and the history gets its turn
	rushRecords = 2 << 20               // are kept in memory at most, about 600 MB if they are small
	rushBytes   = 768 << 20             // likewise, of records as the log weighs them
	rushBehind  = 16 << 10              // records: if the history is less behind, it has caught up
)

// supervisorsReader is the name of the supervisors' reader of the log.
const supervisorsReader = "supervisors"

// rush is what the runtime does while many starts wait, as when all jobs fall due in the same second: the run history and
// the metrics rest, and the records that they will want stay in memory. That ends, as does what [Options.Rush] is told of,
// when the history has caught up.
type rush struct {
	left   func() int              // starts that wait
	behind func() uint64           // records that the history has not read
	last   func() uint64           // the newest record
	bytes  func() int              // of the records that are in memory
	hold   func() (release func()) // keeps the records from here on in memory
	tell   func(on bool)

	group   *startstop.Group
	ready   atomic.Bool // the parts that perform are there
	present atomic.Bool // from its begin until the history has caught up
	waiting atomic.Bool // starts wait
	next    time.Time   // none begins before; the goroutine of a rush sets it while that is present, else the writer reads it
}

func newRush(r *Runtime) *rush {
	u := &rush{
		left: r.startsLeft, behind: func() uint64 { return r.log.Behind()[historyReader] },
		last: func() uint64 { return r.log.Last() }, bytes: func() int { return r.log.Kept() }, hold: func() func() { return r.log.Hold() },
		tell: r.o.Rush, group: startstop.New(0),
	}
	if u.tell == nil {
		u.tell = func(bool) {}
	}
	return u
}

// startsLeft is about how many starts wait: facts on which they may be decided, decisions that the supervisors have not
// read, job actors and attempts for which there is no goroutine yet.
func (r *Runtime) startsLeft() int {
	return r.log.Pending() + int(r.log.Behind()[supervisorsReader]) + r.pool.Waiting() + r.host.Waiting()
}

// waits reports whether starts wait.
func (u *rush) waits() bool { return u.waiting.Load() }

// begin begins a rush, unless there is one. The log's writer calls it at a fact on which many starts are decided.
func (u *rush) begin() {
	if !u.ready.Load() || u.present.Load() || time.Now().Before(u.next) {
		return
	}
	u.present.Store(true)
	u.waiting.Store(true)
	from, release := u.last(), u.hold()
	u.group.Go(func(ctx context.Context) {
		defer u.present.Store(false)
		defer release()
		u.tell(true)
		defer u.tell(false)
		end := time.Now().Add(rushTime)
		holds := func() bool { // and lets go of the records when they are too many
			if u.last() > from+rushRecords || u.bytes() > rushBytes {
				release()
			}
			return sleep.For(ctx, rushLook) == nil && time.Now().Before(end)
		}
		for u.left() >= rushLeft && holds() {
		}
		u.waiting.Store(false)
		if !time.Now().Before(end) {
			u.next = end.Add(rushTime)
		}
		end = time.Now().Add(rushTime)
		for u.behind() > rushBehind && holds() {
		}
	})
}

func (u *rush) stop() {
	u.ready.Store(false) // the log may still decide
	u.group.Stop()
}
