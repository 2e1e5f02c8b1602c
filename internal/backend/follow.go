package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"curfew/actors/system/host"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// followLook is how often somebody who follows a run that waits looks whether it goes on.
const followLook = 250 * time.Millisecond

// follower is somebody who follows a run.
type follower struct {
	b   backend
	job string
	run messages.RunID

	attempt int   // the last one that was followed
	shown   int64 // bytes of it and those before
}

var errEnough = errors.New("the reader has gone")

// follow shows the attempts of the run, as long as there are some; more reports whether to go on.
func (f *follower) follow(ctx context.Context, more func([]byte) bool) error {
	for {
		live := f.b.r.Output(f.run)
		if live != nil && live.Attempt != f.attempt {
			err := f.watch(ctx, live, more)
			if errors.Is(err, errEnough) {
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
			return f.rest(ctx, more)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("follow run %s: %w", f.run, context.Cause(ctx))
		case <-time.After(followLook):
		}
	}
}

// watch shows an attempt until it is over.
func (f *follower) watch(ctx context.Context, live *host.Live, more func([]byte) bool) error {
	if f.attempt > 0 && !more(fmt.Appendf(nil, "--- attempt %d ---\n", live.Attempt)) {
		return errEnough
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
			return errEnough
		}
		f.shown += int64(len(text))
		at = next
	}
}

// rest shows what was kept of the last attempt if nobody saw it live: it was over too soon, or its output comes
// at its end.
func (f *follower) rest(ctx context.Context, more func([]byte) bool) error {
	run, err := f.b.recorded(ctx, f.run)
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
