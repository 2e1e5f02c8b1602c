package waker_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/follow"
	"curfew/actors/system/waker"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// play runs f with a waker that has recovered the timers. No forecast is untimely.
func play(t *testing.T, recovered func(now messages.Instant) []policy.Pending, f func(t *testing.T, log *bustest.Log)) {
	t.Helper()
	playAsked(t, recovered, func(context.Context, messages.Timer) bool { return false }, f)
}

func playAsked(
	t *testing.T, recovered func(now messages.Instant) []policy.Pending, untimely func(context.Context, messages.Timer) bool,
	f func(t *testing.T, log *bustest.Log),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := &bustest.Log{}
		var timers []policy.Pending
		if recovered != nil {
			timers = recovered(messages.At(time.Now()))
		}
		w, err := waker.Start(waker.Config{
			Timers: timers, At: messages.At(time.Now()), Untimely: untimely, Publish: log.Publish, Fatal: func(err error) { t.Error(err) },
			Reader: func(wake func()) follow.Reader { return log.Reader(0, wake, waker.Topics...) },
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, log)
		w.Stop()
	})
}

func timer(run string, due messages.Instant) messages.Timer {
	return messages.Timer{Run: messages.RunID(run), Job: "job", Why: messages.WakeRetry, Due: due}
}

// woke are the runs whose timers have gone off, in order.
func woke(log *bustest.Log) string {
	synctest.Wait()
	var runs []messages.RunID
	for _, m := range bustest.Of[messages.Woke](log) {
		runs = append(runs, m.Run)
	}
	return fmt.Sprint(runs)
}

func TestTimersGoOffWhenTheyAreDue(t *testing.T) {
	play(t, nil, func(t *testing.T, log *bustest.Log) {
		now := messages.At(time.Now())
		for run, after := range map[string]time.Duration{"day": 24 * time.Hour, "minute": time.Minute, "second": time.Second, "past": -time.Hour} {
			log.Append(messages.WakeScheduled{Timer: timer(run, now.Add(after))})
		}
		for _, step := range []struct {
			sleep time.Duration
			want  string
		}{
			{0, "[past]"},
			{time.Second - time.Millisecond, "[past]"},
			{time.Millisecond, "[past second]"},
			{59*time.Second - time.Millisecond, "[past second]"},
			{time.Millisecond, "[past second minute]"},
			{24*time.Hour - time.Minute, "[past second minute day]"},
		} {
			time.Sleep(step.sleep)
			if got := woke(log); got != step.want {
				t.Errorf("after %s more: %s, want %s", step.sleep, got, step.want)
			}
		}
	})
}

func TestRecoveredTimers(t *testing.T) {
	play(t, func(now messages.Instant) []policy.Pending {
		// The clock was set back by a day: the span counts, not the due.
		return []policy.Pending{
			{Timer: timer("future", now.Add(24*time.Hour)), At: now.Add(24 * time.Hour), Span: time.Minute, Cause: 7},
			{Timer: timer("past", now.Add(-time.Minute)), At: now.Add(-time.Minute), Span: time.Minute, Cause: 8},
		}
	}, func(t *testing.T, log *bustest.Log) {
		if got := woke(log); got != "[past]" {
			t.Errorf("at once: %s", got)
		}
		time.Sleep(time.Minute)
		if got := woke(log); got != "[past future]" {
			t.Errorf("a minute later: %s", got)
		}
	})
}

// TestTheLogsClock: what counts is the distance of due from the record, not the clock of the reader. A
// timer that follows twice from one fact goes off once, one that follows from two facts twice.
func TestTheLogsClock(t *testing.T) {
	play(t, nil, func(t *testing.T, log *bustest.Log) {
		log.Skew = -time.Hour
		wake := messages.WakeScheduled{Timer: timer("r", messages.At(time.Now().Add(log.Skew)).Add(time.Minute))}
		log.Append(messages.JobPaused{}, wake, wake)
		log.Append(messages.JobResumed{}, wake)
		time.Sleep(time.Minute - time.Millisecond)
		if got := woke(log); got != "[]" {
			t.Errorf("too early: %s", got)
		}
		time.Sleep(time.Millisecond)
		if got := woke(log); got != "[r r]" {
			t.Errorf("when it was due: %s", got)
		}
	})
}

func TestTimersOfFinishedRunsAreDropped(t *testing.T) {
	play(t, nil, func(t *testing.T, log *bustest.Log) {
		due := messages.At(time.Now()).Add(time.Minute)
		for _, run := range []string{"a", "b", "c"} {
			log.Append(messages.WakeScheduled{Timer: timer(run, due)}, messages.WakeScheduled{Timer: timer(run, due.Add(time.Hour))})
		}
		log.Append(messages.RunFinished{Run: "b", Job: "job"}, messages.RunFinished{Run: "never", Job: "job"})
		time.Sleep(2 * time.Hour)
		if got := woke(log); got != "[a c a c]" {
			t.Errorf("went off: %s", got)
		}
	})
}

// TestUntimelyForecasts: a forecast that the machine wants to be kept is asked about again every 30 s, also if the process
// before this one kept it, and goes off once. Nobody is asked about other timers.
func TestUntimelyForecasts(t *testing.T) {
	var untimely atomic.Bool
	var asked atomic.Int32
	untimely.Store(true)
	playAsked(t, func(now messages.Instant) []policy.Pending {
		due := now.Add(-time.Hour)
		forecast := messages.Timer{Session: "s", Why: messages.WakeForecast, Due: due}
		return []policy.Pending{{Timer: forecast, At: due, Span: time.Hour, Cause: 7}, {Timer: timer("r", due), At: due, Cause: 8}}
	}, func(context.Context, messages.Timer) bool {
		asked.Add(1)
		return untimely.Load()
	}, func(t *testing.T, log *bustest.Log) {
		for _, step := range []struct {
			sleep time.Duration
			asked int32
			want  string
		}{
			{0, 1, "[r]"},
			{policy.UntimelyFor, 2, "[r]"},
			{policy.UntimelyFor - time.Millisecond, 2, "[r]"},
			{time.Millisecond, 3, "[r ]"},
			{time.Hour, 3, "[r ]"},
		} {
			untimely.Store(asked.Load() < 2)
			time.Sleep(step.sleep)
			if got := woke(log); got != step.want || asked.Load() != step.asked {
				t.Errorf("%s later: %s went off, and the machine was asked %d times", step.sleep, got, asked.Load())
			}
		}
	})
}
