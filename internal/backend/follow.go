package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"curfew/actors/system/host"
	"curfew/bus/sleep"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// pollEvery is how often a follower looks whether a waiting run has begun its next attempt.
const pollEvery = 250 * time.Millisecond

// follower shows the output of a run as it comes.
type follower struct {
	b   backend
	job string
	run messages.RunID

	attempt int   // the newest one that was shown; 0: none
	shown   int64 // bytes of all attempts
}

var errReaderGone = errors.New("the reader has gone")

// follow shows the attempts of the run one after the other until it is over. more takes a piece of output, and
// reports whether to go on.
func (f *follower) follow(ctx context.Context, more func([]byte) bool) error {
	for {
		live := f.b.r.Output(f.run)
		if live != nil && live.Attempt != f.attempt {
			err := f.showLive(ctx, live, more)
			if errors.Is(err, errReaderGone) {
				return nil
			}
			if err != nil {
				return err
			}
			continue
		}
		over, err := f.over(ctx)
		if err != nil {
			return err
		}
		if over && live == nil {
			return f.showKept(ctx, more)
		}
		if err := sleep.For(ctx, pollEvery); err != nil {
			return fmt.Errorf("follow run %s: %w", f.run, err)
		}
	}
}

// showLive shows an attempt until it is over.
func (f *follower) showLive(ctx context.Context, live *host.Live, more func([]byte) bool) error {
	if f.attempt > 0 && !more(fmt.Appendf(nil, "--- attempt %d ---\n", live.Attempt)) {
		return errReaderGone
	}
	f.attempt = live.Attempt
	for at := int64(0); ; {
		text, next, err := live.Next(ctx, at)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case !more(text):
			return errReaderGone
		}
		f.shown += int64(len(text))
		at = next
	}
}

// showKept shows the kept output of the last attempt if it was not shown live: the attempt was over too soon, or its
// output came only at its end.
func (f *follower) showKept(ctx context.Context, more func([]byte) bool) error {
	run, err := f.b.settled(ctx, f.run)
	if err != nil {
		return err
	}
	last := 0
	if n := len(run.Attempts); n > 0 {
		last = run.Attempts[n-1].Number
	}
	if run.Output != "" && (f.shown == 0 || last != f.attempt) {
		more([]byte(run.Output))
	}
	return nil
}

// over reports whether the machine has ended the run.
func (f *follower) over(ctx context.Context) (over bool, err error) {
	over = true
	err = f.b.r.View(ctx, func(m *policy.Machine) {
		v, _ := m.Job(f.job)
		for _, r := range v.Runs {
			if r.ID == f.run {
				over = r.Final
			}
		}
	})
	return over, err
}
