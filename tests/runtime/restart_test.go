// Package runtime tests the whole runtime on a real journal file over hours and days. Time is virtual.
package runtime

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// lastRun returns the newest run of a job.
func lastRun(s *world.Virtual, job string) contract.Run {
	s.T.Helper()
	runs, err := backend.New(s.Runtime).Runs(s.T.Context(), contract.RunQuery{Job: job, Page: contract.Page{Limit: 1}})
	if err != nil || len(runs.Items) != 1 {
		s.T.Fatalf("runs of %s: %v, %v", job, runs, err)
	}
	return runs.Items[0]
}

// drain stops the runtime and gives its attempts that much time.
func drain(s *world.Virtual, d time.Duration) {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(s.T.Context(), d)
	defer cancel()
	if err := s.Runtime.Drain(ctx); err != nil && ctx.Err() == nil {
		s.T.Errorf("drain: %v", err)
	}
	s.Stop()
}

// journal returns the records of a stopped runtime about the attempts of a job.
func journal(s *world.Virtual, job string) (started []messages.Record, interrupted []messages.Record) {
	s.T.Helper()
	j := s.Open()
	err := bus.Scan(j, 1, func(r messages.Record) error {
		switch b := r.Body.(type) {
		case messages.AttemptStarted:
			if b.Job == job {
				started = append(started, r)
			}
		case messages.AttemptInterrupted:
			if b.Job == job {
				interrupted = append(interrupted, r)
			}
		}
		return nil
	})
	if err := j.Close(); err != nil {
		s.T.Error(err)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return started, interrupted
}

// TestRestartIsOneInterruption: an orderly stop records how its attempts really ended, and the next start performs what
// was decided then. A restart is one interruption, because the third in a row counts against the run.
func TestRestartIsOneInterruption(t *testing.T) {
	const file = `
jobs:
  - {name: long, actor: shell, schedule: "0 1 * * *", timeout: 10h, with: {}}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var began atomic.Int32
		s.Act = func(ctx context.Context, _ actors.Attempt) error { began.Add(1); return world.Work(ctx, 5*time.Hour) }
		s.Start(file)
		s.Until("2027-01-15T01:10:00Z")
		for range 2 {
			s.Stop()
			time.Sleep(time.Hour)
			s.Start(file)
			synctest.Wait()
		}
		run := lastRun(s, "long")
		if n := began.Load(); run.Status != messages.StatusRunning || len(run.Attempts) != 3 || n != 3 {
			t.Errorf("after two restarts the run is %s, with %d attempts, of which %d began",
				run.Status, len(run.Attempts), n)
		}
		s.Crash()
		s.Start(file)
		synctest.Wait()
		s.Stop()
		_, ended := journal(s, "long")
		want := []struct {
			why messages.InterruptReason
			at  string
		}{
			{messages.InterruptStopped, "2027-01-15T01:10:00.000Z"},
			{messages.InterruptStopped, "2027-01-15T02:11:00.000Z"},
			{messages.InterruptCrashed, "2027-01-15T03:13:00.000Z"}, // the third in a row: the next attempt waits for its backoff
		}
		if len(ended) != len(want) {
			t.Fatalf("%d interruptions, want %d", len(ended), len(want))
		}
		for i, r := range ended {
			f := r.Body.(messages.AttemptInterrupted)
			if f.Why != want[i].why || !f.Called || r.At.String() != want[i].at {
				t.Errorf("interruption %d: %s, called %v, at %v; want %s at %s",
					i, f.Why, f.Called, r.At, want[i].why, want[i].at)
			}
		}
	})
}

// TestUnbegunIsPerformed: the next start of the runtime performs a start of a run that was decided during a drain.
// However often that happens, it costs the run nothing.
func TestUnbegunIsPerformed(t *testing.T) {
	const file = `
jobs:
  - {name: a-first, actor: shell, schedule: "0 * * * *", timeout: 1h, with: {}}
  - {name: b-second, actor: shell, schedule: "0 * * * *", timeout: 1h, retry: {attempts: 1, within: 20m}, with: {}}
lanes: {shell: 1}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var began atomic.Int32
		s.Act = func(ctx context.Context, a actors.Attempt) error {
			if a.Job == "b-second" {
				began.Add(1)
			}
			return world.Work(ctx, 10*time.Minute)
		}
		s.Start(file)
		for hour := 1; hour <= 3; hour++ {
			s.Until(fmt.Sprintf("2027-01-15T%02d:05:00Z", hour))
			drain(s, 20*time.Minute) // a-first ends after 5
			if n := int(began.Load()); n != hour-1 {
				t.Fatalf("in hour %d the second has begun %d times while the runtime drained", hour, n)
			}
			time.Sleep(30 * time.Minute) // more than the run may take: it was not its time
			s.Start(file)
			s.Until(fmt.Sprintf("2027-01-15T%02d:58:00Z", hour))
			run := lastRun(s, "b-second")
			if run.Status != messages.StatusSucceeded || len(run.Attempts) != 1 || int(began.Load()) != hour {
				t.Errorf("in hour %d the run that waited is %s after %d attempts; %d began",
					hour, run.Status, len(run.Attempts), began.Load())
			}
		}
		s.Stop()
		if _, ended := journal(s, "b-second"); len(ended) != 0 {
			t.Errorf("the runs that waited were interrupted: %v", ended)
		}
	})
}

// TestUnbegunMayNotStand: a start that was decided during a drain is not performed if the run would not start any more.
func TestUnbegunMayNotStand(t *testing.T) {
	const first = `
  - {name: a-first, actor: shell, schedule: "0 1 * * *", timeout: 1h, with: {}}
`
	const second = `
  - {name: b-second, actor: shell, schedule: "0 1 * * *", stale_after: 1h, with: {}}
`
	const head, tail = "jobs:", "lanes: {shell: 1}\n"
	for _, tt := range []struct {
		name  string
		away  time.Duration
		after string
		pause bool
		why   messages.InterruptReason
		want  messages.Status
	}{
		{name: "too old by now", away: 2 * time.Hour, after: head + first + second + tail, why: messages.InterruptStopped, want: messages.StatusStale},
		{name: "paused meanwhile", after: head + first + second + tail, pause: true, why: messages.InterruptStopped, want: messages.StatusHeld},
		{name: "no longer in the file", after: head + first + tail, why: messages.InterruptStopped, want: messages.StatusCancelled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := world.NewVirtual(t)
				var began atomic.Int32
				s.Act = func(ctx context.Context, a actors.Attempt) error {
					if a.Job == "b-second" {
						began.Add(1)
					}
					return world.Work(ctx, 10*time.Minute)
				}
				s.Start(head + first + second + tail)
				s.Until("2027-01-15T01:05:00Z")
				if tt.pause {
					if err := s.Runtime.Drain(t.Context()); err != nil {
						t.Error(err)
					}
					synctest.Wait() // its start is decided
					if _, err := backend.New(s.Runtime).Pause(t.Context(), "b-second"); err != nil {
						t.Error(err)
					}
				}
				drain(s, 20*time.Minute)
				time.Sleep(tt.away)
				s.Act = func(context.Context, actors.Attempt) error { began.Add(1); return nil }
				s.Start(tt.after)
				synctest.Wait()
				if run := lastRun(s, "b-second"); run.Status != tt.want || began.Load() != 0 {
					t.Errorf("the run is %s, and %d attempts began; want %s and none",
						run.Status, began.Load(), tt.want)
				}
				s.Stop()
				started, ended := journal(s, "b-second")
				if len(started) != 1 || len(ended) != 1 {
					t.Fatalf("%d starts and %d interruptions, want one of each", len(started), len(ended))
				}
				if f := ended[0].Body.(messages.AttemptInterrupted); f.Why != tt.why || f.Called {
					t.Errorf("it was interrupted: %+v", f)
				}
			})
		})
	}
}

// TestUnbegunMeetsTheDoor closes the gate after a start was decided and before it began.
func TestUnbegunMeetsTheDoor(t *testing.T) {
	const file = `
sessions:
  default: {backend: "https://api.example.com", sign_in: "https://app.example.com/login"}
jobs:
  - {name: a-first, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
  - {name: b-second, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
  - {name: c-third, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
lanes: {agent: 2}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var calls atomic.Int32
		s.Act = func(ctx context.Context, a actors.Attempt) error {
			switch a.Job {
			case "a-first": // ends first: its place goes to c-third
				return world.Work(ctx, 10*time.Minute)
			case "b-second":
				if err := world.Work(ctx, 15*time.Minute); err != nil {
					return err
				}
				return actors.SessionExpired(fmt.Errorf("401"))
			}
			calls.Add(1)
			return nil
		}
		s.Start(file)
		s.SignIn(true)
		s.Until("2027-01-15T01:05:00Z")
		drain(s, 20*time.Minute)
		s.Start(file)
		time.Sleep(time.Minute)
		if run := lastRun(s, "c-third"); run.Status != messages.StatusHeld || len(run.Attempts) != 1 ||
			*run.Attempts[0].Called || calls.Load() != 0 {
			t.Errorf("the run that was decided before the close: %+v, %d calls", run, calls.Load())
		}
		s.Stop()
	})
}

// TestInterruptedCanaryOpensNothing stops or kills the runtime while the gate waits for a canary. The time until the
// next start does not count as a try.
func TestInterruptedCanaryOpensNothing(t *testing.T) {
	const file = `
sessions:
  default: {backend: "https://api.example.com", sign_in: "https://app.example.com/login"}
jobs:
  - {name: a-first, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
  - {name: b-second, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
  - {name: c-third, actor: agent, schedule: "0 1 * * *", timeout: 1h, with: {}}
`
	for name, end := range map[string]func(*world.Virtual){"stopped": (*world.Virtual).Stop, "crashed": (*world.Virtual).Crash} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := world.NewVirtual(t)
				var flying atomic.Int32
				s.Act = func(ctx context.Context, _ actors.Attempt) error {
					flying.Add(1)
					defer flying.Add(-1)
					return world.Work(ctx, 50*time.Second) // less than canary_wait
				}
				s.Start(file)
				s.Until("2027-01-15T01:05:00Z")
				s.SignIn(true)
				end(s)
				time.Sleep(10 * time.Minute)
				s.Start(file)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				got, err := backend.New(s.Runtime).Session(t.Context(), messages.DefaultSession)
				if err != nil || got.State != "probing" || flying.Load() != 1 {
					t.Errorf("the gate is %s with %d attempts in flight, %v; want one canary that probes",
						got.State, flying.Load(), err)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				got, err = backend.New(s.Runtime).Session(t.Context(), messages.DefaultSession)
				if err != nil || got.State != "open" || flying.Load() != 2 {
					t.Errorf("after the canary the gate is %s with %d attempts in flight, %v",
						got.State, flying.Load(), err)
				}
				s.Stop()
			})
		})
	}
}
